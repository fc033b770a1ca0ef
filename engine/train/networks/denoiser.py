"""The latent generator's network (HiddenSinger 3.3): a non-causal WaveNet over latents.

The forward process is dz = (mu - z) beta/2 dt + sqrt(beta) dW, so that z_t is normal around
rho = (1 - a) mu + a z_0 with variance lambda = 1 - a^2, a = exp(-B(t)/2).  The network states z_0; the
score is (rho - z_t) / lambda.  What it states is preconditioned (Karras et al., 2022, carried over to this
process): with an untrained network it is the best linear guess from z_t and mu, which keeps a sampler near
the prior's mean however little the network has learned.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from engine.train.config import GeneratorConfig
from engine.train.networks.blocks import WaveNetLayer, silence

STEP_CHANNELS = 128
RESIDUAL_STD = 0.5
"""Spread of the normalised latents around the prior's mean."""


def decay(t: Tensor, beta_0: float, beta_1: float) -> Tensor:
    """a(t) = exp(-B(t)/2), B = beta_0 t + (beta_1 - beta_0) t^2 / 2."""
    return torch.exp(-0.5 * (beta_0 * t + 0.5 * (beta_1 - beta_0) * t**2))


class Denoiser(nn.Module):
    """z_t, mu, h_cond, t -> z_0 (normalised latents)."""

    frequencies: Tensor

    def __init__(self, config: GeneratorConfig, latent_dim: int) -> None:
        super().__init__()
        self.config = config
        channels = config.denoiser_channels
        half = STEP_CHANNELS // 2
        self.register_buffer("frequencies", torch.exp(torch.linspace(0, math.log(1000.0), half)), persistent=False)
        self.step_1 = nn.Linear(STEP_CHANNELS, 2 * channels)
        self.step_2 = nn.Linear(2 * channels, channels)
        self.input = nn.Conv1d(2 * latent_dim, channels, 1)
        self.layers = nn.ModuleList(
            WaveNetLayer(channels, 3, conditioning=config.hidden) for _ in range(config.denoiser_layers)
        )
        self.skip = nn.Conv1d(channels, channels, 1)
        self.output = nn.Conv1d(channels, latent_dim, 1)
        silence(self.output)

    def forward(self, z_t: Tensor, mu: Tensor, h_cond: Tensor, t: Tensor) -> Tensor:
        """z_t, mu [B, D, T]; h_cond [B, H, T]; t [B] in (0, 1] -> denoised [B, D, T]."""
        a = decay(t, self.config.beta_0, self.config.beta_1)[:, None, None]
        variance = 1 - a**2
        total = (a * RESIDUAL_STD) ** 2 + variance
        away = (z_t - mu) * torch.rsqrt(total)
        x = self.input(torch.cat([away, mu], dim=1)) + self._step(t)[:, :, None]
        skips = torch.zeros_like(x)
        for layer in self.layers:
            x, skip = layer(x, h_cond)
            skips = skips + skip
        x = self.output(torch.relu(self.skip(torch.relu(skips * len(self.layers) ** -0.5))))
        keep = a * RESIDUAL_STD**2 / total
        return mu + keep * (z_t - mu) + RESIDUAL_STD * torch.sqrt(variance / total) * x

    def _step(self, t: Tensor) -> Tensor:
        angles = t[:, None] * self.frequencies
        waves = torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)
        return self.step_2(nn.functional.silu(self.step_1(waves)))
