"""SINGER's two modules in the wavelet domain, after the paper's figure and equations.

Both start as identity, so either can be put into a network that was trained without it.  As released they differ
(`released.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.train.avatar.networks.wavelets import Bands, haar, inverse_haar

NUM_BANDS = 4


class MultiScaleSpectral(nn.Module):
    """S' = IDWT({w_i I_i}), I = DWT(S) over tokens and time, w = 2 sigmoid(FC(chunks of z_t * W)).

    W weighs the visual latents place by place; the FC works on the channels' means of each of four horizontal strips,
    one strip for one band; weights are means over the frames, between 0 and 2, 1 at the start.
    """

    def __init__(self, latent_channels: int, side: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(latent_channels, side, side))
        self.fc = nn.Sequential(
            nn.Linear(latent_channels, max(2, latent_channels // 2)),
            nn.ReLU(),
            nn.Linear(max(2, latent_channels // 2), 1),
        )
        for parameter in self.fc[2].parameters():
            nn.init.zeros_(parameter)

    def weights(self, z_t: Tensor) -> Tensor:
        """z_t [B, C, F, H, W] -> one weight per band, [B, 4]."""
        batch, channels, frames, height, width = z_t.shape
        strips = (z_t * self.weight[:, None]).reshape(batch, channels, frames, NUM_BANDS, height // NUM_BANDS, width)
        means = strips.mean(dim=(4, 5)).permute(0, 2, 3, 1)
        return (2 * torch.sigmoid(self.fc(means))).mean(dim=1)[..., 0]

    def forward(self, z_t: Tensor, audio: Tensor) -> Tensor:
        """z_t [B, C, F, H, W], audio [B, F, M, D], F and M even -> audio, its bands weighed."""
        weights = self.weights(z_t)[:, :, None, None, None]
        bands = haar(audio.permute(0, 3, 2, 1))
        weighed = Bands(*(band * weights[:, number] for number, band in enumerate(bands)))
        return inverse_haar(weighed).permute(0, 3, 2, 1)


class SelfAdaptiveFilter(nn.Module):
    """H' = 2 sigmoid(FC(H)) * IDWT({w_i DWT(H)_i}); w and the sigmoid's factor are 1 at the start.

    The FC sees the channels of one place; w has one value for each band and channel.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(NUM_BANDS, channels, 1, 1))
        self.fc = nn.Sequential(nn.Conv2d(channels, channels // 2, 1), nn.ReLU(), nn.Conv2d(channels // 2, channels, 1))
        for parameter in self.fc[2].parameters():
            nn.init.zeros_(parameter)

    def forward(self, hidden: Tensor) -> Tensor:
        """[N, C, H, W], H and W even -> the same shape."""
        weighed = Bands(*(band * self.weight[number] for number, band in enumerate(haar(hidden))))
        return 2 * torch.sigmoid(self.fc(hidden)) * inverse_haar(weighed)
