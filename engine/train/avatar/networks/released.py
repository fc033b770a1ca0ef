"""The two spectral modules as the authors released them: the shapes and names of their `net.pth`, and what they do.

They are not what the paper draws: nothing of W is trained, weights are summed over the frames instead of averaged,
neither module can be identity, and the filter's FC runs along the rows, which ties it to 512 x 512 pictures.  They
are here so that a checkpoint that an artist owns does what it was trained to do.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.train.avatar.networks.spectral import NUM_BANDS
from engine.train.avatar.networks.wavelets import Bands, haar, inverse_haar


class VisualWeight(nn.Module):
    """`weight` [B', C, F', H, W]: B' and F' are of whatever batch and clip it was made for, and only ever summed."""

    weight: Tensor

    def __init__(self, shape: tuple[int, int, int, int, int]) -> None:
        super().__init__()
        self.register_buffer("weight", torch.randn(shape))

    def forward(self, z: Tensor) -> Tensor:
        """[B, C, F, H, W] -> the same shape."""
        return z * self.weight.sum(dim=(0, 2))[:, None]

    def _load_from_state_dict(self, state_dict: dict[str, Tensor], prefix: str, *rest: Any) -> None:
        """Take over any B' and F'; other shapes fail as they always do."""
        found = state_dict.get(f"{prefix}weight")
        if found is not None and found.ndim == self.weight.ndim:
            size = list(self.weight.shape)
            size[0], size[2] = found.shape[0], found.shape[2]
            self.weight = self.weight.new_empty(size)
        super()._load_from_state_dict(state_dict, prefix, *rest)


class ReleasedMultiScaleSpectral(nn.Module):
    """Names: dct_layer.weight (6, 4, 14, 64, 64), fc.0.weight (2, 4), fc.2.weight (1, 2)."""

    def __init__(self, channels: int = 4, side: int = 64, batch: int = 6, frames: int = 14) -> None:
        super().__init__()
        self.dct_layer = VisualWeight((batch, channels, frames, side, side))
        self.fc = nn.Sequential(
            nn.Linear(channels, channels // 2, bias=False),
            nn.ReLU(),
            nn.Linear(channels // 2, 1, bias=False),
            nn.Sigmoid(),
        )

    def weights(self, z_t: Tensor) -> Tensor:
        """z_t [B, C, F, H, W] -> [B, 4], each from 0 to F: sums over strips, then over frames."""
        batch, channels, frames, height, width = z_t.shape
        strips = self.dct_layer(z_t).reshape(batch, channels, frames, NUM_BANDS, height // NUM_BANDS, width)
        sums = strips.sum(dim=(4, 5)).permute(0, 2, 3, 1)
        return self.fc(sums)[..., 0].sum(dim=1)

    def forward(self, z_t: Tensor, audio: Tensor) -> Tensor:
        """z_t [B, C, F, H, W], audio [B, F, M, D], F and M even -> audio, its bands weighed."""
        weights = self.weights(z_t)[:, :, None, None, None]
        bands = haar(audio.permute(0, 3, 2, 1))
        weighed = Bands(*(band * weights[:, number] for number, band in enumerate(bands)))
        return inverse_haar(weighed).permute(0, 3, 2, 1)


class ReleasedSelfAdaptiveFilter(nn.Module):
    """Names: weight (4, 1, 1280, 4, 4), fc.0.weight (4, 8), fc.2.weight (8, 4), for a mid-block 8 wide."""

    def __init__(self, channels: int = 1280, side: int = 8) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(NUM_BANDS, 1, channels, side // 2, side // 2))
        self.fc = nn.Sequential(
            nn.Linear(side, side // 2, bias=False), nn.ReLU(), nn.Linear(side // 2, side, bias=False), nn.Sigmoid()
        )

    def forward(self, hidden: Tensor) -> Tensor:
        """[N, C, H, side] -> the same shape; the last two dimensions of the weight are summed, as released."""
        weight = self.weight.sum(dim=(1, 3, 4))[:, :, None, None]
        weighed = Bands(*(band * weight[number] for number, band in enumerate(haar(hidden))))
        return self.fc(hidden) * inverse_haar(weighed)
