"""The shipped self-supervised encoder: log-mel -> what is being said, by whomever, at whatever pitch.

HuBERT (Hsu et al., 2021) at a size for two CPU cores: a convolution that halves the frame rate, then layers of
local attention and ConvNeXt blocks.  It states the cluster of every hidden frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.codec.log_mel import MEL_BANDS
from engine.train.networks.blocks import ChannelNorm, ConvNeXtBlock
from engine.train.unlabelled.local import LocalAttention

STRIDE = 2


@dataclass(frozen=True, slots=True)
class ListenerConfig:
    """`reach` in strided frames (46.9 a second) to either side, per layer; `clusters` of the targets."""

    hidden: int = 192
    layers: int = 6
    heads: int = 4
    reach: int = 24
    kernel: int = 7
    expansion: int = 3
    dropout: float = 0.05
    clusters: int = 256
    told: int = 5
    """The layer (from 1) whose output others use."""


class Layer(nn.Module):
    """Attention, then a ConvNeXt block."""

    def __init__(self, config: ListenerConfig) -> None:
        super().__init__()
        self.norm = ChannelNorm(config.hidden)
        self.attention = LocalAttention(config.hidden, config.heads, config.reach)
        self.dropout = nn.Dropout(config.dropout)
        self.block = ConvNeXtBlock(config.hidden, config.kernel, config.expansion)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.norm(x), mask))
        out: Tensor = self.block(x * mask[:, None])
        return out


class Listener(nn.Module):
    """log-mel [B, 80, T] -> features [B, H, T]."""

    def __init__(self, config: ListenerConfig) -> None:
        super().__init__()
        self.config = config
        hidden = config.hidden
        self.input = nn.Conv1d(MEL_BANDS, hidden, 5, padding=2)
        self.halve = nn.Conv1d(hidden, hidden, 2 * STRIDE, stride=STRIDE, padding=STRIDE // 2)
        self.hidden = nn.Parameter(torch.randn(hidden) * 0.1)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = ChannelNorm(hidden)
        self.clusters = nn.Conv1d(hidden, config.clusters, 1)

    @property
    def width(self) -> int:
        """Channels of the features."""
        return self.config.hidden

    def front(self, mel: Tensor) -> Tensor:
        """[B, 80, T] -> [B, H, ceil(T / 2)]; a last odd frame stands alone."""
        mel = nn.functional.pad(mel * 0.25 + 1.2, (0, mel.shape[2] % STRIDE))
        x = nn.functional.gelu(self.input(mel), approximate="tanh")
        out: Tensor = self.halve(x)
        return out

    def layer_outputs(self, mel: Tensor, hidden: Tensor | None = None, upto: int | None = None) -> list[Tensor]:
        """Output of every layer [B, H, ceil(T / 2)]; `hidden` bool [B, ceil(T / 2)]: frames that are not shown."""
        x = self.front(mel)
        if hidden is not None:
            x = torch.where(hidden[:, None], self.hidden[None, :, None].to(x.dtype), x)
        mask = torch.ones_like(x[:, 0])
        outputs = []
        for layer in list(self.layers)[:upto]:
            x = layer(x, mask)
            outputs.append(x)
        return outputs

    def logits(self, mel: Tensor, hidden: Tensor) -> Tensor:
        """Of the clusters [B, K, ceil(T / 2)]."""
        out: Tensor = self.clusters(self.norm(self.layer_outputs(mel, hidden)[-1]))
        return out

    def forward(self, mel: Tensor) -> Tensor:
        """Features [B, H, T] at the frames of the log-mel."""
        x = self.layer_outputs(mel, upto=self.config.told)[-1]
        x = x - x.mean(dim=1, keepdim=True)
        x = x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-5)
        return torch.repeat_interleave(x, STRIDE, dim=2)[:, :, : mel.shape[2]]
