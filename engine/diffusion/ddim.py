"""Velocity diffusion on the circle, and its DDIM sampler (Salimans and Ho 2022, appendix D; Song et al. 2021, eq. 12).

phi = pi/2 sigma, alpha = cos phi, beta = sin phi: z_sigma = alpha z_0 + beta noise, v = alpha noise - beta z_0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Velocity = Callable[[Floats, float], Floats]
"""(z, sigma) -> v, all of one shape."""
StepNoise = Callable[[int], Floats]
"""Standard normal noise, of the shape of z, for the step of that number."""
OnStep = Callable[[int, int], None]


def angles(sigma: float) -> tuple[float, float]:
    """(alpha, beta) at sigma in [0, 1]: shares of signal and of noise; their squares add up to 1."""
    phi = 0.5 * math.pi * sigma
    return math.cos(phi), math.sin(phi)


def ddim_sigmas(num_steps: int) -> NDArray[np.float64]:
    """`num_steps` + 1 levels, evenly from 1 (noise) to 0 (signal).  Raises `ValueError` below one step."""
    if num_steps < 1:
        raise ValueError("num_steps must be at least 1")
    return np.linspace(1.0, 0.0, num_steps + 1)


def sample_ddim(
    velocity: Velocity,
    z: Floats,
    sigmas: NDArray[np.float64],
    eta: float = 0.0,
    noise: StepNoise | None = None,
    on_step: OnStep | None = None,
) -> Floats:
    """z at sigmas[0] becomes z at sigmas[-1].

    `eta` in [0, 1] is the share of noise that each step replaces by fresh `noise`: 0 none, 1 as the ancestral
    sampler.  `on_step(done, total)` is called before each step.  Raises `ValueError` when noise is wanted and absent.
    """
    if eta > 0 and noise is None:
        raise ValueError("eta above 0 needs noise")
    for index, (sigma, after) in enumerate(pairwise(map(float, sigmas))):
        if on_step is not None:
            on_step(index, len(sigmas) - 1)
        alpha, beta = angles(sigma)
        v = velocity(z, sigma)
        signal = _mixed(alpha, z, -beta, v)
        direction = _mixed(beta, z, alpha, v)
        next_alpha, next_beta = angles(after)
        fresh = eta * next_beta / beta * math.sqrt(max(0.0, 1 - (alpha / next_alpha) ** 2))
        kept = math.sqrt(max(0.0, next_beta**2 - fresh**2))
        z = _mixed(next_alpha, signal, kept, direction)
        if fresh > 0 and noise is not None:
            z = _mixed(1.0, z, fresh, noise(index))
    return z


def _mixed(a: float, x: Floats, b: float, y: Floats) -> Floats:
    """a x + b y, in single precision."""
    return np.asarray(np.float32(a) * x + np.float32(b) * y, np.float32)
