"""The noise schedule of the score-based SDE with a data-driven prior (HiddenSinger, eq. 9-14; Grad-TTS).

Forward: dz = (mu - z) beta_t / 2 dt + sqrt(beta_t) dW.  Given z_0, z_t is normal with mean
rho = (1 - a) mu + a z_0 and variance lambda = 1 - a^2, where a = exp(-B(t) / 2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BetaSchedule:
    """Linear beta from `beta_0` at t = 0 to `beta_1` at t = 1 (the paper: 0.05 to 20)."""

    beta_0: float = 0.05
    beta_1: float = 20.0

    def beta(self, t: float) -> float:
        """Noise rate at t in [0, 1]."""
        return self.beta_0 + (self.beta_1 - self.beta_0) * t

    def integral(self, t: float) -> float:
        """B(t), the integral of beta from 0 to t."""
        return self.beta_0 * t + 0.5 * (self.beta_1 - self.beta_0) * t * t

    def decay(self, t: float) -> float:
        """a(t): what is left of z_0 - mu at t."""
        return float(np.exp(-0.5 * self.integral(t)))

    def variance(self, t: float) -> float:
        """lambda(t) = 1 - a(t)^2."""
        return -float(np.expm1(-self.integral(t)))

    def log_snr(self, t: float) -> float:
        """log(a / sqrt(lambda)), falling in t; infinite at t = 0."""
        variance = self.variance(t)
        return -0.5 * self.integral(t) - 0.5 * float(np.log(variance)) if variance > 0 else float("inf")

    def time_of(self, log_snr: NDArray[np.float64]) -> NDArray[np.float64]:
        """t at which log(a / sqrt(lambda)) is `log_snr`; the inverse of `log_snr`."""
        integral = np.logaddexp(0.0, -2.0 * np.asarray(log_snr, np.float64))
        slope = self.beta_1 - self.beta_0
        # The root of slope t^2 / 2 + beta_0 t = integral, written so that a slope of 0 is no special case.
        times: NDArray[np.float64] = 2 * integral / (self.beta_0 + np.sqrt(self.beta_0**2 + 2 * slope * integral))
        return times


def timesteps(schedule: BetaSchedule, num_steps: int, start: float = 1.0, end: float = 0.01) -> NDArray[np.float64]:
    """`num_steps` + 1 times: the network is asked at all but the last, which is 0.

    From `start` they lie evenly in log signal-to-noise, as if `end` came last: even spacing there puts the steps
    where the latents take shape; even spacing in t would spend most of them in plain noise.  What is asked for at the
    last of them is taken as it is.
    """
    if num_steps < 1:
        raise ValueError("num_steps must be at least 1")
    if not 0 < end < start <= 1:
        end = 0.5 * start
    times = schedule.time_of(np.linspace(schedule.log_snr(start), schedule.log_snr(end), num_steps + 1))
    times[0], times[-1] = start, 0.0
    return times
