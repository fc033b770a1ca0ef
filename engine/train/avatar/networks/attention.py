"""SINGER's attentions: across the picture, to the face, to the sound within masks, and along time.

Tokens are [N, L, C]: N pictures (B F of them, clip by clip) or places, L what is attended over.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

NUM_BRANCHES = 3
"""Of audio attention: the whole picture, the face, the lips."""
WIDENING = 2


class Attention(nn.Module):
    """Queries of `channels`, keys and values of `context` (the same, if not given), over `heads` heads."""

    def __init__(self, channels: int, heads: int, context: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(channels, channels, bias=False)
        self.key = nn.Linear(context or channels, channels, bias=False)
        self.value = nn.Linear(context or channels, channels, bias=False)
        self.output = nn.Linear(channels, channels)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """x [N, L, C], context [N, K, D] -> [N, L, C]."""
        return self.output(attend(self.query(x), self.key(context), self.value(context), self.heads))


class FeedForward(nn.Module):
    """Norm, gated widening, narrowing (GEGLU, Shazeer 2020), residual."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.widen = nn.Linear(channels, 2 * WIDENING * channels)
        self.narrow = nn.Linear(WIDENING * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.widen(self.norm(x)).chunk(2, dim=-1)
        return x + self.narrow(value * nn.functional.gelu(gate, approximate="tanh"))


class SpatialAttention(nn.Module):
    """Self-attention across a picture, with what the reference network kept beside it, then to the face's tokens."""

    def __init__(self, channels: int, heads: int, context: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.itself = Attention(channels, heads)
        self.face_norm = nn.LayerNorm(channels)
        self.face = Attention(channels, heads, context)
        self.feed = FeedForward(channels)

    def forward(self, x: Tensor, faces: Tensor, bank: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x [N, L, C], faces [N, K, D], bank [N, L, C] -> (x, its normalised self: what a bank is made of)."""
        normed = self.norm(x)
        seen = normed if bank is None else torch.cat((normed, bank), dim=1)
        x = x + self.itself(normed, seen)
        x = x + self.face(self.face_norm(x), faces)
        return self.feed(x), normed


class AudioAttention(nn.Module):
    """To the sound of the same picture, three times: everywhere, in the face, on the lips (Xu et al. 2024, Hallo).

    Each branch ends in a 1 x 1 convolution that starts at zero; `scales` turn a branch up or down in use.  The three
    are computed as one attention of three times the heads.
    """

    def __init__(self, channels: int, heads: int, context: int) -> None:
        super().__init__()
        self.heads = NUM_BRANCHES * heads
        self.norm = nn.LayerNorm(channels)
        self.query = nn.Linear(channels, NUM_BRANCHES * channels, bias=False)
        self.key = nn.Linear(context, NUM_BRANCHES * channels, bias=False)
        self.value = nn.Linear(context, NUM_BRANCHES * channels, bias=False)
        self.zero = nn.Linear(NUM_BRANCHES * channels, channels)
        for parameter in self.zero.parameters():
            nn.init.zeros_(parameter)
        self.feed = FeedForward(channels)

    def forward(self, x: Tensor, audio: Tensor, masks: Tensor, scales: Tensor) -> Tensor:
        """x [N, L, C], audio [N, M, D], masks [N or 1, 3, L] from 0 to 1, scales [3] -> [N, L, C]."""
        query, key, value = self.query(self.norm(x)), self.key(audio), self.value(audio)
        found = attend(query, key, value, self.heads)
        shares = (masks * scales[:, None]).transpose(1, 2)[..., None]
        x = x + self.zero((found.unflatten(2, (NUM_BRANCHES, x.shape[2])) * shares).flatten(2))
        return self.feed(x)


class TemporalAttention(nn.Module):
    """Along the pictures of a clip, each place for itself, twice (Guo et al. 2024, AnimateDiff); starts at zero."""

    positions: Tensor

    def __init__(self, channels: int, heads: int, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.register_buffer("positions", sinusoids(torch.arange(frames), channels), persistent=False)
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in range(2))
        self.layers = nn.ModuleList(Attention(channels, heads) for _ in range(2))
        self.feed = FeedForward(channels)
        self.zero = nn.Linear(channels, channels)
        for parameter in self.zero.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        """[B F, L, C] -> the same shape."""
        places = x.shape[1]
        y = x.unflatten(0, (x.shape[0] // self.frames, self.frames)).transpose(1, 2).flatten(0, 1)
        for norm, layer in zip(self.norms, self.layers, strict=True):
            normed = norm(y) + self.positions
            y = y + layer(normed, normed)
        y = self.zero(self.feed(y))
        return x + y.unflatten(0, (y.shape[0] // places, places)).transpose(1, 2).flatten(0, 1)


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
    """Scaled dot products, head by head: query [N, L, C], key and value [N, K, C] -> [N, L, C]."""
    query, key, value = (x.unflatten(2, (heads, x.shape[2] // heads)).transpose(1, 2) for x in (query, key, value))
    if query.dtype == torch.bfloat16 and query.device.type == "cpu":  # for short rows thrice as fast as PyTorch's own
        shares = (query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5).softmax(dim=-1)
        return (shares @ value).transpose(1, 2).flatten(2)
    return nn.functional.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)


def sinusoids(positions: Tensor, channels: int, slowest: float = 10_000.0) -> Tensor:
    """[...] -> [..., channels]: sines, then cosines, of rates from 1 down to 1 / slowest (Vaswani et al. 2017)."""
    half = channels // 2
    rates = torch.exp(-math.log(slowest) / half * torch.arange(half, device=positions.device))
    angles = positions[..., None].float() * rates
    return torch.cat((torch.sin(angles), torch.cos(angles)), dim=-1)
