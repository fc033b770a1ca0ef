"""The separator's generator: a 1-D U-Net over latents that is shown the mixture's latents at every level.

Plaja-Roglans et al. 2025 (arXiv 2511.20470, figures 1 and 2); what the paper leaves open is taken from the sibling
paper (arXiv 2511.21342, section 2): two convolutions per block with feature-wise modulation by the noise level,
attention in the deep levels, and a conditioner of equal depth whose levels are concatenated and merged.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class UnetConfig:
    """`widths` and `condition_widths`: channels per level, each level at half the rate of the one before.

    `blocks` per level; the `attention_levels` deepest attend; `latent_dim` channels in and out.
    """

    latent_dim: int = 128
    widths: tuple[int, ...] = (120, 176, 240, 304)
    condition_widths: tuple[int, ...] = (120, 144, 176, 208)
    blocks: int = 1
    attention_levels: int = 2
    heads: int = 4
    embedding: int = 256

    @property
    def factor(self) -> int:
        """The number of frames must be a multiple of this."""
        return 1 << (len(self.widths) - 1)


def paper_unet() -> UnetConfig:
    """EnCodec's 128 features; widths and blocks after the sibling paper, as the paper gives none."""
    return UnetConfig(128, (128, 256, 384, 512), (256, 384, 512, 640), 2, 2, 8, 512)


class Conditioner(nn.Module):
    """mix_latents [B, D, T] -> one picture of the mixture per level, [B, C_i, T / 2^i]."""

    def __init__(self, config: UnetConfig) -> None:
        super().__init__()
        widths = config.condition_widths
        self.inward = nn.Conv1d(config.latent_dim, widths[0], 3, padding=1)
        self.down = nn.ModuleList(_Level(config, w, i, widths) for i, w in enumerate(widths))
        self.strides = nn.ModuleList(_Down(a, b) for a, b in itertools.pairwise(widths))
        self.rises = nn.ModuleList(_Up(b, a) for a, b in itertools.pairwise(widths))
        self.up = nn.ModuleList(_Level(config, w, i, widths) for i, w in enumerate(widths))

    def forward(self, mix_latents: Tensor) -> tuple[Tensor, ...]:
        x = self.inward(mix_latents)
        kept = []
        for level, block in enumerate(self.down):
            x = block(x, None)
            kept.append(x)
            if level < len(self.strides):
                x = self.strides[level](x)
        pictures: list[Tensor] = []
        for level in reversed(range(len(self.up))):
            x = self.up[level](x, None)
            pictures.insert(0, x)
            if level:
                x = self.rises[level - 1](x) + kept[level - 1]
        return tuple(pictures)


class Unet(nn.Module):
    """z_t [B, D, T], sigma [B] in 0..1, the conditioner's pictures -> velocity [B, D, T]."""

    def __init__(self, config: UnetConfig) -> None:
        super().__init__()
        widths, conditions = config.widths, config.condition_widths
        self.noise_level = _NoiseLevel(config.embedding)
        self.inward = nn.Conv1d(config.latent_dim, widths[0], 3, padding=1)
        self.merge_down = nn.ModuleList(nn.Conv1d(w + c, w, 1) for w, c in zip(widths, conditions, strict=True))
        self.down = nn.ModuleList(_Level(config, w, i, widths, config.embedding) for i, w in enumerate(widths))
        self.strides = nn.ModuleList(_Down(a, b) for a, b in itertools.pairwise(widths))
        self.middle = _Block(widths[-1], config.embedding)
        self.merge_up = nn.ModuleList(nn.Conv1d(2 * w + c, w, 1) for w, c in zip(widths, conditions, strict=True))
        self.up = nn.ModuleList(_Level(config, w, i, widths, config.embedding) for i, w in enumerate(widths))
        self.rises = nn.ModuleList(_Up(b, a) for a, b in itertools.pairwise(widths))
        self.outward = nn.Sequential(_norm(widths[0]), nn.SiLU(), nn.Conv1d(widths[0], config.latent_dim, 3, padding=1))

    def forward(self, z_t: Tensor, sigma: Tensor, *pictures: Tensor) -> Tensor:
        embedding = self.noise_level(sigma)
        x = self.inward(z_t)
        kept = []
        for level, block in enumerate(self.down):
            x = block(self.merge_down[level](torch.cat([x, pictures[level]], 1)), embedding)
            kept.append(x)
            if level < len(self.strides):
                x = self.strides[level](x)
        x = self.middle(x, embedding)
        for level in reversed(range(len(self.up))):
            x = self.merge_up[level](torch.cat([x, kept[level], pictures[level]], 1))
            x = self.up[level](x, embedding)
            if level:
                x = self.rises[level - 1](x)
        return cast(Tensor, self.outward(x))


