"""A drag in the roll: from press to release each move of the hand gives the edit from where it began.

A drag keeps the project of its beginning, so that its way does not count, only where it is now.  The window hands each
edit to the song with the drag's `label` and `merge` and without a limit of time: it is one step of undo.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from engine.api.project import Project
from engine.score import NoteId
from gui.viewmodels.snap import Snap
from gui.viewmodels.timeline import Timeline

Edit = Callable[[Project], Project]
SLACK_PX = 3.0
"""A hand that trembles has not moved."""
_drags = itertools.count()


class Drag(Protocol):
    """`timeline`: the view in which it counts, that of its beginning; `selected`: the notes that are selected when it
    ends, None: as before."""

    @property
    def timeline(self) -> Timeline: ...
    @property
    def label(self) -> str: ...
    @property
    def merge(self) -> str: ...
    @property
    def selected(self) -> frozenset[NoteId] | None: ...
    def to(self, x: float, y: float, free: bool = False) -> Edit | None:
        """The edit with the hand at `x`, `y`; `free`: off the grid.  None: nothing to edit yet."""


def own_merge() -> str:
    """What no other drag has."""
    return f"drag {next(_drags)}"


@dataclass(frozen=True, slots=True)
class Grip:
    """Where a drag began: the song, the track's id, the view, the grid and the mouse's place."""

    project: Project
    track: str
    timeline: Timeline
    snap: Snap
    x: float
    y: float

    def moved(self, x: float, y: float) -> bool:
        """Whether the hand means it."""
        return max(abs(x - self.x), abs(y - self.y)) > SLACK_PX

    def quarters(self, x: float) -> float:
        """How far in time the hand has gone."""
        return (x - self.x) / self.timeline.per_quarter

    def snapped(self, place: float, x: float, free: bool) -> float:
        """How far what lay at `place` goes, so that it comes to the grid unless `free`."""
        by = self.quarters(x)
        return by if free else self.snap.to(place + by, self.timeline) - place


@dataclass(slots=True)
class GripDrag:
    """What drags of things in the roll share: each counts in the view in which it began and is a step of undo alone."""

    grip: Grip
    merge: str = field(default_factory=own_merge, kw_only=True)
    selected: frozenset[NoteId] | None = field(default=None, kw_only=True)

    @property
    def timeline(self) -> Timeline:
        return self.grip.timeline
