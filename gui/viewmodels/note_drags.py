"""Notes under the hand: moved, lengthened, drawn, and caught in a rubber band.  See `gui.viewmodels.drag`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from engine.api.project import TrackNote
from engine.score import NoteId
from gui.document import notes
from gui.document.copies import copied, drop_copy
from gui.document.tracks import chosen, track_of
from gui.texts import document as texts
from gui.viewmodels.drag import SLACK_PX, Edit, GripDrag
from gui.viewmodels.roll import Roll
from gui.viewmodels.timeline import Timeline


@dataclass(slots=True)
class MoveNotes(GripDrag):
    """Notes in time and in key; with `copy` new ones, the old stay."""

    note: NoteId
    ids: frozenset[NoteId]
    copy: bool = False
    _begun: bool = False

    @property
    def label(self) -> str:
        return texts.DUPLICATE_NOTES if self.copy else texts.MOVE_NOTES

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:
        """See `Drag`."""
        grip = self.grip
        self._begun = self._begun or grip.moved(x, y)
        taken = chosen(track_of(grip.project, grip.track), (self.note,))
        if not self._begun or not taken:
            return None
        keys = grip.timeline.key(y) - grip.timeline.key(grip.y)
        # Straight up or down: a note that stood beside the grid stays there.
        quarters = grip.snapped(taken[0].start, x, free) if abs(x - grip.x) > SLACK_PX else 0.0
        if not self.copy:
            edited = notes.move(grip.project, grip.track, self.ids, quarters, keys)
            return lambda _: edited
        copy = copied(grip.project, grip.track, self.ids)
        if copy is None:
            return None
        more = drop_copy(grip.project, grip.track, copy, quarters, keys)
        self.selected = frozenset(notes.new_notes(grip.project, more, grip.track))
        return lambda _: more


@dataclass(slots=True)
class ResizeNotes(GripDrag):
    """An edge of notes; `together`: the neighbour that touches it gives or takes what they do."""

    label: ClassVar[str] = texts.RESIZE_NOTES
    note: NoteId
    ids: frozenset[NoteId]
    left: bool
    together: bool = False
    _begun: bool = False

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:  # noqa: ARG002 - every drag is asked alike
        """See `Drag`."""
        grip = self.grip
        self._begun = self._begun or abs(x - grip.x) > SLACK_PX
        part = track_of(grip.project, grip.track)
        taken = chosen(part, (self.note,))
        if not self._begun or not taken:
            return None
        edge = taken[0].start if self.left else taken[0].end
        by = grip.snapped(edge, x, free)
        if self.together:
            after = self.note if self.left else _following(part.notes, self.note)
            if after is not None:
                shared = notes.set_boundary(grip.project, grip.track, after, edge + by)
                return lambda _: shared
        change = notes.resize_left if self.left else notes.resize_right
        edited = change(grip.project, grip.track, self.ids, by)
        return lambda _: edited


@dataclass(slots=True)
class DrawNote(GripDrag):
    """A new note from the grid's place under the hand on, as far as it is drawn."""

    label: ClassVar[str] = texts.ADD_NOTE
    lyric: str = ""

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:  # noqa: ARG002 - every drag is asked alike
        """See `Drag`.  A click is a note of one step of the grid."""
        grip = self.grip
        at = max(0.0, grip.timeline.quarters(grip.x))
        start = at if free else grip.snap.floor(at, grip.timeline)
        step = grip.snap.step_at(start, grip.timeline)
        here = grip.timeline.quarters(x)
        end = max(here if free else grip.snap.to(here, grip.timeline), start + step)
        part = track_of(grip.project, grip.track)
        before = max((note.end for note in part.notes if note.end <= at + 1e-9), default=0.0)
        start = max(start, before)
        edited = notes.add(grip.project, grip.track, start, end - start, grip.timeline.key(grip.y), self.lyric)
        self.selected = frozenset(notes.new_notes(grip.project, edited, grip.track)) or None
        return lambda _: edited


@dataclass(slots=True)
class Band:
    """A rubber band: selects and edits nothing.  `kept`: what stays selected beside."""

    roll: Roll
    x: float
    y: float
    kept: frozenset[NoteId] = frozenset()
    label: str = ""
    merge: str = ""
    selected: frozenset[NoteId] | None = frozenset()
    area: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """(left, top, width, height) in pixels, to be painted."""

    @property
    def timeline(self) -> Timeline:
        return self.roll.timeline

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:  # noqa: ARG002 - every drag is asked alike
        """None, always."""
        self.area = (min(x, self.x), min(y, self.y), abs(x - self.x), abs(y - self.y))
        self.selected = self.kept | self.roll.in_band(self.x, self.y, x, y)
        return None


def _following(row: Sequence[TrackNote], note: NoteId) -> NoteId | None:
    """The note that a note touches with its end."""
    for before, after in pairwise(row):
        if before.id == note:
            return after.id if after.start - before.end < notes.TOUCHING else None
    return None
