"""Latents of a trained system, in few steps and in many.

Two solvers.  `exponential` is the one that ships (engine.diffusion.sample_ode).  `euler` is Grad-TTS's, from which the
paper has its own: equal steps in t, the drift taken at each step's middle time.  Both begin in N(centre, 1 / tau).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.diffusion import BetaSchedule, sample_ode, timesteps
from engine.diffusion.sampling import start_noise
from engine.train.claims.generator import INPUTS, StandardGenerator
from engine.train.generator import Example, Generator

Floats = NDArray[np.float32]
Denoise = Callable[[Floats, float], Floats]
SOLVERS = ("exponential", "euler")
FARTHEST = 1e3
"""A solver that leaves these bounds (latents have a variance of 1) has failed, and stays there."""


@torch.no_grad()
def condition(generator: Generator, example: Example) -> tuple[Tensor, Tensor]:
    """(h_cond [1, H, T], mu [1, D, T]) of a whole phrase."""
    told = example.conditions
    tokens = {name: torch.from_numpy(getattr(told, name)[None]) for name in ("phones", "keys", "durations", "tempi")}
    arrays = tokens | {
        "token_mask": torch.ones(1, len(told.phones)),
        "phone_of_frame": torch.from_numpy(told.phone_of_frame[None]),
        "features": torch.from_numpy(told.features[None]),
        "speaker": torch.tensor([example.speaker]),
        "languages": torch.full((1, len(told.phones)), example.language),
    }
    h_cond, mu = generator.condition(*(arrays[name] for name in INPUTS))
    return h_cond, mu


@torch.no_grad()
def sampled(generator: Generator, h_cond: Tensor, mu: Tensor, solver: str, steps: int, seed: int) -> Floats:
    """Normalised latents [D, T] of one take, at the paper's temperature."""
    config = generator.config
    schedule = BetaSchedule(config.beta_0, config.beta_1)
    centre = np.zeros(mu.shape[1:], np.float32) if isinstance(generator, StandardGenerator) else mu[0].numpy()
    rng = np.random.default_rng(seed)
    z = start_noise(centre, schedule, 1.0, config.tau, rng)

    def denoise(z: Floats, t: float) -> Floats:
        stated: Floats = generator.denoiser(torch.from_numpy(z[None]), mu, h_cond, torch.tensor([t]))[0].numpy()
        return stated

    if solver == "exponential":
        return sample_ode(denoise, z, centre, schedule, timesteps(schedule, steps), rng)
    return euler(denoise, z, centre, schedule, steps)


def euler(denoise: Denoise, z: Floats, centre: Floats, schedule: BetaSchedule, steps: int) -> Floats:
    """Probability-flow ODE, dz = (centre - z - score) beta / 2 dt, in equal steps back from 1 to 0."""
    for index in range(steps):
        t = 1 - (index + 0.5) / steps
        a, variance = schedule.decay(t), schedule.variance(t)
        away = z - centre
        score = (np.float32(a) * (denoise(z, t) - centre) - away) / np.float32(variance)
        drift = np.float32(0.5 * schedule.beta(t) / steps) * (-away - score)
        z = (z - drift).clip(-FARTHEST, FARTHEST).astype(np.float32)
    return z
