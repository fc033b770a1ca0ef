"""Rectified flow, and its sampler for a network that states the clean latents (Liu et al. 2022, eq. 1-2).

z_t = (1 - t) z_0 + t noise; the velocity is (z_t - z_0) / t, constant along a straight path, so few steps go far.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Clean = Callable[[Floats, float], Floats]
"""(z, t) -> z_0, all of one shape."""
OnStep = Callable[[int, int], None]

SLOW_SHARE = 0.5
"""Of the noise's variance, what frames share with their neighbours; the rest is each frame's own."""
KNOT_FRAMES = 40
"""What is slow is another after so many frames: 1.6 s at 25 a second, about as heads sway."""
_OWN, _SLOW, _STEERED = range(3)
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


def window_noise(
    seed: int, first_frame: int, num_frames: int, shape: tuple[int, ...], directions: Floats | None = None
) -> Floats:
    """Standard normal noise [num_frames, *shape] to begin a window from; `first_frame` may be negative.

    Half of its variance wanders slowly through the song, so that windows agree on how a face moves; half belongs to
    each frame.  Along `directions` [D, size of a frame], orthonormal, it is `slow_normals` and nothing else.  A frame
    has the same noise in every window that has it.  `seed`, from 0 below 2^64, names the take.
    """
    frames = np.arange(first_frame, first_frame + num_frames)
    knots, leaving, coming = slow_weights(frames)
    drawn = {knot: _normal(seed, _SLOW, knot, shape) for knot in _needed(knots)}
    noise = np.zeros((num_frames, *shape), np.float32)
    for row, (frame, knot) in enumerate(zip(frames.tolist(), knots.tolist(), strict=True)):
        slow = leaving[row] * drawn[knot] + coming[row] * drawn[knot + 1]
        noise[row] = SLOW_SHARE**0.5 * slow + (1 - SLOW_SHARE) ** 0.5 * _normal(seed, _OWN, frame, shape)
    if directions is None:
        return noise
    return steered(noise, slow_normals(seed, frames, len(directions)), directions)


def slow_normals(seed: int, frames: NDArray[Any], columns: int) -> Floats:
    """[F, columns]: standard normal, each its own slow way through the song; `frames` may be fractions."""
    knots, leaving, coming = slow_weights(frames)
    drawn = {knot: _normal(seed, _STEERED, knot, (columns,)) for knot in _needed(knots)}
    before = np.array([drawn[knot] for knot in knots.tolist()], np.float32).reshape(-1, columns)
    after = np.array([drawn[knot + 1] for knot in knots.tolist()], np.float32).reshape(-1, columns)
    return leaving[:, None] * before + coming[:, None] * after


def steered(noise: Floats, amounts: Floats, directions: Floats) -> Floats:
    """`noise` [F, ...] with `amounts` [F, D] in place of what it has along the orthonormal `directions` [D, ...]."""
    flat: NDArray[np.floating[Any]] = noise.reshape(len(noise), directions.shape[1])
    flat = flat + (amounts - flat @ directions.T) @ directions
    return np.asarray(flat.reshape(noise.shape), np.float32)


def _needed(knots: NDArray[np.int64]) -> range:
    return range(int(knots.min()), int(knots.max()) + 2) if len(knots) else range(0)


def slow_weights(frames: NDArray[Any]) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Which knot each frame has left, and the weights of that one and the next; their squares sum to 1."""
    knots, within = np.divmod(frames, KNOT_FRAMES)
    angles = within / KNOT_FRAMES * (np.pi / 2)
    return knots.astype(np.int64), np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _normal(seed: int, kind: int, number: int, shape: tuple[int, ...]) -> Floats:
    # A counter-based generator: the number is the counter's highest word, so no two draws share a value.
    counter = np.array([0, 0, kind, number % _WORD], np.uint64)
    rng = np.random.Generator(np.random.Philox(key=np.array([seed, 0], np.uint64), counter=counter))
    return rng.standard_normal(shape, dtype=np.float32)
