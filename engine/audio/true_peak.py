"""The peak between the samples, by ITU-R BS.1770-4: the highest value after oversampling."""

from __future__ import annotations

import functools
import math

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.audio.signal import Audio, FloatArray

_FINE_HZ = 176_000
_QUALITY = "HQ"
# Samples of a window, and to both sides of it: the resampler's response has ended within 100.
_WINDOW, _SIDE = 1024, 128
_AT_ONCE = 256


def true_peak_db(audio: Audio) -> float:
    """dBTP: the highest value after oversampling to at least 176 kHz; -inf when silent.

    Only those windows are oversampled that could hold it, by a bound that no sound breaks.
    """
    if not audio.num_samples:
        return -math.inf
    factor = max(1, math.ceil(_FINE_HZ / audio.sample_rate))
    peak = max(float(audio.samples.max()), -float(audio.samples.min()))
    if peak > 0 and factor > 1:
        for channel in audio.samples:
            peak = _highest(channel, factor, peak)
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def _highest(channel: FloatArray, factor: int, peak: float) -> float:
    """The larger of `peak` and the highest value of `channel` [T] oversampled by `factor`."""
    count = -(-len(channel) // _WINDOW) + 2  # one of silence on each side
    loudest = _loudest(channel, count)
    around = np.maximum(loudest, np.maximum(np.roll(loudest, 1), np.roll(loudest, -1)))
    by_level, by_bend = _bounds(factor)
    places = np.flatnonzero(around * by_level > peak)
    if not places.size:
        return peak
    could = np.minimum(around[places] * by_level, around[places] + by_bend * _bends(channel, places))
    order = np.argsort(-could)
    for start in range(0, len(order), _AT_ONCE):
        chosen = order[start : start + _AT_ONCE]
        if could[chosen[0]] <= peak:
            break
        windows = _windows(channel, places[chosen[could[chosen] > peak]])
        fine = soxr.resample(windows.reshape(-1), 1, factor, quality=_QUALITY).reshape(len(windows), -1)
        inner = fine[:, _SIDE * factor : -_SIDE * factor]
        peak = max(peak, float(inner.max()), -float(inner.min()))
    return peak


def _loudest(channel: FloatArray, count: int) -> FloatArray:
    """The highest sample of each window: [count]; the first and the last are silence around the sound."""
    loudest = np.zeros(count, np.float32)
    whole = len(channel) // _WINDOW
    table = channel[: whole * _WINDOW].reshape(whole, _WINDOW)
    loudest[1 : whole + 1] = np.maximum(table.max(axis=1), -table.min(axis=1))
    rest = channel[whole * _WINDOW :]
    if rest.size:
        loudest[whole + 1] = np.abs(rest).max()
    return loudest


def _bends(channel: FloatArray, places: NDArray[np.intp]) -> NDArray[np.float64]:
    """How far any sample in or around the window lies from the line through its neighbours, twice: [N]."""
    parts = np.array_split(places, -(-len(places) // _AT_ONCE))
    bends = [np.abs(np.diff(_windows(channel, part), 2)).max(axis=1) for part in parts]
    return np.concatenate(bends).astype(np.float64)


def _windows(channel: FloatArray, places: NDArray[np.intp]) -> FloatArray:
    """[N, side + window + side]; window 1 begins with the first sample, and outside is silence."""
    result = np.zeros((len(places), _WINDOW + 2 * _SIDE), np.float32)
    for row, place in zip(result, places, strict=True):
        start = (int(place) - 1) * _WINDOW - _SIDE
        first, last = max(0, start), min(len(channel), start + len(row))
        if first < last:
            row[first - start : last - start] = channel[first:last]
    return result


@functools.lru_cache(maxsize=8)
def _bounds(factor: int) -> tuple[float, float]:
    """How high the resampler can reach between samples of at most 1, and how far above the samples for every 1 that
    they bend.

    The first is the sum of its response's magnitudes.  What it does beyond a straight line between two samples
    vanishes for straight lines, so it is a filter on second differences, and the second is the sum of that one's.
    """
    size = 2 * _SIDE
    impulse = np.zeros(2 * size + 1)
    impulse[size] = 1.0
    response = soxr.resample(impulse, 1, factor, quality=_QUALITY)
    line = np.maximum(0.0, 1 - np.abs(np.arange(len(response)) / factor - size))
    level = bend = 0.0
    for phase in range(factor):
        level = max(level, float(np.abs(response[phase::factor]).sum()))
        beyond = np.cumsum(np.cumsum(response[phase::factor] - line[phase::factor]))
        bend = max(bend, float(np.abs(beyond).sum()))
    return level, bend
