"""Where sounds begin, and whether two recordings of the same song agree on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
WINDOW, HOP = 1024, 128
"""Samples at 48 kHz: 21 ms seen, every 2.7 ms."""
BANDS, TOP_HZ = 40, 10_000.0
RISE_S = 0.02
"""Over so long a rise is summed: a vowel opens in about as much."""
SEARCH_S = 0.08
FLOOR = 1e-5


def rises(samples: NDArray[np.floating], sample_rate: int) -> Array:
    """How much each band's level rises around each hop [T], in nepers, falls not counted: spectral flux."""
    padded = np.pad(np.asarray(samples, np.float32), (WINDOW // 2, WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: -(-len(samples) // HOP)]
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW + 1)[:-1].astype(np.float32))) ** 2
    edges = np.unique(np.round(np.geomspace(100.0, TOP_HZ, BANDS + 1) * WINDOW / sample_rate).astype(int))
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    loud = float(np.quantile(bands.sum(axis=1), 0.95))
    level = 0.5 * np.log(np.maximum(bands / max(loud, 1e-20), FLOOR))
    reach = max(1, round(RISE_S * sample_rate / HOP / 2))
    around = np.pad(level, ((reach, reach), (0, 0)), mode="edge")
    return np.asarray(np.maximum(around[2 * reach :] - around[: -2 * reach], 0).sum(axis=1), np.float64)


def onset_errors(
    original: NDArray[np.floating], other: NDArray[np.floating], times_s: Sequence[float], sample_rate: int
) -> Array:
    """Seconds [n] by which `other` begins later than `original`, at each of `times_s` that can be found in both.

    The sharpest rise within `SEARCH_S` of a time is where it begins.  Raises `ValueError` for other lengths.
    """
    if len(original) != len(other):
        raise ValueError(f"{len(original)} and {len(other)} samples are not the same song")
    first, second = rises(original, sample_rate), rises(other, sample_rate)
    found = [_at(second, own) - own for time_s in times_s if (own := _at(first, time_s * sample_rate / HOP)) > 0]
    return np.array(found) * HOP / sample_rate


def _at(curve: Array, near: float) -> float:
    """The peak of a curve around a place, between samples; -1 where it lies at the search's edge."""
    reach = round(SEARCH_S * 48_000 / HOP)
    start = max(1, round(near) - reach)
    part = curve[start : round(near) + reach + 1]
    if len(part) < 3:
        return -1.0
    peak = start + int(part.argmax())
    if peak + 1 >= len(curve):
        return -1.0
    low, mid, high = curve[peak - 1 : peak + 2]
    bend = low - 2 * mid + high
    return peak + (0.5 * float((low - high) / bend) if bend < 0 else 0.0)
