"""What lies under the mouse in the piano roll: notes by bisection in sorted arrays, ten thousand of them or ten."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.api.project import Track, TrackNote
from engine.score import NoteId
from gui.document.phones import TimedPhone, boundary
from gui.viewmodels.timeline import Doubles, Timeline
from gui.viewmodels.vibrato import Handle, Vibrato

Kind = Literal["empty", "note", "left", "right", "vibrato", "phone", "pitch"]
NO_NOTE = NoteId("")
EDGE_PX = 6.0
"""How wide a note's edge is for the mouse; never more than a third of the note."""
OUTSIDE_PX = 2.0
"""So far beside a note its edge can still be taken."""
HANDLE_PX = 7.0
"""So near to a handle, a point or a boundary it is meant."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`note` is "" where none is meant; `handle` of a vibrato; `index` of the phone whose end it is, or (`piece`,
    `index`) of a drawn pitch's point."""

    kind: Kind = "empty"
    note: NoteId = NO_NOTE
    handle: Handle | None = None
    index: int = -1
    piece: int = -1


@dataclass(frozen=True)
class NoteRows:
    """Notes in time order, with `starts`, `ends` (quarters) and `keys`, each [N]; they do not overlap."""

    notes: tuple[TrackNote, ...]
    starts: Doubles
    ends: Doubles
    keys: NDArray[np.int16]

    @classmethod
    def of(cls, track: Track | None) -> NoteRows:
        """Of a track's notes."""
        notes = track.notes if track else ()
        count = len(notes)
        starts = np.fromiter(map(attrgetter("start"), notes), np.float64, count)
        lengths = np.fromiter(map(attrgetter("duration"), notes), np.float64, count)
        return cls(notes, starts, starts + lengths, np.fromiter(map(attrgetter("key"), notes), np.int16, count))

    def __len__(self) -> int:
        return len(self.notes)

    def between(self, first: float, last: float) -> range:
        """Indices of the notes of which anything sounds between two quarters."""
        begin = int(np.searchsorted(self.ends, first, side="right"))
        return range(begin, max(begin, int(np.searchsorted(self.starts, last, side="left"))))

    def at(self, quarters: float) -> int:
        """Index of the note that sounds there; -1: none."""
        index = int(np.searchsorted(self.starts, quarters, side="right")) - 1
        return index if index >= 0 and quarters < self.ends[index] else -1

    def index_of(self, note: str) -> int:
        """Of an id; -1: there is none."""
        return self._places.get(note, -1)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {note.id: index for index, note in enumerate(self.notes)}


@dataclass(frozen=True, slots=True)
class Roll:
    """What can be hit.  `vibrato`: the note whose handles are shown; `phones`: where boundaries are shown, `strip`:
    (top, bottom) in pixels of where; `points`: whether points of drawn pitch are shown."""

    rows: NoteRows
    timeline: Timeline
    vibrato: NoteId | None = None
    phones: Sequence[TimedPhone] = ()
    strip: tuple[float, float] | None = None
    track: Track | None = None
    points: bool = False
    expression: dict[str, float] = field(default_factory=dict)

    def hit(self, x: float, y: float) -> Hit:
        """What lies there: handles before points, points before boundaries, edges before bodies."""
        return self._handle_at(x, y) or self._point_at(x, y) or self._phone_at(x, y) or self._note_at(x, y)

    def lyric_at(self, x: float, y: float) -> NoteId | None:
        """The note whose words are read there: what a double click types on."""
        found = self._note_at(x, y)
        return found.note if found.kind in ("note", "left", "right") else None

    def in_band(self, x0: float, y0: float, x1: float, y1: float) -> frozenset[NoteId]:
        """Notes that a rubber band touches."""
        left, right = sorted((self.timeline.quarters(x0), self.timeline.quarters(x1)))
        low, high = sorted((self.timeline.key(y0), self.timeline.key(y1)))
        seen = self.rows.between(left, right)
        keys = self.rows.keys[seen.start : seen.stop]
        inside = np.flatnonzero((keys >= low) & (keys <= high))
        return frozenset(self.rows.notes[seen.start + int(i)].id for i in inside)

    def _note_at(self, x: float, y: float) -> Hit:
        timeline, rows = self.timeline, self.rows
        if not len(rows):
            return Hit()
        quarters, key = timeline.quarters(x), timeline.key(y)
        index = rows.at(quarters)
        if index >= 0 and rows.keys[index] == key:
            left, right = timeline.x(float(rows.starts[index])), timeline.x(float(rows.ends[index]))
            edge = min(EDGE_PX, (right - left) / 3)
            kind: Kind = "left" if x < left + edge else "right" if x > right - edge else "note"
            return Hit(kind, rows.notes[index].id)
        # A hair beside a note its edge is still meant.
        reach = OUTSIDE_PX / timeline.per_quarter
        for near in rows.between(quarters - reach, quarters + reach):
            if rows.keys[near] == key:
                return Hit("left" if quarters < rows.starts[near] else "right", rows.notes[near].id)
        return Hit()

    def _handle_at(self, x: float, y: float) -> Hit | None:
        index = self.rows.index_of(self.vibrato) if self.vibrato else -1
        if index < 0:
            return None
        note = self.rows.notes[index]
        handles = Vibrato.of(note, self.timeline, self.expression).handles(note.key, self.timeline)
        near = {name: np.hypot(at[0] - x, at[1] - y) for name, at in handles.items()}
        name = min(near, key=lambda handle: near[handle])
        return Hit("vibrato", note.id, handle=name) if near[name] <= HANDLE_PX else None

    def _point_at(self, x: float, y: float) -> Hit | None:
        if not self.points or self.track is None:
            return None
        reach = HANDLE_PX / self.timeline.per_quarter
        quarters = self.timeline.quarters(x)
        best, found = HANDLE_PX, None
        for number, piece in enumerate(self.track.drawn):
            if piece.start > quarters + reach or piece.end < quarters - reach:
                continue
            for index, (at, key) in enumerate(piece.points):
                far = float(np.hypot(self.timeline.x(at) - x, self.timeline.y_of_pitch(key) - y))
                if far <= best:
                    best, found = far, Hit("pitch", index=index, piece=number)
        return found

    def _phone_at(self, x: float, y: float) -> Hit | None:
        if self.strip is None or not self.strip[0] <= y < self.strip[1] or not self.phones:
            return None
        index = boundary_at(self.phones, self.timeline, x)
        return None if index < 0 else Hit("phone", self.phones[index + 1].note, index=index)


def boundary_at(phones: Sequence[TimedPhone], timeline: Timeline, x: float) -> int:
    """Index of the phone (in time order) whose end lies at `x` and can be moved; -1: none."""
    place = bisect_left(phones, timeline.seconds(x), key=lambda phone: phone.end_s)
    near = [
        (abs(timeline.x_of_s(phones[i].end_s) - x), i)
        for i in (place - 1, place)
        if 0 <= i < len(phones) - 1 and boundary(phones, i) is not None
    ]
    far, index = min(near, default=(HANDLE_PX + 1, -1))
    return index if far <= HANDLE_PX else -1
