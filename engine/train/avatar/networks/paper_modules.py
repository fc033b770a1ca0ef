"""What the paper's networks have besides Stable Diffusion's, under the names of the public checkpoints.

Module tree and shapes after Hallo (Xu et al. 2024) and AnimateDiff (Guo et al. 2024), whose weights SINGER starts
from.  N is B F pictures, clip by clip.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.train.avatar.networks.attention import attend
from engine.train.avatar.networks.blocks import to_picture, to_tokens

_SETTLED = 1e-6
_BRANCHES = ("full", "face", "lip")


class Heads(nn.Module):
    """Multi-head attention whose weights are named to_q, to_k, to_v, to_out.0."""

    def __init__(self, channels: int, heads: int, context: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(context or channels, channels, bias=False)
        self.to_v = nn.Linear(context or channels, channels, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """x [N, L, C], context [N, K, D] -> [N, L, C]."""
        return self.to_out[0](attend(self.to_q(x), self.to_k(context), self.to_v(context), self.heads))


class Widening(nn.Module):
    """GEGLU; its weight is named proj."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(channels, 2 * inner)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * nn.functional.gelu(gate)


class Feed(nn.Module):
    """net.0.proj, net.2: four times as wide in between."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.net = nn.Sequential(Widening(channels, 4 * channels), nn.Identity(), nn.Linear(4 * channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class AudioBlock(nn.Module):
    """Self-attention, three attentions to the sound within masks, feed-forward."""

    def __init__(self, channels: int, heads: int, context: int) -> None:
        super().__init__()
        for name in _BRANCHES:
            zero = nn.Conv2d(channels, channels, 1)
            for parameter in zero.parameters():
                nn.init.zeros_(parameter)
            self.add_module(f"zero_conv_{name}", zero)
        self.attn1 = Heads(channels, heads)
        self.norm1 = nn.LayerNorm(channels)
        for number in range(len(_BRANCHES)):
            self.add_module(f"attn2_{number}", Heads(channels, heads, context))
        self.norm2 = nn.LayerNorm(channels)
        self.ff = Feed(channels)
        self.norm3 = nn.LayerNorm(channels)

    def forward(self, x: Tensor, audio: Tensor, masks: Tensor, scales: Tensor, width: int) -> Tensor:
        """x [N, L, C], audio [N, M, D], masks [N or 1, 3, L], scales [3] -> [N, L, C]."""
        normed = self.norm1(x)
        x = x + self.attn1(normed, normed)
        normed = self.norm2(x)
        for number, name in enumerate(_BRANCHES):
            found = self.get_submodule(f"attn2_{number}")(normed, audio) * masks[:, number, :, None]
            x = x + scales[number] * to_tokens(self.get_submodule(f"zero_conv_{name}")(to_picture(found, width)))
        return x + self.ff(self.norm3(x))


class AudioModule(nn.Module):
    """One audio block between 1 x 1 convolutions; `inner` is its width, which as released is not always `channels`."""

    def __init__(self, channels: int, inner: int, heads: int, context: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels, _SETTLED)
        self.proj_in = nn.Conv2d(channels, inner, 1)
        self.transformer_blocks = nn.ModuleList([AudioBlock(inner, heads, context)])
        self.proj_out = nn.Conv2d(inner, channels, 1)

    def forward(self, x: Tensor, audio: Tensor, masks: Tensor, scales: Tensor) -> Tensor:
        """x [N, C, H, W] -> the same shape."""
        width = x.shape[-1]
        tokens = to_tokens(self.proj_in(self.norm(x)))
        for block in self.transformer_blocks:
            tokens = block(tokens, audio, masks, scales, width)
        return x + self.proj_out(to_picture(tokens, width))


class Positions(nn.Module):
    """Sines at even, cosines at odd channels, under the name pe [1, longest, C]."""

    pe: Tensor

    def __init__(self, channels: int, longest: int) -> None:
        super().__init__()
        rates = torch.exp(torch.arange(0, channels, 2) * (-torch.log(torch.tensor(10_000.0)) / channels))
        angles = torch.arange(longest)[:, None] * rates
        self.register_buffer("pe", torch.stack((angles.sin(), angles.cos()), dim=2).flatten(1)[None])

    def forward(self, x: Tensor) -> Tensor:
        return x + self.pe[:, : x.shape[1]]


class TimeHeads(Heads):
    """Attention along time, with positions."""

    def __init__(self, channels: int, heads: int, longest: int) -> None:
        super().__init__(channels, heads)
        self.pos_encoder = Positions(channels, longest)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        placed = self.pos_encoder(x)
        return super().forward(placed, placed if context is None else context)


class TimeBlock(nn.Module):
    """Two attentions along time, feed-forward."""

    def __init__(self, channels: int, heads: int, longest: int) -> None:
        super().__init__()
        self.attention_blocks = nn.ModuleList(TimeHeads(channels, heads, longest) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in range(2))
        self.ff = Feed(channels)
        self.ff_norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """[places, F, C] -> the same shape."""
        for attention, norm in zip(self.attention_blocks, self.norms, strict=True):
            x = x + attention(norm(x))
        return x + self.ff(self.ff_norm(x))


class TimeTransformer(nn.Module):
    """AnimateDiff's transformer along time; it starts as nothing."""

    def __init__(self, channels: int, heads: int, groups: int, longest: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels, _SETTLED)
        self.proj_in = nn.Linear(channels, channels)
        self.transformer_blocks = nn.ModuleList([TimeBlock(channels, heads, longest)])
        self.proj_out = nn.Linear(channels, channels)
        for parameter in self.proj_out.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        """[B, F, C, H, W] -> the same shape."""
        batch, frames, _, _, width = x.shape
        tokens = self.proj_in(to_tokens(self.norm(x.flatten(0, 1))))
        along = tokens.unflatten(0, (batch, frames)).transpose(1, 2).flatten(0, 1)
        for block in self.transformer_blocks:
            along = block(along)
        tokens = along.unflatten(0, (batch, tokens.shape[1])).transpose(1, 2).flatten(0, 1)
        return x + to_picture(self.proj_out(tokens), width).unflatten(0, (batch, frames))


