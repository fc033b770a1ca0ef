"""Where notes may go: those of a track never overlap, and nobody is pushed.

The rule: what is moved stops at the neighbours that stay.  Where it was asked to go further it jumps over them whole,
into the free place that is nearest to where it was asked for; where none is near enough, it stays at the neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from engine.api.project import TrackNote

Doubles = NDArray[np.float64]
TOUCHING = 1e-9
"""Rounding is no overlap."""
_TRIES = 256
"""Neighbours that are jumped over one after the other, on either side."""


def free_shift(moved: Sequence[TrackNote], staying: Sequence[TrackNote], wanted: float) -> float:
    """The shift in quarters nearest to `wanted` by which `moved` overlap none of `staying` and begin at 0 or later.

    Both in time order, and without overlaps as they are.
    """
    if not moved:
        return 0.0
    starts, ends = _bounds(moved)
    fixed = _bounds(staying)
    lowest = -float(starts[0])
    asked = max(wanted, lowest)
    if not len(fixed[0]):
        return asked
    later = _cleared(starts, ends, fixed, asked, 1)
    earlier = _cleared(starts, ends, fixed, asked, -1)
    found = [shift for shift in (later, earlier) if shift is not None and shift >= lowest - TOUCHING]
    if not found:
        return _stopped(starts, ends, fixed, asked)
    return max(min(found, key=lambda shift: (abs(shift - asked), abs(shift))), lowest)


def later_shift(added: Sequence[TrackNote], staying: Sequence[TrackNote], wanted: float) -> float:
    """As `free_shift`, never earlier than `wanted`; behind all others where no gap near by is long enough."""
    starts, ends = _bounds(added)
    asked = max(wanted, -float(starts[0]))
    if not staying:
        return asked
    found = _cleared(starts, ends, _bounds(staying), asked, 1)
    return max(asked, staying[-1].end - float(starts[0])) if found is None else found


def gap_at(notes: Sequence[TrackNote], quarters: float) -> tuple[float, float] | None:
    """(start, end) of the rest that holds `quarters`, the end infinite behind the last note; None inside a note."""
    before, after = 0.0, float("inf")
    for note in notes:
        if note.start <= quarters < note.end - TOUCHING:
            return None
        if note.end <= quarters + TOUCHING:
            before = note.end
        elif note.start > quarters:
            after = note.start
            break
    return before, after


def _bounds(notes: Sequence[TrackNote]) -> tuple[Doubles, Doubles]:
    starts = np.fromiter(map(attrgetter("start"), notes), np.float64, len(notes))
    return starts, starts + np.fromiter(map(attrgetter("duration"), notes), np.float64, len(notes))


def _cleared(
    starts: Doubles, ends: Doubles, fixed: tuple[Doubles, Doubles], asked: float, direction: int
) -> float | None:
    """The first shift from `asked` on in one direction that is free; None when there is none near enough."""
    shift = asked
    for _ in range(_TRIES):
        onward = _onward(starts, ends, fixed, shift, direction)
        if onward == shift:
            return shift
        shift = onward
        if starts[0] + shift < -TOUCHING:
            return None
    return None


def _onward(starts: Doubles, ends: Doubles, fixed: tuple[Doubles, Doubles], shift: float, direction: int) -> float:
    """The shift, from `shift` on in one direction, at which no note overlaps what it overlaps now; `shift` itself when
    none does.  Told from the notes' own edges, so that they touch to the last digit."""
    fixed_starts, fixed_ends = fixed
    if direction > 0:
        # Of the fixed notes that a moved one overlaps, the last.
        index = np.searchsorted(fixed_starts, ends + shift - TOUCHING, side="left") - 1
        wished = np.where(index >= 0, fixed_ends[np.maximum(index, 0)] - starts, shift)
        furthest = float(wished.max())
    else:
        index = np.searchsorted(fixed_ends, starts + shift + TOUCHING, side="right")
        there = index < len(fixed_starts)
        wished = np.where(there, fixed_starts[np.minimum(index, len(fixed_starts) - 1)] - ends, shift)
        furthest = float(wished.min())
    return furthest if direction * (furthest - shift) > TOUCHING else shift


def _stopped(starts: Doubles, ends: Doubles, fixed: tuple[Doubles, Doubles], asked: float) -> float:
    """As far towards `asked` as the notes can go without jumping over any."""
    fixed_starts, fixed_ends = fixed
    after = np.searchsorted(fixed_starts, ends - TOUCHING, side="left")
    before = np.searchsorted(fixed_ends, starts + TOUCHING, side="right") - 1
    if asked > 0:
        there = after < len(fixed_starts)
        rooms = np.where(there, fixed_starts[np.minimum(after, len(fixed_starts) - 1)] - ends, np.inf)
        return float(min(asked, max(rooms.min(), 0.0)))
    rooms = np.where(before >= 0, starts - fixed_ends[np.maximum(before, 0)], starts)
    return -float(min(-asked, max(rooms.min(), 0.0)))
