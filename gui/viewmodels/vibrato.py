"""The vibrato of a note as it is shown: where it begins, how far and how fast it sways, and the handles to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.score import KNOBS, Note
from gui.viewmodels.timeline import Doubles, Timeline

Handle = Literal["onset", "depth", "rate"]
HABIT = {"depth": 60.0, "rate": 5.5}
"""Shown where nobody asked: cents and Hz of a usual voice.  The voice's own habit is what is sung."""
ONSET_SHARE, LONG_NOTE_S = 0.35, 2.0
"""Where nobody asked the onset is shown at this share of the note, as in a note of at most `LONG_NOTE_S`."""
HZ_PX = 30.0
"""Pixels that a hand moves for one Hz."""
_HANDLE_ROWS = 1.1
"""How far below the note's middle the handles of onset and rate hang, in rows."""


@dataclass(frozen=True, slots=True)
class Vibrato:
    """`depth` in cents, `rate` in Hz, `onset_s` from the note's start, `asked`: whether the note says any of it."""

    start_s: float
    end_s: float
    depth: float
    rate: float
    onset_s: float
    asked: bool

    @classmethod
    def of(cls, note: Note, timeline: Timeline, expression: Mapping[str, float] | None = None) -> Vibrato:
        """Of a note; `expression`: what its track asks of all notes."""
        asked = {**(expression or {}), **note.expression}
        start_s, end_s = timeline.tempo_map.seconds(note.start), timeline.tempo_map.seconds(note.end)
        onset = asked.get("vibrato_onset", ONSET_SHARE * min(end_s - start_s, LONG_NOTE_S))
        return cls(
            start_s,
            end_s,
            asked.get("vibrato_depth", HABIT["depth"]),
            asked.get("vibrato_rate", HABIT["rate"]),
            min(onset, end_s - start_s),
            any(name in note.expression for name in ("vibrato_depth", "vibrato_rate", "vibrato_onset")),
        )

    def line(self, key: int, timeline: Timeline) -> tuple[Doubles, Doubles]:
        """(x [N], y [N]) in pixels of its sway around the key's row."""
        left, right = timeline.x_of_s(self.start_s + self.onset_s), timeline.x_of_s(self.end_s)
        xs = np.linspace(left, right, max(2, round(right - left) // 2))
        seconds = np.linspace(0.0, self.end_s - self.start_s - self.onset_s, len(xs))
        sway = self.depth / 100.0 * np.sin(2 * np.pi * self.rate * seconds)
        return xs, np.asarray(timeline.y_of_pitch(key) - sway * timeline.per_key, np.float64)

    def handles(self, key: int, timeline: Timeline) -> dict[Handle, tuple[float, float]]:
        """(x, y) in pixels of what a hand takes."""
        left, right = timeline.x_of_s(self.start_s + self.onset_s), timeline.x_of_s(self.end_s)
        middle = timeline.y_of_pitch(key)
        below = middle + _HANDLE_ROWS * timeline.per_key
        return {
            "onset": (left, below),
            "depth": (0.5 * (left + right), middle - self.depth / 100.0 * timeline.per_key - 0.5 * timeline.per_key),
            "rate": (right, below),
        }

    def dragged(self, handle: Handle, dx: float, dy: float, timeline: Timeline) -> dict[str, float]:
        """Knobs after a hand has moved a handle by so many pixels, within their ranges."""
        if handle == "onset":
            left = timeline.x_of_s(self.start_s + self.onset_s)
            onset = timeline.seconds(left + dx) - self.start_s
            # No later than just before the note's end, else nothing would be left to sway.
            return {"vibrato_onset": _within("vibrato_onset", min(onset, self.end_s - self.start_s - 0.02))}
        if handle == "depth":
            return {"vibrato_depth": _within("vibrato_depth", self.depth - dy / timeline.per_key * 100.0)}
        return {"vibrato_rate": _within("vibrato_rate", self.rate + dx / HZ_PX)}


def _within(knob: str, value: float) -> float:
    return min(max(value, KNOBS[knob].low), KNOBS[knob].high)
