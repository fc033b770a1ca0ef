"""What a phrase's curves and its notes' values come to: per note before it is timed, per subframe after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.codec.shaping import Shaping
from engine.errors import InputError
from engine.phonemize.phones import SILENCE
from engine.score import DRAWN_KEYS, KNOBS, Curve, Note, Phrase, Score, TempoMap, check_curve, check_value
from engine.singing.articulation import Articulation
from engine.singing.timing import SungNote, TimedPhone

Times = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
SHAPED = ("dynamics", "breathiness", "tension", "gender")
SMOOTH_S = 0.04
"""From one note's value to the next one's."""


def check_expression(score: Score) -> None:
    """Raises `InputError` for a knob that there is not or a value outside its range, with its place."""
    for note in score.notes:
        for name, value in note.expression.items():
            if name in KNOBS and not KNOBS[name].note:
                raise InputError(
                    f"{_place(note, score.tempo_map)}: {name} cannot be set on a note.", "Set it as a curve."
                )
            try:
                check_value(name, value)
            except InputError as error:
                raise InputError(f"{_place(note, score.tempo_map)}: {error.message}", error.hint) from None
    for name, curve in score.curves.items():
        check_curve(name, curve)
    low, high = DRAWN_KEYS
    for piece in score.drawn:
        for at, key in piece.points:
            if not low <= key <= high:
                bar, beat = score.tempo_map.bar_beat(at)
                what = f"Bar {bar}, beat {beat:g}: drawn pitch cannot be {key:g}."
                raise InputError(what, f"Keep it within the keys {low:g} to {high:g}; 60 is middle C.")


def curves_in_seconds(phrase: Phrase) -> dict[str, Curve]:
    """The phrase's curves over seconds from its start, to the microsecond as its content key has them."""
    return {name: _in_seconds(phrase, curve) for name, curve in phrase.curves.items()}


def drawn_in_seconds(phrase: Phrase) -> list[Curve]:
    """The phrase's drawn pieces likewise."""
    return [_in_seconds(phrase, piece) for piece in phrase.drawn]


def quarters_at(phrase: Phrase, times: Times) -> Doubles:
    """Quarters of the clip at seconds [T] from the phrase's start."""
    return np.array([phrase.tempo_map.quarters(phrase.start_s + float(at)) for at in times], np.float64)


def timing_s(notes: Sequence[Note]) -> list[float]:
    """Seconds by which each note is early (negative) or late."""
    return [float(note.expression.get("timing", 0.0)) for note in notes]


def articulation(note: Note, start_s: float, curves: Mapping[str, Curve]) -> Articulation:
    """What `note`, sung at `start_s`, asks for; `curves` over seconds."""
    factor = float(curves["consonants"].at(start_s)) if "consonants" in curves else 1.0
    asked = note.expression
    return Articulation(
        consonants=_within("consonants", factor * asked.get("consonants", 1.0)),
        vibrato_depth=asked.get("vibrato_depth"),
        vibrato_rate=asked.get("vibrato_rate"),
        vibrato_onset=asked.get("vibrato_onset"),
        portamento=asked.get("portamento"),
    )


def vibrato_factor(curves: Mapping[str, Curve], times: Times) -> Doubles | float:
    """What the vibrato's depth is multiplied by at `times` [T]."""
    return (
        np.clip(curves["vibrato"].at(times), KNOBS["vibrato"].low, KNOBS["vibrato"].high)
        if "vibrato" in curves
        else 1.0
    )


def shaping(
    asked: Sequence[Note],
    notes: Sequence[SungNote],
    phones: Sequence[TimedPhone],
    curves: Mapping[str, Curve],
    times: Times,
) -> Shaping | None:
    """Knobs of the gains at `times` [S]: curve and note value together, within the knob's range; None: all neutral."""
    begins = _begins(notes, phones)
    rows: dict[str, NDArray[np.float32]] = {}
    for name in SHAPED:
        values = np.array([float(note.expression.get(name, 0.0)) for note in asked])
        row = _steps(values, begins, times)
        if name in curves:
            row = row + curves[name].at(times)
        rows[name] = np.clip(row, KNOBS[name].low, KNOBS[name].high).astype(np.float32)
    return Shaping(**rows) if any(row.any() for row in rows.values()) else None


def _begins(notes: Sequence[SungNote], phones: Sequence[TimedPhone]) -> Doubles:
    """When each note's first sound begins: its consonants belong to it."""
    begins = [note.start_s for note in notes]
    for phone in reversed(phones):
        if phone.label != SILENCE:
            begins[phone.note] = min(begins[phone.note], phone.start_s)
    return np.maximum.accumulate(np.array(begins))


def _steps(values: Doubles, begins: Doubles, times: Times) -> Doubles:
    """The values of the notes that sound at `times`, with soft corners; exact where nothing changes."""
    index = np.clip(np.searchsorted(begins, times, side="right") - 1, 0, len(values) - 1)
    row = values[index]
    if len(times) < 2 or not np.ptp(row):
        return row
    reach = max(1, round(0.5 * SMOOTH_S / float(times[1] - times[0])))
    kernel = np.hanning(2 * reach + 3)[1:-1]
    smooth = np.convolve(np.pad(row, reach, mode="edge"), kernel / kernel.sum(), mode="valid")
    near = np.convolve(np.abs(np.diff(row, prepend=row[0])) > 0, np.ones(2 * reach + 1), mode="same") > 0
    return np.where(near, smooth, row)


def _in_seconds(phrase: Phrase, curve: Curve) -> Curve:
    seconds, start_s = phrase.tempo_map.seconds, phrase.start_s
    return Curve(tuple((round(seconds(at) - start_s, 6), value) for at, value in curve.points))


def _within(name: str, value: float) -> float:
    return min(max(value, KNOBS[name].low), KNOBS[name].high)


def _place(note: Note, tempo_map: TempoMap) -> str:
    bar, beat = tempo_map.bar_beat(note.start)
    return f"Bar {bar}, beat {beat:g}"
