"""Generated vocals for the refiner's training: what the separator will show it at run time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.train.networks.encodec import StereoCodec
from engine.train.networks.unet import LatentGenerator
from engine.train.refiner import Draw, level_of

Pairs = Callable[[], tuple[np.ndarray, np.ndarray]]
"""(vocals, mixture), float32 [B, 2, N] each."""


@dataclass
class Guide:
    """Codec, generator and the latents' mean and standard deviation [D]; makes vocals of mixtures."""

    codec: StereoCodec
    generator: LatentGenerator
    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    device: str = "cpu"
    half: bool = True
    random: torch.Generator = field(default_factory=lambda: torch.Generator().manual_seed(0))

    @torch.no_grad()
    def vocals(self, mixture: Tensor, num_steps: int) -> Tensor:
        """mixture [B, 2, N] -> generated vocals [B, 2, N], deterministic DDIM from fresh noise."""
        length = mixture.shape[-1]
        hop = self.codec.config.hop_length * self.generator.config.factor
        padded = torch.nn.functional.pad(mixture, (0, -length % hop)).to(self.device)
        level = level_of(mixture).to(self.device)
        mean, std = (torch.from_numpy(x).to(self.device)[:, None] for x in (self.mean, self.std))
        with torch.autocast(torch.device(self.device).type, dtype=torch.bfloat16, enabled=self.half):
            latents = (self.codec.encode(padded / level).float() - mean) / std
            pictures = self.generator.conditioner(latents)
            z = torch.randn(latents.shape, generator=self.random).to(self.device)
            z = ddim(lambda z_t, sigma: self.generator.unet(z_t, sigma, *pictures).float(), z, num_steps)
            audio = self.codec.decode(z * std + mean)
        return (audio.float() * level)[..., :length].cpu()


def ddim(velocity: Callable[[Tensor, Tensor], Tensor], z: Tensor, num_steps: int) -> Tensor:
    """From noise to latents in `num_steps` deterministic steps of equal size (arXiv 2511.21342, section 2.1)."""
    sigmas = torch.linspace(1, 0, num_steps + 1)
    for now, then in itertools.pairwise(sigmas):
        a, b = math.cos(now * math.pi / 2), math.sin(now * math.pi / 2)
        v = velocity(z, now.expand(len(z)).to(z.device))
        denoised, noise = a * z - b * v, b * z + a * v
        z = math.cos(then * math.pi / 2) * denoised + math.sin(then * math.pi / 2) * noise
    return z


def guided(pairs: Pairs, guide: Guide | None, seed: int | tuple[int, ...], without: float = 0.15) -> Draw:
    """(vocals, mixture, guide); a share of `without` of the batches, or all when there is no guide, gets silence."""
    rng = np.random.default_rng(seed)

    def draw() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        vocals, mixture = pairs()
        if guide is None or rng.random() < without:
            return vocals, mixture, np.zeros_like(mixture)
        made = guide.vocals(torch.from_numpy(mixture), int(rng.choice([1, 2, 4])))
        return vocals, mixture, made.numpy()

    return draw
