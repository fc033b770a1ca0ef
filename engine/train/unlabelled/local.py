"""Attention that sees `reach` frames to either side, at a cost that grows with the length and not its square."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from engine.train.networks.condition import MASKED, RelativeAttention


class LocalAttention(RelativeAttention):
    """The local `RelativeAttention`, same weights, same answer, done in blocks of `reach` frames.

    A block looks at itself and both neighbours, so a song of minutes needs no matrix of all its frames.
    """

    def __init__(self, channels: int, heads: int, reach: int) -> None:
        super().__init__(channels, heads, reach, local=True)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x [B, C, T], mask [B, T] (1: real)."""
        batch, channels, length = x.shape
        width, reach = channels // self.heads, self.reach
        blocks = (length + reach - 1) // reach
        whole = blocks * reach
        q, k, v = self.qkv(x).view(batch, 3, self.heads, width, length).transpose(3, 4).unbind(1)
        q = nn.functional.pad(q, (0, 0, 0, whole - length)).view(batch, self.heads, blocks, reach, width)
        k, v = (self._three(part, whole, blocks) for part in (k, v))
        seen = nn.functional.pad(mask, (reach, reach + whole - length))
        seen = torch.cat([seen[:, i * reach : i * reach + whole].reshape(batch, blocks, reach) for i in range(3)], 2)
        scores = torch.matmul(q, k.transpose(3, 4)) * width**-0.5 + self._places()
        scores = scores + MASKED * (1 - seen)[:, None, :, None, :]
        mixed = torch.matmul(torch.softmax(scores, dim=-1), v)
        mixed = mixed.reshape(batch, self.heads, whole, width)[:, :, :length]
        return self.output(mixed.transpose(2, 3).reshape(batch, channels, length))

    def _three(self, x: Tensor, whole: int, blocks: int) -> Tensor:
        """[B, heads, T, W] -> each block with its neighbours [B, heads, blocks, 3 reach, W]."""
        batch, heads, length, width = x.shape
        x = nn.functional.pad(x, (0, 0, self.reach, self.reach + whole - length))
        parts = [
            x[:, :, i * self.reach : i * self.reach + whole].reshape(batch, heads, blocks, self.reach, width)
            for i in range(3)
        ]
        return torch.cat(parts, dim=3)

    def _places(self) -> Tensor:
        """Bias by distance [heads, 1, reach, 3 reach], and what lies beyond reach hidden."""
        reach = self.reach
        away = torch.arange(3 * reach)[None, :] - reach - torch.arange(reach)[:, None]
        bias = self.bias[:, away.clamp(-reach, reach).to(self.bias.device) + reach]
        hidden = MASKED * (away.abs() > reach).to(bias)
        return (bias + hidden)[:, None]


def with_local_attention(network: nn.Module) -> nn.Module:
    """A copy in which every local `RelativeAttention` works in blocks."""
    network = copy.deepcopy(network)
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, RelativeAttention) and child.local and not isinstance(child, LocalAttention):
                channels = child.output.out_channels
                twin = LocalAttention(channels, child.heads, child.reach).to(child.bias.device)
                twin.load_state_dict(child.state_dict())
                setattr(module, name, twin.train(child.training))
    return network
