"""The f0 curve of a phrase: the notes' pitches, joined and made human.

Portamento joins touching notes, vibrato grows on long ones, a slow drift keeps held notes alive, a
phrase is scooped into from just below.  All of it is centred on the written pitch.  What a note's articulation asks
for takes the place of the habit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.singing.timing import SungNote
from engine.singing.vibrato import VibratoHabit, vibrato

A4_KEY, A4_HZ = 69, 440.0

Times = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PitchStyle:
    """How a singer moves between and on notes."""

    portamento_s: float = 0.09
    """Time to get from one touching note to the next."""
    vibrato_semitones: float = 0.28
    vibrato_hz: float = 5.4
    vibrato_from_s: float = 0.30
    """Earliest start of the vibrato after the note's."""
    vibrato_note_s: float = 0.5
    """Notes shorter than this stay straight."""
    scoop_semitones: float = 0.7
    scoop_s: float = 0.07
    drift_semitones: float = 0.04


def key_to_hz(key: Doubles | float) -> Doubles:
    """Frequency of a (fractional) MIDI number; 69 is 440 Hz."""
    return A4_HZ * np.exp2((np.asarray(key, np.float64) - A4_KEY) / 12)


def f0_curve(
    notes: Sequence[SungNote], times_s: Times, style: PitchStyle, seed: int, vibrato_factor: Doubles | float = 1.0
) -> NDArray[np.float32]:
    """f0 in Hz (> 0 everywhere) at `times_s` [T].  The same seed gives the same curve; `vibrato_factor` may be [T]."""
    rng = np.random.default_rng(seed)
    keys = _steps(notes, times_s, style)
    keys += _scoop(notes, times_s, style)
    habit = VibratoHabit(style.vibrato_semitones, style.vibrato_hz, style.vibrato_from_s, style.vibrato_note_s)
    keys += vibrato_factor * vibrato(notes, times_s, habit, rng)
    keys += _drift(times_s, style, rng)
    return key_to_hz(keys).astype(np.float32)


def _steps(notes: Sequence[SungNote], times: Times, style: PitchStyle) -> Doubles:
    """Written keys with smooth transitions; a rest is crossed in a line."""
    keys = np.full(len(times), float(notes[0].key))
    for before, after in pairwise(notes):
        width = _way_s(before, after, style)
        middle = after.start_s - 0.2 * width
        gap = after.start_s - before.end_s
        if gap > width and after.articulation.portamento is None:
            width, middle = gap, 0.5 * (before.end_s + after.start_s)
        share = np.clip((times - middle) / max(width, 1e-3) + 0.5, 0, 1)
        keys += (after.key - before.key) * (0.5 - 0.5 * np.cos(np.pi * share))
    return keys


def _way_s(before: SungNote, after: SungNote, style: PitchStyle) -> float:
    """How long the way into a note takes: 70 % of it before the note's start, 30 % after."""
    had, has = before.end_s - before.start_s, after.end_s - after.start_s
    asked = after.articulation.portamento
    if asked is None:
        return min(style.portamento_s, 0.6 * has, 0.6 * had)
    return min(asked, 2.0 * has, 1.3 * (after.start_s - before.start_s))


def _scoop(notes: Sequence[SungNote], times: Times, style: PitchStyle) -> Doubles:
    """Below the first note, then up to it."""
    asked = notes[0].articulation.portamento
    scoop_s = style.scoop_s if asked is None else max(asked, 1e-3)
    share = np.clip((times - (notes[0].start_s - 0.4 * scoop_s)) / scoop_s, 0, 1)
    below: Doubles = -style.scoop_semitones * (0.5 + 0.5 * np.cos(np.pi * share))
    return below


def _drift(times: Times, style: PitchStyle, rng: np.random.Generator) -> Doubles:
    """Slow random wander: a few sines below 3 Hz."""
    rates = rng.uniform(0.3, 2.8, 5)
    phases = rng.uniform(0, 2 * np.pi, 5)
    waves: Doubles = np.sin(2 * np.pi * rates[:, None] * times + phases[:, None])
    drift: Doubles = style.drift_semitones * waves.sum(0) / np.sqrt(5 / 2) / np.sqrt(2)
    return drift