class LatentGenerator(nn.Module):
    """Conditioner and U-Net, as they are trained."""

    def __init__(self, config: UnetConfig) -> None:
        super().__init__()
        self.config = config
        self.conditioner = Conditioner(config)
        self.unet = Unet(config)

    def forward(self, z_t: Tensor, sigma: Tensor, mix_latents: Tensor) -> Tensor:
        """The velocity [B, D, T]."""
        return cast(Tensor, self.unet(z_t, sigma, *self.conditioner(mix_latents)))


class _NoiseLevel(nn.Module):
    """sigma [B] -> embedding [B, E]: random Fourier features, then a small network."""

    frequencies: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", torch.randn(size // 2) * 4.0)
        self.body = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.Linear(size, size), nn.GELU())

    def forward(self, sigma: Tensor) -> Tensor:
        angles = 2 * math.pi * sigma[:, None] * self.frequencies[None]
        return cast(Tensor, self.body(torch.cat([angles.sin(), angles.cos()], 1)))


class _Level(nn.Module):
    def __init__(
        self, config: UnetConfig, width: int, level: int, widths: Sequence[int], embedding: int | None = None
    ) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_Block(width, embedding) for _ in range(config.blocks))
        attends = level >= len(widths) - config.attention_levels
        self.attention = _Attention(width, config.heads) if attends else None

    def forward(self, x: Tensor, embedding: Tensor | None) -> Tensor:
        for block in self.blocks:
            x = block(x, embedding)
        return x if self.attention is None else self.attention(x)


class _Block(nn.Module):
    """Twice normalise, bend, convolve; then scale and shift by the noise level; residual."""

    def __init__(self, width: int, embedding: int | None) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _norm(width),
            nn.SiLU(),
            nn.Conv1d(width, width, 3, padding=1),
            _norm(width),
            nn.SiLU(),
            nn.Conv1d(width, width, 3, padding=1),
        )
        self.film = nn.Linear(embedding, 2 * width) if embedding else None

    def forward(self, x: Tensor, embedding: Tensor | None) -> Tensor:
        y = self.body(x)
        if self.film is not None and embedding is not None:
            scale, shift = self.film(embedding)[..., None].chunk(2, dim=1)
            y = y * (1 + scale) + shift
        return x + y


class _Attention(nn.Module):
    """Self-attention over frames with a convolution for where they are; residual."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = _norm(width)
        self.place = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.inward = nn.Conv1d(width, 3 * width, 1)
        self.outward = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        batch, width, frames = x.shape
        y = self.norm(x)
        parts = self.inward(y + self.place(y)).view(batch, 3, self.heads, width // self.heads, frames)
        q, k, v = parts.transpose(3, 4).unbind(1)
        weights = torch.softmax(q @ k.transpose(2, 3) * (width // self.heads) ** -0.5, dim=-1)
        y = (weights @ v).transpose(2, 3).reshape(batch, width, frames)
        return x + self.outward(y)


class _Down(nn.Module):
    def __init__(self, width_in: int, width_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width_in, width_out, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.conv(x))


class _Up(nn.Module):
    def __init__(self, width_in: int, width_out: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose1d(width_in, width_out, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.conv(x))


def _norm(width: int) -> nn.GroupNorm:
    return nn.GroupNorm(8, width)
