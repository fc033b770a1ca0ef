"""How well a voice keeps its pitch, judged by a tracker that knows nothing of the voice (WORLD Harvest).

Only the middle of long notes counts: there the pitch is meant, between notes it is on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyworld
from numpy.typing import NDArray

from engine.phonemize.phones import is_vowel
from engine.singing.pitch import key_to_hz
from engine.train.corpus.singing import SungPhrase

TRACKER_PERIOD_S = 0.005
TRACKER_FLOOR_HZ, TRACKER_CEILING_HZ = 90.0, 1100.0
LONG_NOTE_S = 0.25
MIDDLE = (0.3, 0.8)
"""The share of a note that is measured."""
OFF_CENTS = 50.0
NO_PITCH_CENTS = 1200.0
"""Stands for the error of a voice that no pitch was found in."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PhrasePitch:
    """One phrase: `cents` [M] of each measured frame against the f0 asked for (NaN: unvoiced); `note_cents` [n],
    the median of each note against its written key."""

    cents: Array
    note_cents: Array


@dataclass(frozen=True, slots=True)
class PitchFigures:
    """`off_share` of the voiced frames, by more than 50 cents; `voiced_share` of all measured frames;
    `median_note_cents`: median over the notes of how far their own median is from the written key."""

    median_cents: float
    off_share: float
    voiced_share: float
    median_note_cents: float
    frames: int
    notes: int


def track(samples: NDArray[np.floating], sample_rate: int) -> tuple[Array, Array]:
    """(f0 in Hz, 0 where unvoiced; seconds), both [M] every 5 ms, of samples [N]."""
    f0, times = pyworld.harvest(
        np.ascontiguousarray(samples, np.float64),
        sample_rate,
        f0_floor=TRACKER_FLOOR_HZ,
        f0_ceil=TRACKER_CEILING_HZ,
        frame_period=1000 * TRACKER_PERIOD_S,
    )
    return f0, times


def cents_between(tracked_hz: Array, wanted_hz: Array) -> Array:
    """Signed distance [M]; NaN where either is 0."""
    sounding = (tracked_hz > 0) & (wanted_hz > 0)
    ratio = np.where(sounding, tracked_hz, 1.0) / np.where(sounding, wanted_hz, 1.0)
    return np.where(sounding, 1200 * np.log2(ratio), np.nan)


def phrase_pitch(phrase: SungPhrase, samples: NDArray[np.floating], sample_rate: int) -> PhrasePitch:
    """Deviation of `samples` [N], which begin with the phrase's first phone."""
    tracked, times = track(samples, sample_rate)
    hop_s = len(phrase.audio) / len(phrase.f0) / sample_rate
    middles = (np.arange(len(phrase.f0)) + 0.5) * hop_s
    asked = np.exp2(np.interp(times, middles, np.log2(phrase.f0)))
    on_vowel = _on_vowel(phrase, times)
    cents, note_cents = [], []
    for note in phrase.notes:
        inside = on_vowel & _in_middle(note.start_s, note.end_s, times + phrase.phones[0].start_s)
        if note.end_s - note.start_s <= LONG_NOTE_S or not inside.any():
            continue
        cents.append(cents_between(tracked[inside], asked[inside]))
        against_key = cents_between(tracked[inside], np.full(int(inside.sum()), float(key_to_hz(float(note.key)))))
        if np.isfinite(against_key).any():
            note_cents.append(float(np.nanmedian(against_key)))
    return PhrasePitch(np.concatenate(cents) if cents else np.zeros(0), np.array(note_cents))


def pitch_figures(phrases: Sequence[PhrasePitch]) -> PitchFigures:
    """All phrases together, every frame alike."""
    cents = np.concatenate([p.cents for p in phrases])
    voiced = np.abs(cents[np.isfinite(cents)])
    notes = np.abs(np.concatenate([p.note_cents for p in phrases]))
    return PitchFigures(
        median_cents=_median(voiced),
        off_share=float(np.mean(voiced > OFF_CENTS)) if len(voiced) else 1.0,
        voiced_share=len(voiced) / max(len(cents), 1),
        median_note_cents=_median(notes),
        frames=len(cents),
        notes=len(notes),
    )


def _on_vowel(phrase: SungPhrase, times: Array) -> NDArray[np.bool_]:
    """Whether each time [M], in seconds of the audio, falls into a vowel."""
    starts = np.array([p.start_s for p in phrase.phones]) - phrase.phones[0].start_s
    index = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 1)
    vowels = np.array([is_vowel(p.label) for p in phrase.phones])
    return vowels[index] & (times < phrase.phones[-1].end_s - phrase.phones[0].start_s)


def _in_middle(start_s: float, end_s: float, times: Array) -> NDArray[np.bool_]:
    share = (times - start_s) / max(end_s - start_s, 1e-9)
    return (share >= MIDDLE[0]) & (share <= MIDDLE[1])


def _median(values: Array) -> float:
    return float(np.median(values)) if len(values) else NO_PITCH_CENTS
