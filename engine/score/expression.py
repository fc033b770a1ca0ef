"""How notes are sung beside what is written: curves over time and values per note.

`KNOBS` is the one table of what can be set.  A curve and a note's value of the same knob work together: they add up,
or multiply where the neutral value is 1.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError

Doubles = NDArray[np.float64]
BLEND = "blend:"
"""Before a speaker's name: the curve of that speaker's share."""


@dataclass(frozen=True, slots=True)
class Knob:
    """`low` to `high` in `unit`; `neutral` changes nothing, None: the voice's own habit."""

    name: str
    unit: str
    low: float
    high: float
    neutral: float | None
    curve: bool = True
    note: bool = True


KNOBS: Mapping[str, Knob] = MappingProxyType(
    {
        knob.name: knob
        for knob in (
            Knob("dynamics", "dB", -24.0, 12.0, 0.0),
            Knob("breathiness", "", -1.0, 1.0, 0.0),
            Knob("tension", "", -1.0, 1.0, 0.0),
            Knob("gender", "semitones", -6.0, 6.0, 0.0),
            Knob("vibrato", "times", 0.0, 3.0, 1.0, note=False),
            Knob("vibrato_depth", "cents", 0.0, 200.0, None, curve=False),
            Knob("vibrato_rate", "Hz", 3.0, 9.0, None, curve=False),
            Knob("vibrato_onset", "s", 0.0, 4.0, None, curve=False),
            Knob("portamento", "s", 0.0, 0.5, None, curve=False),
            Knob("consonants", "times", 0.25, 4.0, 1.0),
            Knob("timing", "s", -0.2, 0.2, 0.0, curve=False),
        )
    }
)
DRAWN_KEYS = (0.0, 127.0)
"""Range of drawn pitch, in fractional MIDI keys."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (quarters, value) by ascending quarters: straight lines between, held outside.

    Raises `ValueError` for points out of order, none at all, or values that are not finite.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("a curve needs a point")
        if not np.all(np.isfinite(np.array(self.points, np.float64))):
            raise ValueError("a curve's points must be finite numbers")
        if any(after[0] < before[0] for before, after in zip(self.points, self.points[1:], strict=False)):
            raise ValueError("a curve's points must go forward in time")

    @property
    def start(self) -> float:
        """Quarters of the first point."""
        return self.points[0][0]

    @property
    def end(self) -> float:
        """Quarters of the last point."""
        return self.points[-1][0]

    def at(self, quarters: NDArray[np.floating[Any]] | float) -> Doubles:
        """Values at `quarters`, of the same shape."""
        places, values = zip(*self.points, strict=True)
        return np.asarray(np.interp(np.asarray(quarters, np.float64), places, values), np.float64)

    def within(self, start: float, end: float) -> Curve:
        """What of it can be heard from quarters `start` to `end` (>= start): the points there, and its values at both.

        For a held curve beyond its points this is the held value: a curve reaches everywhere.
        """
        # By bisection: a song's curve has points by the ten thousand, and each of its phrases cuts its own piece.
        first, last = bisect_right(self.points, start, key=_place), bisect_left(self.points, end, key=_place)
        return Curve(((start, self._near(start)), *self.points[first:last], (end, self._near(end))))

    def _near(self, quarter: float) -> float:
        """As `at`, of the two points beside it."""
        after = bisect_right(self.points, quarter, key=_place)
        places, values = zip(*self.points[max(after - 1, 0) : after + 1], strict=True)
        return float(np.interp(quarter, places, values))


def _place(point: tuple[float, float]) -> float:
    return point[0]


def neutral(name: str) -> float | None:
    """The value of a knob that changes nothing."""
    return 0.0 if name.startswith(BLEND) else KNOBS[name].neutral


def with_value(name: str, curve: Curve | None, value: float) -> Curve:
    """A knob's curve with one value laid on all of it: added, or multiplied where the neutral value is 1.

    The two together keep within the knob's range.  Without a curve the value is held.
    """
    if curve is None:
        return Curve(((0.0, value),))
    low, high = (0.0, 1.0) if name.startswith(BLEND) else (KNOBS[name].low, KNOBS[name].high)
    told = ((at, was * value if neutral(name) == 1 else was + value) for at, was in curve.points)
    return Curve(tuple((at, min(max(both, low), high)) for at, both in told))


def check_value(name: str, value: float) -> None:
    """Raises `InputError` for a knob that there is not, or a value outside its range."""
    if name.startswith(BLEND) and name != BLEND:
        low, high, unit = 0.0, 1.0, ""
    elif name in KNOBS:
        low, high, unit = KNOBS[name].low, KNOBS[name].high, KNOBS[name].unit
    else:
        raise InputError(f"There is no knob “{name}”.", f"Choose one of: {', '.join(KNOBS)}.")
    if not low <= value <= high:
        where = f"{low:g} to {high:g} {unit}".rstrip()
        raise InputError(f"{name} cannot be {value:g}.", f"Keep it within {where}.")


def check_curve(name: str, curve: Curve) -> None:
    """Raises `InputError` as `check_value`, and for a knob that is set per note only."""
    if name in KNOBS and not KNOBS[name].curve:
        raise InputError(f"{name} cannot change over time.", "Set it per note.")
    for _, value in curve.points:
        check_value(name, value)
