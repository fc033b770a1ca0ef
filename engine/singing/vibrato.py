"""Vibrato: on long notes by itself, on any note by wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.singing.articulation import Articulation
from engine.singing.timing import SungNote

Times = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
CENTS = 100.0
GROW_S, FADE_S, END_S = 0.35, 0.12, 0.02
"""It grows over so long, and fades so long, so far before the note's end."""
GROW_SHARE = 0.4
"""On short notes it grows over this share of what is left after its onset."""
ONSET_SHARE = 0.35
LONG_NOTE_S = 2.0
"""The onset comes later in longer notes, up to this length."""
RATE_SPREAD = 0.06
"""Standard deviation of the rate from take to take, as a share, where nobody asked for a rate."""


@dataclass(frozen=True, slots=True)
class VibratoHabit:
    """What a singer does unasked: peak in semitones, rate, earliest onset, the shortest note that gets one."""

    semitones: float
    hz: float
    from_s: float
    note_s: float


def vibrato(notes: Sequence[SungNote], times: Times, habit: VibratoHabit, rng: np.random.Generator) -> Doubles:
    """Semitones [T] around the notes' pitches.  Every note draws its chance, whether it sways or not."""
    sway = np.zeros(len(times))
    for held in _held_together(notes):
        spread, phase = rng.standard_normal(), rng.uniform(0, 2 * np.pi)
        for note in _asked_apart(held):
            sway += _on_note(note, times, habit, float(spread), float(phase))
    return sway


def _held_together(notes: Sequence[SungNote]) -> list[list[SungNote]]:
    """Held notes of the same key sway as one long note."""
    groups: list[list[SungNote]] = []
    for note in notes:
        if groups and not note.phones and note.key == groups[-1][-1].key:
            groups[-1].append(note)
        else:
            groups.append([note])
    return groups


def _asked_apart(held: Sequence[SungNote]) -> list[SungNote]:
    """One long note, or several where a held one asks for a vibrato of its own; what it does not ask for stays."""
    parts = [held[0]]
    for note in held[1:]:
        before = parts[-1]
        if note.articulation.sways:
            parts.append(replace(note, articulation=_over(before.articulation, note.articulation)))
        else:
            parts[-1] = replace(before, end_s=note.end_s)
    return parts


def _over(before: Articulation, own: Articulation) -> Articulation:
    depth = before.vibrato_depth if own.vibrato_depth is None else own.vibrato_depth
    rate = before.vibrato_rate if own.vibrato_rate is None else own.vibrato_rate
    return replace(own, vibrato_depth=depth, vibrato_rate=rate)


def _on_note(note: SungNote, times: Times, habit: VibratoHabit, spread: float, phase: float) -> Doubles:
    asked, length = note.articulation, note.end_s - note.start_s
    if length < habit.note_s and asked.vibrato_depth is None:
        return np.zeros(len(times))
    onset = _onset_s(asked, habit, length)
    rate = habit.hz * (1 + RATE_SPREAD * spread) if asked.vibrato_rate is None else asked.vibrato_rate
    depth = habit.semitones if asked.vibrato_depth is None else asked.vibrato_depth / CENTS
    start = note.start_s + onset
    grow_s = GROW_S if length >= habit.note_s and not asked.sways else _grow_s(length - onset)
    grow = np.clip((times - start) / grow_s, 0, 1)
    fade = np.clip((note.end_s - END_S - times) / FADE_S, 0, 1)
    waves: Doubles = np.sin(2 * np.pi * rate * (times - start) + phase)
    sway: Doubles = depth * grow * fade * waves
    return sway


def _onset_s(asked: Articulation, habit: VibratoHabit, length: float) -> float:
    if asked.vibrato_onset is not None:
        return asked.vibrato_onset
    onset = max(habit.from_s, ONSET_SHARE * min(length, LONG_NOTE_S))
    return onset if asked.vibrato_depth is None else min(onset, ONSET_SHARE * length)


def _grow_s(left_s: float) -> float:
    return min(GROW_S, max(GROW_SHARE * left_s, 1e-3))
