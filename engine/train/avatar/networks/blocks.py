"""What the U-Nets of SINGER are built of: convolutions that hear of time and sound, and one layer of each network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from torch import Tensor, nn

from engine.train.avatar.networks.attention import AudioAttention, SpatialAttention, TemporalAttention, sinusoids
from engine.train.avatar.networks.config import GROUPS, SingerConfig

TIME_CHANNELS = 64
TIME_STEPS = 1000.0
"""t from 0 to 1 is told as a step of a thousand, as the paper's network knows it."""
SETTLED = 1e-5
"""Added to variances in norms."""


class TimeEmbedding(nn.Module):
    """t [B], from 0 (clean) to 1 (noise), -> [B, channels]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.widen = nn.Linear(TIME_CHANNELS, channels)
        self.output = nn.Linear(channels, channels)

    def forward(self, t: Tensor) -> Tensor:
        return self.output(nn.functional.silu(self.widen(sinusoids(t * TIME_STEPS, TIME_CHANNELS))))


class ResNet(nn.Module):
    """Two 3 x 3 convolutions with group norms, residual; `embedding` shifts and scales the second norm."""

    def __init__(self, inputs: int, outputs: int, embedding: int | None = None) -> None:
        super().__init__()
        self.norm_1 = nn.GroupNorm(GROUPS, inputs, SETTLED)
        self.conv_1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.told = nn.Linear(embedding, 2 * outputs) if embedding else None
        self.norm_2 = nn.GroupNorm(GROUPS, outputs, SETTLED)
        self.conv_2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        for parameter in self.conv_2.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor, embedding: Tensor | None = None) -> Tensor:
        """x [N, C, H, W], embedding [N, E] -> [N, outputs, H, W]."""
        y = self.norm_2(self.conv_1(nn.functional.silu(self.norm_1(x))))
        if self.told is not None and embedding is not None:
            scale, shift = self.told(embedding)[:, :, None, None].chunk(2, dim=1)
            y = y * (1 + scale) + shift
        return self.skip(x) + self.conv_2(nn.functional.silu(y))


@dataclass
class Told:
    """What every layer of the denoising network is told, per picture of every clip (N = B F).

    embedding [N, E]; faces [N, K, D]; audio [N, M, D]; masks by level, [N or 1, 3, L]; scales [3]; bank: what
    the reference network kept, [N, L, C] each, taken from the front as layers ask for it.
    """

    embedding: Tensor
    faces: Tensor
    audio: Tensor
    masks: list[Tensor]
    scales: Tensor
    bank: list[Tensor] = field(default_factory=list)


class Portrait(NamedTuple):
    """What a face at rest tells, once per face: its tokens [B, K, D], and the reference network's bank, [B, L, C]."""

    faces: Tensor
    bank: tuple[Tensor, ...]


class DenoisingLayer(nn.Module):
    """ResNet, spatial attention (where `spatial`), audio attention, temporal attention."""

    def __init__(
        self, config: SingerConfig, inputs: int, outputs: int, level: int, spatial: bool, embedding: int
    ) -> None:
        super().__init__()
        self.level = level
        self.resnet = ResNet(inputs, outputs, embedding)
        self.spatial = SpatialAttention(outputs, config.heads, config.context) if spatial else None
        self.audio = AudioAttention(outputs, config.heads, config.context)
        self.temporal = TemporalAttention(outputs, config.heads, config.frames)

    def forward(self, x: Tensor, told: Told) -> Tensor:
        """[N, C, H, W] -> [N, outputs, H, W]."""
        x = self.resnet(x, told.embedding)
        tokens = to_tokens(x)
        if self.spatial is not None:
            tokens, _ = self.spatial(tokens, told.faces, told.bank.pop(0))
        tokens = self.audio(tokens, told.audio, told.masks[self.level], told.scales)
        return to_picture(self.temporal(tokens), x.shape[-1])


class ReferenceLayer(nn.Module):
    """ResNet and spatial attention; keeps what the denoising network's layer of the same place will see.

    In the `last` one, after the keeping, there is nothing left to do.
    """

    def __init__(self, config: SingerConfig, inputs: int, outputs: int, spatial: bool, last: bool = False) -> None:
        super().__init__()
        self.resnet = ResNet(inputs, outputs)
        self.norm = nn.LayerNorm(outputs) if last else None
        self.spatial = SpatialAttention(outputs, config.heads, config.context) if spatial and not last else None

    def forward(self, x: Tensor, faces: Tensor, bank: list[Tensor]) -> Tensor:
        """[B, C, H, W] -> [B, outputs, H, W]; appends to `bank`."""
        x = self.resnet(x)
        if self.norm is not None:
            bank.append(self.norm(to_tokens(x)))
        if self.spatial is None:
            return x
        tokens, kept = self.spatial(to_tokens(x), faces)
        bank.append(kept)
        return to_picture(tokens, x.shape[-1])


class Upsample(nn.Module):
    """Twice as wide and high: nearest neighbour, then a 3 x 3 convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(nn.functional.interpolate(x, scale_factor=2.0, mode="nearest"))


def to_tokens(x: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, H W, C]."""
    return x.flatten(2).transpose(1, 2)


def to_picture(tokens: Tensor, width: int) -> Tensor:
    """[N, H W, C] -> [N, C, H, W]."""
    return tokens.transpose(1, 2).unflatten(2, (tokens.shape[1] // width, width))


def per_frame(x: Tensor, frames: int) -> Tensor:
    """[B, ...] -> [B F, ...]: each clip's once for each of its pictures."""
    return x[:, None].expand(x.shape[0], frames, *x.shape[1:]).flatten(0, 1)
