"""Samplers: from noise around the prior's mean to latents.

Each is one function `(denoise, z, mu, schedule, times, ...) -> z_0`.  `denoise(z, t)` states z_0; the score
is (rho(z_0) - z) / lambda (HiddenSinger, eq. 13-14).  `times` fall from the start to 0, and `denoise` is asked at
each but the last: as many steps, so many evaluations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
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
    for t, after in _steps(times, on_step):
        z = _move(z, denoise(z, t), mu, schedule, t, after)
    return z


def sample_consistency(
    denoise: Denoise,
    z: Floats,
    mu: Floats,
    schedule: BetaSchedule,
    times: NDArray[np.float64],
    rng: np.random.Generator,
    on_step: OnStep | None = None,
) -> Floats:
    """For distilled networks (Song et al., 2023): each estimate is an end; noise is put on it anew, and less.

    The new noise is as strong, of what its time allows, as the noise at the start: the temperature stays.
    """
    start = float(times[0])
    heat = float(np.std(z - mu)) / float(np.sqrt(schedule.variance(start)))
    for t, after in _steps(times, on_step):
        a, spread = schedule.decay(after), heat * float(np.sqrt(schedule.variance(after)))
        z = mu + np.float32(a) * (denoise(z, t) - mu)
        if spread > 0:
            z = z + np.float32(spread) * rng.standard_normal(z.shape, dtype=np.float32)
    return z


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
    for t, after in _steps(times, on_step):
        denoised = denoise(z, t)
        now, then = schedule.decay(t), schedule.decay(after)
        ratio = now / then
        fresh = 1 - ratio**2
        variance, left = schedule.variance(t), schedule.variance(after)
        mean = (
            mu + np.float32(ratio * left / variance) * (z - mu) + np.float32(then * fresh / variance) * (denoised - mu)
        )
        z = mean + np.float32(np.sqrt(fresh * left / variance)) * rng.standard_normal(z.shape, dtype=np.float32)
    return z


def _sample_multistep(
    denoise: Denoise,
    z: Floats,
    mu: Floats,
    schedule: BetaSchedule,
    times: NDArray[np.float64],
    rng: np.random.Generator,
    on_step: OnStep | None = None,
    *,
    order: int,
) -> Floats:
    """The denoised estimate as a polynomial of log-SNR through the last `order` estimates (Lu et al., 2022)."""
    known: list[tuple[float, Floats]] = []
    for t, after in _steps(times, on_step):
        denoised = denoise(z, t)
        known = [*known, (schedule.log_snr(t), denoised)][-order:]
        # The last step goes to an infinite log-SNR: no polynomial reaches there, the estimate itself does.
        estimate = denoised if after == 0 else _extrapolated(known, schedule.log_snr(after))
        z = _move(z, estimate, mu, schedule, t, after)
    return z


sample_second_order = partial(_sample_multistep, order=2)
"""Probability-flow ODE with the last two estimates (DPM-Solver++ 2M)."""
sample_third_order = partial(_sample_multistep, order=3)
"""Probability-flow ODE with the last three estimates (DPM-Solver++ 3M)."""
SAMPLERS: dict[str, Sampler] = {
    "consistency": sample_consistency,
    "ode": sample_ode,
    "sde": sample_sde,
    "second-order": sample_second_order,
    "third-order": sample_third_order,
}


def _extrapolated(known: list[tuple[float, Floats]], then: float) -> Floats:
    """What stands for the denoised estimate from the last of `known` (log-SNR, estimate) until log-SNR `then`."""
    now, denoised = known[-1]
    if len(known) == 1:
        return denoised
    # Means of v and v^2 over the step, under the weight exp(v) that the exact solution gives to each moment.
    step = then - now
    weight = -float(np.expm1(-step))
    mean, mean_square = (step - weight) / weight, (step**2 - 2 * (step - weight)) / weight
    before, older = known[-2]
    slope = (denoised - older) / np.float32(now - before)
    if len(known) == 2:
        return denoised + np.float32(mean) * slope
    oldest_at, oldest = known[-3]
    bend = (slope - (older - oldest) / np.float32(before - oldest_at)) / np.float32(now - oldest_at)
    slope = slope + np.float32(now - before) * bend
    curved = denoised + np.float32(mean) * slope + np.float32(mean_square) * bend
    return curved.astype(np.float32, copy=False)


def _move(z: Floats, denoised: Floats, mu: Floats, schedule: BetaSchedule, t: float, after: float) -> Floats:
    """Keep the noise direction that z and `denoised` imply, at the level of `after`."""
    keep = np.float32(np.sqrt(schedule.variance(after) / schedule.variance(t)))
    now, then = np.float32(schedule.decay(t)), np.float32(schedule.decay(after))
    return mu + then * (denoised - mu) + keep * (z - mu - now * (denoised - mu))


def _steps(times: NDArray[np.float64], on_step: OnStep | None) -> Iterator[tuple[float, float]]:
    """Each time with the one after it; `on_step` is told before."""
    for index, (t, after) in enumerate(pairwise(times)):
        if on_step is not None:
            on_step(index, len(times) - 1)
        yield float(t), float(after)
