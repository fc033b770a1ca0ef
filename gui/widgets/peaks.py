"""Peaks of a sound: what of it can be drawn.  Plain numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
BIN = 256
"""Samples of one peak."""


def peaks_of(samples: Floats) -> Floats:
    """float32 [C, T] -> float32 [N, 2]: lowest and highest sample of any channel in each `BIN` samples, the last bin
    being shorter.  N is 0 for no samples."""
    length = samples.shape[1]
    if length == 0:
        return np.zeros((0, 2), np.float32)
    starts = np.arange(0, length, BIN)
    low = np.minimum.reduceat(samples.min(axis=0), starts)
    high = np.maximum.reduceat(samples.max(axis=0), starts)
    return np.stack([low, high], axis=1).astype(np.float32)


def by_pixel(xs: Doubles, peaks: Floats) -> tuple[Doubles, Floats]:
    """Peaks [N, 2] that begin at `xs` [N] (ascending, in pixels), no more than one a pixel: (x [M], peaks [M, 2])."""
    pixels = np.floor(xs)
    starts = np.flatnonzero(np.diff(pixels, prepend=-np.inf) > 0)
    if len(starts) == len(xs):
        return xs, peaks
    low = np.minimum.reduceat(peaks[:, 0], starts)
    high = np.maximum.reduceat(peaks[:, 1], starts)
    return pixels[starts], np.stack([low, high], axis=1)
