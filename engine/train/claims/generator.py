"""The generator whose diffusion ends in N(0, I) instead of N(mu, I): the paper's ablation of its prior.

mu is still estimated, still trained by L_prior, and still told to the denoiser; only the process and the
preconditioning are centred on 0.  Latents are normalised, so their spread around 0 is 1.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor

from engine.train.config import GeneratorConfig
from engine.train.generator import MAX_WEIGHT, SMALLEST_T, Generator, GeneratorRun, GeneratorTrainer
from engine.train.networks.denoiser import Denoiser, decay

Prior = Literal["data", "standard"]
INPUTS = ("phones", "keys", "durations", "tempi", "token_mask", "phone_of_frame", "features", "speaker", "languages")


class StandardDenoiser(Denoiser):
    """z_t around 0, mu, h_cond, t -> z_0."""

    def forward(self, z_t: Tensor, mu: Tensor, h_cond: Tensor, t: Tensor) -> Tensor:
        """Shapes as of `Denoiser`.  Untrained it is the best linear guess from z_t alone."""
        a = decay(t, self.config.beta_0, self.config.beta_1)[:, None, None]
        x = self.input(torch.cat([z_t, mu], dim=1)) + self._step(t)[:, :, None]
        skips = torch.zeros_like(x)
        for layer in self.layers:
            x, skip = layer(x, h_cond)
            skips = skips + skip
        x = self.output(torch.relu(self.skip(torch.relu(skips * len(self.layers) ** -0.5))))
        return a * z_t + torch.sqrt(1 - a**2) * x


class StandardGenerator(Generator):
    """The same networks; z_t = a z_0 + sqrt(1 - a^2) noise."""

    def __init__(self, config: GeneratorConfig, latent_dim: int) -> None:
        super().__init__(config, latent_dim)
        denoiser = StandardDenoiser(config, latent_dim)
        denoiser.load_state_dict(self.denoiser.state_dict())
        self.denoiser = denoiser

    def losses(self, batch: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """(L_diff, L_prior), weighed as those of `Generator`."""
        h_cond, mu = self.condition(*(batch[name] for name in INPUTS))
        target, mask = batch["latents"], batch["frame_mask"][:, None]
        count = mask.sum() * target.shape[1]
        prior = (((target - mu) ** 2) * mask).sum() / count
        t = SMALLEST_T + (1 - SMALLEST_T) * torch.rand(len(target), device=target.device)
        a = decay(t, self.config.beta_0, self.config.beta_1)[:, None, None]
        z_t = a * target + torch.sqrt(1 - a**2) * torch.randn_like(target)
        denoised = self.denoiser(z_t, mu.detach(), h_cond, t)
        weight = (a**2 / (1 - a**2)).clamp(max=MAX_WEIGHT) + 0.2
        return (weight * ((denoised - target) ** 2) * mask).sum() / count, prior


class PriorTrainer(GeneratorTrainer):
    """`GeneratorTrainer` with either prior; both begin with the same weights and draw the same noise."""

    def __init__(self, prior: Prior, config: GeneratorConfig, latent_dim: int, run: GeneratorRun) -> None:
        super().__init__(config, latent_dim, run)
        if prior == "standard":
            twin = StandardGenerator(config, latent_dim).to(run.device)
            twin.load_state_dict(self.generator.state_dict())
            self.generator, self.average = twin, copy.deepcopy(twin).eval()
            defaults = self.optimizer.defaults
            self.optimizer = torch.optim.AdamW(
                twin.parameters(), defaults["lr"], defaults["betas"], weight_decay=defaults["weight_decay"]
            )
        torch.manual_seed(run.seed)
