"""Building blocks that several networks share.  Sequences are [B, C, T]."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def silence(layer: nn.Conv1d) -> None:
    """Start a layer at zero: the network begins as if the layer were not there."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)


class ChannelNorm(nn.Module):
    """Layer norm over the channels of [B, C, T]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x.transpose(1, 2)).transpose(1, 2)


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution, norm, two pointwise layers, residual (Liu et al., 2022; 1-D as in Vocos)."""

    def __init__(self, channels: int, kernel: int = 7, expansion: int = 3) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(channels, channels, kernel, padding=kernel // 2, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.widen = nn.Linear(channels, channels * expansion)
        self.narrow = nn.Linear(channels * expansion, channels)
        self.scale = nn.Parameter(torch.full((channels,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.depthwise(x).transpose(1, 2))
        y = self.narrow(nn.functional.gelu(self.widen(y), approximate="tanh"))
        return x + (self.scale * y).transpose(1, 2)


class WaveNetLayer(nn.Module):
    """Gated convolution with residual and skip outputs (van den Oord et al., 2016), not causal."""

    def __init__(self, channels: int, kernel: int, conditioning: int = 0) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(channels, 2 * channels, kernel, padding=kernel // 2)
        self.conditioning = nn.Conv1d(conditioning, 2 * channels, 1) if conditioning else None
        self.output = nn.Conv1d(channels, 2 * channels, 1)

    def forward(self, x: Tensor, conditioning: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y = self.convolution(x)
        if self.conditioning is not None and conditioning is not None:
            y = y + self.conditioning(conditioning)
        filtered, gate = y.chunk(2, dim=1)
        residual, skip = self.output(torch.tanh(filtered) * torch.sigmoid(gate)).chunk(2, dim=1)
        return (x + residual) * 0.7071067811865476, skip
