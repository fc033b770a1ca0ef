"""Rectified flow, and its sampler for a network that states the clean latents (Liu et al. 2022, eq. 1-2).

z_t = (1 - t) z_0 + t noise; the velocity is (z_t - z_0) / t, constant along a straight path, so few steps go far.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Clean = Callable[[Floats, float], Floats]
"""(z, t) -> z_0, all of one shape."""
OnStep = Callable[[int, int], None]

CLIP_SHARE = 0.5
"""Of the noise's variance, what all frames of a song share; the rest is each frame's own."""
_ALL_FRAMES = 2**64 - 1
_WORD = 2**64


def flow_times(num_steps: int) -> NDArray[np.float64]:
    """`num_steps` + 1 times, evenly from 1 (noise) to 0 (clean).  Raises `ValueError` below one step."""
    if num_steps < 1:
        raise ValueError("num_steps must be at least 1")
    return np.linspace(1.0, 0.0, num_steps + 1)


def sample_flow(clean: Clean, z: Floats, times: NDArray[np.float64], on_step: OnStep | None = None) -> Floats:
    """z at times[0] becomes z at times[-1], by Euler's steps along the stated velocity.

    `on_step(done, total)` is called before each step.  Raises `ValueError` when times do not fall from above 0.
    """
    if len(times) and (np.any(np.diff(times) >= 0) or times[-1] < 0):
        raise ValueError("times must fall, and not below 0")
    for index, (t, after) in enumerate(pairwise(map(float, times))):
        if on_step is not None:
            on_step(index, len(times) - 1)
        keep = np.float32(after / t)
        z = np.asarray(keep * z + (np.float32(1) - keep) * clean(z, t), np.float32)
    return z


def window_noise(seed: int, first_frame: int, num_frames: int, shape: tuple[int, ...]) -> Floats:
    """Standard normal noise [num_frames, *shape] to begin a window from; `first_frame` may be negative.

    Half of its variance is the song's, the same in every frame, so that windows agree on how a face moves; half
    belongs to each frame, and is the same in every window that has it.  `seed`, from 0 below 2^64, names the take.
    """
    song = _normal(seed, _ALL_FRAMES, shape)
    own = [_normal(seed, frame % (_WORD - 1), shape) for frame in range(first_frame, first_frame + num_frames)]
    frames = np.stack(own) if own else np.zeros((0, *shape), np.float32)
    return np.asarray(np.float32(CLIP_SHARE**0.5) * song + np.float32((1 - CLIP_SHARE) ** 0.5) * frames, np.float32)


def _normal(seed: int, number: int, shape: tuple[int, ...]) -> Floats:
    # A counter-based generator: the frame is the counter's highest word, so no two frames share a value.
    counter = np.array([0, 0, 0, number], np.uint64)
    rng = np.random.Generator(np.random.Philox(key=np.array([seed, 0], np.uint64), counter=counter))
    return rng.standard_normal(shape, dtype=np.float32)
