"""Samplers: from noise around the prior's mean to latents.

Each is one function `(denoise, z, mu, schedule, times, ...) -> z_0`.  `denoise(z, t)` states z_0; the score
is (rho(z_0) - z) / lambda (HiddenSinger, eq. 13-14).  `times` fall from the start to nearly 0.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.diffusion.schedules import BetaSchedule

Floats = NDArray[np.float32]
Denoise = Callable[[Floats, float], Floats]
OnStep = Callable[[int, int], None]


class Sampler(Protocol):
    """All samplers are called alike."""

    def __call__(
        self,
        denoise: Denoise,
        z: Floats,
        mu: Floats,
        schedule: BetaSchedule,
        times: NDArray[np.float64],
        rng: np.random.Generator,
        on_step: OnStep | None = None,
    ) -> Floats: ...


def start_noise(mu: Floats, schedule: BetaSchedule, start: float, tau: float, rng: np.random.Generator) -> Floats:
    """z at time `start`: mu plus noise of variance lambda / tau.

    At start = 1 this is the paper's N(mu, 1/tau); a smaller start begins part of the way, where an
    undertrained network is on safer ground.  tau > 1 is a cooler, safer take.
    """
    spread = np.sqrt(schedule.variance(start) / tau)
    return mu + np.float32(spread) * rng.standard_normal(mu.shape, dtype=np.float32)


def sample_ode(
    denoise: Denoise,
    z: Floats,
    mu: Floats,
    schedule: BetaSchedule,
    times: NDArray[np.float64],
    rng: np.random.Generator,
    on_step: OnStep | None = None,
) -> Floats:
    """Probability-flow ODE, exponential Euler: exact while the denoised estimate stays the same."""
    for index, (t, after) in enumerate(pairwise(times)):
        _report(on_step, index, len(times) - 1)
        z = _move(z, denoise(z, float(t)), mu, schedule, float(t), float(after))
    return denoise(z, float(times[-1]))


def sample_second_order(
    denoise: Denoise,
    z: Floats,
    mu: Floats,
    schedule: BetaSchedule,
    times: NDArray[np.float64],
    rng: np.random.Generator,
    on_step: OnStep | None = None,
) -> Floats:
    """Probability-flow ODE with the last two estimates (DPM-Solver++ 2M, Lu et al., 2022)."""
    last: Floats | None = None
    last_gain = 0.0
    for index, (t, after) in enumerate(pairwise(times)):
        _report(on_step, index, len(times) - 1)
        denoised = denoise(z, float(t))
        gain = schedule.log_snr(float(after)) - schedule.log_snr(float(t))
        estimate = denoised
        if last is not None:
            estimate = denoised + np.float32(0.5 * gain / last_gain) * (denoised - last)
        z = _move(z, estimate, mu, schedule, float(t), float(after))
        last, last_gain = denoised, gain
    return denoise(z, float(times[-1]))


def sample_sde(
    denoise: Denoise,
    z: Floats,
    mu: Floats,
    schedule: BetaSchedule,
    times: NDArray[np.float64],
    rng: np.random.Generator,
    on_step: OnStep | None = None,
) -> Floats:
    """The reverse SDE (eq. 13): each step draws from the exact posterior given the denoised estimate."""
    for index, (t, after) in enumerate(pairwise(times)):
        _report(on_step, index, len(times) - 1)
        denoised = denoise(z, float(t))
        now, then = schedule.decay(float(t)), schedule.decay(float(after))
        ratio = now / then
        fresh = 1 - ratio**2
        variance, left = schedule.variance(float(t)), schedule.variance(float(after))
        mean = (
            mu + np.float32(ratio * left / variance) * (z - mu) + np.float32(then * fresh / variance) * (denoised - mu)
        )
        z = mean + np.float32(np.sqrt(fresh * left / variance)) * rng.standard_normal(z.shape, dtype=np.float32)
    return denoise(z, float(times[-1]))


SAMPLERS: dict[str, Sampler] = {"ode": sample_ode, "second-order": sample_second_order, "sde": sample_sde}


def _move(z: Floats, denoised: Floats, mu: Floats, schedule: BetaSchedule, t: float, after: float) -> Floats:
    """Keep the noise direction that z and `denoised` imply, at the level of `after`."""
    keep = np.float32(np.sqrt(schedule.variance(after) / schedule.variance(t)))
    now, then = np.float32(schedule.decay(t)), np.float32(schedule.decay(after))
    return mu + then * (denoised - mu) + keep * (z - mu - now * (denoised - mu))


def _report(on_step: OnStep | None, index: int, total: int) -> None:
    if on_step is not None:
        on_step(index, total)
