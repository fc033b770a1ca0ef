"""What the networks are told about a phrase: tokens per phone, features per frame.

Training and rendering call the same functions, so that the networks hear at work what they learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.singing.timing import SungNote, TimedPhone

FRAME_FEATURES = 6
NEAR_S = 0.03
"""Distances to a phone's ends are told on a log scale from here: close to a boundary they matter most."""
REFERENCE_HZ = 220.0
DURATION_BINS = 64
TEMPO_BINS = 32
SHORTEST_S, LONGEST_S = 0.03, 8.0
SLOWEST_BPM, FASTEST_BPM = 16.0, 256.0
UNKNOWN_PHONE = 0

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Times = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Conditions:
    """phones, keys, durations, tempi int64 [P]; phone_of_frame int64 [T]; features float32 [T, F]; f0 float32 [T]."""

    phones: Integers
    keys: Integers
    durations: Integers
    tempi: Integers
    phone_of_frame: Integers
    features: Floats
    f0: Floats


def conditions(
    phones: Sequence[TimedPhone],
    notes: Sequence[SungNote],
    tempo_bpm: float,
    f0: Floats,
    phone_ids: Mapping[str, int],
    frame_rate: float,
) -> Conditions:
    """Conditions of a phrase whose frame 0 begins with its first phone; f0 [T] in Hz at frame middles."""
    times = phones[0].start_s + (np.arange(len(f0)) + 0.5) / frame_rate
    starts = np.array([p.start_s for p in phones])
    ends = np.array([p.end_s for p in phones])
    index = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(phones) - 1)
    return Conditions(
        phones=np.array([phone_ids.get(p.label, UNKNOWN_PHONE) for p in phones], np.int64),
        keys=np.array([notes[p.note].key for p in phones], np.int64),
        durations=duration_bins(ends - starts),
        tempi=np.full(len(phones), tempo_bin(tempo_bpm), np.int64),
        phone_of_frame=index.astype(np.int64),
        features=_features(times, starts[index], ends[index], f0),
        f0=f0.astype(np.float32),
    )


def duration_bins(duration_s: Times) -> Integers:
    """Durations on a log scale, 0 to DURATION_BINS - 1."""
    share = np.log(np.clip(duration_s, SHORTEST_S, LONGEST_S) / SHORTEST_S) / np.log(LONGEST_S / SHORTEST_S)
    bins: Integers = np.round(share * (DURATION_BINS - 1)).astype(np.int64)
    return bins


def tempo_bin(tempo_bpm: float) -> int:
    """Tempo on a log scale from 16 to 256 quarters a minute (the paper's range), 0 to TEMPO_BINS - 1."""
    bpm = min(max(tempo_bpm, SLOWEST_BPM), FASTEST_BPM)
    return round(float(np.log(bpm / SLOWEST_BPM) / np.log(FASTEST_BPM / SLOWEST_BPM)) * (TEMPO_BINS - 1))


def _features(times: Times, starts: Times, ends: Times, f0: Floats) -> Floats:
    since, until = np.maximum(times - starts, 0), np.maximum(ends - times, 0)
    length = np.maximum(ends - starts, 1e-3)
    columns = [
        np.log2(np.maximum(f0, 40.0) / REFERENCE_HZ),
        np.log1p(since / NEAR_S) - 1.0,
        np.log1p(until / NEAR_S) - 1.0,
        2 * np.clip(since / length, 0, 1) - 1,
        np.exp(-since / NEAR_S) - np.exp(-until / NEAR_S),
        np.log(length) + 1.5,
    ]
    return np.stack(columns, axis=1).astype(np.float32)
