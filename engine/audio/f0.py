"""The fundamental frequency of a voice in a recording, numpy.

Candidates from the autocorrelation of each frame and the cheapest path through them (Boersma, 1993), then each frame's
own frequency from the phases of its harmonics (Flanagan's equation, as in Kawahara et al., 1999), which is exact
to about a cent where the autocorrelation is to ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.audio.f0_candidates import HIGHEST_HZ, LOWEST_HZ, Candidates, find_candidates, frame_span
from engine.audio.f0_path import UNVOICED, best_path
from engine.audio.f0_refine import refine

Floats = NDArray[np.float32]
Check = Callable[[], None]
ANALYSIS_RATE = 8000
"""Breath and sibilants live above 4 kHz and know nothing of pitch."""
BLOCK_FRAMES = 1024
SHORTEST_VOICED_S = 0.025
"""A shorter spell of pitch is a click or a knock."""
STRAY_S, STRAY_OCTAVES, NEAR_S = 0.1, 0.75, 0.5
"""A spell this short (windows make it 50 ms longer), so far from the pitch before and after it, is a sibilant."""
FALLBACK_HZ = 220.0


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """`f0` [S] in Hz, 0 where nothing is voiced; `periodicity` [S], 0 (noise) to 1 (a period that repeats exactly)."""

    f0: Floats
    periodicity: Floats

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Which frames have a pitch."""
        return self.f0 > 0


def track_f0(
    samples: Floats, sample_rate: int, hop_length: int, loudest: float | None = None, check: Check | None = None
) -> PitchTrack:
    """The pitch of mono samples [N] in S = ceil(N / hop_length) frames, frame s around (s + 1/2) hops.

    Looked for from `LOWEST_HZ` to `HIGHEST_HZ`.  `loudest`: the amplitude that counts as loud, for a stretch of a
    longer recording; by default the stretch's own peak.  Never fails for finite samples: silence, noise and
    clicks come out unvoiced, of two voices one is followed.  `check` is called now and then and may raise.
    """
    frames = -(-len(samples) // hop_length)
    if not frames:
        return PitchTrack(np.zeros(0, np.float32), np.zeros(0, np.float32))
    sound = np.asarray(samples, np.float32)
    if sample_rate != ANALYSIS_RATE:
        sound = soxr.resample(sound, sample_rate, ANALYSIS_RATE, quality="HQ")
    loud = float(np.abs(sound).max(initial=0.0)) if loudest is None else loudest
    middles = np.rint((np.arange(frames) + 0.5) * hop_length * ANALYSIS_RATE / sample_rate).astype(np.int64)
    found = _candidates(sound, middles, loud, check)
    chosen = best_path(found, hop_length / sample_rate)
    f0, periodicity = _chosen(found, chosen)
    f0 = refine(sound, middles, f0, ANALYSIS_RATE)
    frame_rate = sample_rate / hop_length
    for start, end in _spells(f0):
        if end - start < SHORTEST_VOICED_S * frame_rate:
            f0[start:end] = 0.0
    for start, end in _strays(f0, frame_rate):
        f0[start:end] = 0.0
    return PitchTrack(f0.astype(np.float32), periodicity)


def continuous_f0(f0: Floats, fallback_hz: float = FALLBACK_HZ) -> Floats:
    """f0 [S] with a line, in octaves, through its unvoiced stretches: above 0 everywhere."""
    voiced = np.flatnonzero(f0 > 0)
    if not len(voiced):
        return np.full(len(f0), fallback_hz, np.float32)
    octaves = np.interp(np.arange(len(f0)), voiced, np.log2(f0[voiced].astype(np.float64)))
    return np.exp2(octaves).astype(np.float32)


def _candidates(sound: Floats, middles: NDArray[np.int64], loud: float, check: Check | None) -> Candidates:
    reach = frame_span(ANALYSIS_RATE)
    padded = np.pad(sound, (reach, 2 * reach))
    parts = []
    for first in range(0, len(middles), BLOCK_FRAMES):
        if check is not None:
            check()
        parts.append(find_candidates(padded, middles[first : first + BLOCK_FRAMES] + reach, ANALYSIS_RATE, loud))
    return Candidates(*(np.concatenate(columns) for columns in zip(*(p.arrays() for p in parts), strict=True)))


def _chosen(found: Candidates, chosen: NDArray[np.int64]) -> tuple[NDArray[np.float64], Floats]:
    rows = np.arange(len(chosen))
    voiced = chosen != UNVOICED
    index = np.where(voiced, chosen, 0)
    hz = np.where(voiced, found.hz[rows, index], 0.0)
    periodicity = np.where(voiced, found.strength[rows, index], found.strength.max(axis=1))
    return hz.astype(np.float64), np.clip(periodicity, 0.0, 1.0).astype(np.float32)


def _spells(f0: NDArray[np.float64]) -> list[tuple[int, int]]:
    """First and one past the last frame of each voiced spell."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], f0 > 0, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _strays(f0: NDArray[np.float64], frame_rate: float) -> list[tuple[int, int]]:
    spells = _spells(f0)
    longest, near = STRAY_S * frame_rate, NEAR_S * frame_rate
    found = []
    for number, (start, end) in enumerate(spells):
        beside = []
        if number and start - spells[number - 1][1] < near:
            beside.append(f0[spells[number - 1][1] - 1])
        if number + 1 < len(spells) and spells[number + 1][0] - end < near:
            beside.append(f0[spells[number + 1][0]])
        own = float(np.median(f0[start:end]))
        if end - start < longest and beside and all(abs(np.log2(own / hz)) > STRAY_OCTAVES for hz in beside):
            found.append((start, end))
    return found


__all__ = ["HIGHEST_HZ", "LOWEST_HZ", "PitchTrack", "continuous_f0", "track_f0"]
