"""Where the pitch of a voice goes from one note to the next: the moment at which f0 crosses the middle of their keys.

For notes that begin voiced, right after a note on another key.  Where the voice stops for a consonant in between, the
crossing cannot be heard, and is not guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.score import Note

_HOP_S = 0.001
_AROUND_S = 0.12
_WINDOW_S = 0.020
_RANGE_KEYS = 3.0
"""How far beyond the two keys f0 is looked for."""
_HIGH_HZ = 1000.0
_PERIODIC = 0.7
"""Least correlation with what comes a period later for a sound to count as voiced."""
_OCTAVE = 0.85
"""How like half a period has to be to be the whole one."""
_GAP_S = 0.020
"""Longest stop of the voice (such as of a `d`) in which a crossing may hide."""
_TOUCHING_QUARTERS = 1e-3


@dataclass(frozen=True, slots=True)
class Glide:
    """From one key to another (MIDI numbers, different) at a note's start, in seconds."""

    at_s: float
    before: int
    after: int


def glides_into(notes: Sequence[Note]) -> dict[int, int]:
    """The index of every note that follows another key without a rest, with that key."""
    return {
        index: before.key
        for index, (before, note) in enumerate(pairwise(notes), start=1)
        if before.key != note.key and abs(before.end - note.start) < _TOUCHING_QUARTERS
    }


def glide_errors_s(sound: NDArray[np.floating], sample_rate: int, glides: Sequence[Glide]) -> list[float | None]:
    """How much later than its note's start f0 crosses the middle of the keys, in seconds; None where it is not heard.

    `sound` [N] is one voice.  Looked for from 120 ms before each to 120 ms after it, which is the most that can be
    told: where the pitch does not change at all, that is what comes out.
    """
    return [_error_s(sound, sample_rate, glide) for glide in glides]


def _error_s(sound: NDArray[np.floating], sample_rate: int, glide: Glide) -> float | None:
    low_hz, high_hz = (_hz(key) for key in _span(glide))
    margin = round((_AROUND_S + _WINDOW_S + 1 / low_hz) * sample_rate)
    middle = round(glide.at_s * sample_rate)
    if middle < margin or middle + margin > len(sound):
        return None
    part = _low_passed(sound[middle - margin : middle + margin], sample_rate)
    periods = np.arange(int(sample_rate / high_hz), int(sample_rate / low_hz) + 2)
    times_s = np.arange(-_AROUND_S, _AROUND_S + _HOP_S / 2, _HOP_S)
    centres = margin + np.round(times_s * sample_rate).astype(int)
    likeness = np.stack([_likeness(part, int(period), centres, sample_rate) for period in periods])
    best = _without_octaves(likeness, periods)
    is_after = (sample_rate / periods[best] > _hz((glide.before + glide.after) / 2)) == (glide.after > glide.before)
    voiced = likeness.max(0) >= _PERIODIC
    return _crossing_s(times_s, is_after, voiced)


def _crossing_s(times_s: NDArray[np.float64], is_after: NDArray[np.bool_], voiced: NDArray[np.bool_]) -> float | None:
    """The moment that best parts what is on the old note's side from what is on the new one's."""
    right = np.where(voiced, np.where(is_after, 1, -1), 0)
    fits = np.concatenate([[0], np.cumsum(-right)]) + np.concatenate([np.cumsum(right[::-1])[::-1], [0]])
    ties = np.flatnonzero(fits == fits.max())
    first, last = int(ties[0]), min(int(ties[-1]), len(times_s) - 1)
    if (last - first) * _HOP_S > _GAP_S:
        return None
    return float(times_s[(first + last) // 2])


def _without_octaves(likeness: NDArray[np.float64], periods: NDArray[np.int_]) -> NDArray[np.int_]:
    """The likeliest period's index for every moment: two periods are as like as one, so half of it is tried too."""
    best: NDArray[np.int_] = likeness.argmax(0)
    half = periods[best] // 2 - periods[0]
    moments = np.arange(likeness.shape[1])
    is_octave = (half >= 0) & (likeness[np.maximum(half, 0), moments] > _OCTAVE * likeness[best, moments])
    return np.where(is_octave, half, best)


def _likeness(part: NDArray[np.float64], period: int, centres: NDArray[np.int_], rate: int) -> NDArray[np.float64]:
    """Normalised correlation of windows around `centres` with what comes a period later."""
    size = round(_WINDOW_S * rate)
    left, right = part[:-period], part[period:]
    begin = centres - (size + period) // 2
    product, before, after = (_sums(values, begin, size) for values in (left * right, left * left, right * right))
    return product / np.sqrt(before * after + 1e-12)


def _sums(values: NDArray[np.float64], begin: NDArray[np.int_], size: int) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(values)])
    sums: NDArray[np.float64] = total[begin + size] - total[begin]
    return sums


def _low_passed(part: NDArray[np.floating], rate: int) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(part.astype(np.float64))
    spectrum[np.fft.rfftfreq(len(part), 1 / rate) > _HIGH_HZ] = 0
    low: NDArray[np.float64] = np.fft.irfft(spectrum, len(part))
    return low


def _span(glide: Glide) -> tuple[float, float]:
    return min(glide.before, glide.after) - _RANGE_KEYS, max(glide.before, glide.after) + _RANGE_KEYS


def _hz(key: float) -> float:
    return float(440 * 2 ** ((key - 69) / 12))