class MotionModule(nn.Module):
    """A transformer along time that also sees the pictures before the clip."""

    def __init__(self, channels: int, heads: int, groups: int, longest: int) -> None:
        super().__init__()
        self.temporal_transformer = TimeTransformer(channels, heads, groups, longest)

    def forward(self, x: Tensor, before: Tensor) -> Tensor:
        """x [B, F, C, H, W], before [B, P, C, H, W] -> as x."""
        return self.temporal_transformer(torch.cat((before, x), dim=1))[:, before.shape[1] :]


class FaceLocator(nn.Module):
    """Where the face is, [B, 3, S, S] -> [B, C, S / 8, S / 8], added behind the first convolution; starts at zero."""

    def __init__(self, outputs: int, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(3, channels[0], 3, padding=1)
        self.blocks = nn.ModuleList()
        for narrow, wide in pairwise(channels):
            self.blocks.append(nn.Conv2d(narrow, narrow, 3, padding=1))
            self.blocks.append(nn.Conv2d(narrow, wide, 3, padding=1, stride=2))
        self.conv_out = nn.Conv2d(channels[-1], outputs, 3, padding=1)
        for parameter in self.conv_out.parameters():
            nn.init.zeros_(parameter)

    def forward(self, mask: Tensor) -> Tensor:
        x = nn.functional.silu(self.conv_in(mask))
        for block in self.blocks:
            x = nn.functional.silu(block(x))
        return self.conv_out(x)


class FaceProjection(nn.Module):
    """A face recogniser's embedding [B, E] -> tokens [B, K, D]."""

    def __init__(self, embedding: int, tokens: int, context: int) -> None:
        super().__init__()
        self.shape = (tokens, context)
        self.proj = nn.Linear(embedding, tokens * context)
        self.norm = nn.LayerNorm(context)

    def forward(self, embedding: Tensor) -> Tensor:
        return self.norm(self.proj(embedding).unflatten(1, self.shape))


class AudioProjection(nn.Module):
    """The trained end of the audio encoder: what wav2vec 2.0 hears around each picture, [B, F, W, layers, channels],
    -> tokens [B, F, M, D].
    """

    def __init__(self, inputs: int, hidden: int, tokens: int, context: int) -> None:
        super().__init__()
        self.shape = (tokens, context)
        self.proj1 = nn.Linear(inputs, hidden)
        self.proj2 = nn.Linear(hidden, hidden)
        self.proj3 = nn.Linear(hidden, tokens * context)
        self.norm = nn.LayerNorm(context)

    def forward(self, heard: Tensor) -> Tensor:
        x = torch.relu(self.proj1(heard.flatten(2)))
        x = torch.relu(self.proj2(x))
        return self.norm(self.proj3(x).unflatten(2, self.shape))
