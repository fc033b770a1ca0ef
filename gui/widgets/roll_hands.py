"""The mouse over the roll: which tool does what where, from press to release."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QPointF, Qt

from engine.api.project import Project
from engine.score import NoteId
from gui.document import notes, pitch
from gui.document.lyrics import CountSyllables
from gui.document.tracks import track_of
from gui.texts import document as texts
from gui.texts import sing as text
from gui.viewmodels.drags import Band, Drag, DrawNote, DrawPitch, Edit, Grip, begin
from gui.viewmodels.roll import Hit, Roll
from gui.widgets.roll_view import RollView

_EDGE_SCROLL_PX = 18.0
_CURSORS = {
    "left": Qt.CursorShape.SizeHorCursor,
    "right": Qt.CursorShape.SizeHorCursor,
    "vibrato": Qt.CursorShape.SizeAllCursor,
    "pitch": Qt.CursorShape.SizeAllCursor,
    "phone": Qt.CursorShape.SplitHCursor,
}
_SHIFT, _CONTROL, _ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Editing(Protocol):
    """What is edited: a `gui.document.song.Song`."""

    @property
    def project(self) -> Project: ...
    def do(self, label: str, edit: Edit, merge: str = "", within_s: float = 1.0) -> None: ...
    def drop(self, merge: str) -> None: ...


class Hands:
    """The state of the mouse.  `planned` gives the pitch that the plan would sing, for points on it; `count` says how
    many notes a word takes."""

    def __init__(
        self,
        view: RollView,
        song: Editing,
        planned: Callable[[], pitch.Planned | None],
        count: CountSyllables | None = None,
    ) -> None:
        self._view, self._song, self._planned, self._count = view, song, planned, count
        self.drag: Drag | None = None
        self.point: tuple[int, int] | None = None
        """The drawn pitch's point that is chosen: (piece, index)."""
        self._edited = False
        self._alone: NoteId | None = None
        self._pan_from: QPointF | None = None

    @property
    def band(self) -> tuple[float, float, float, float] | None:
        """The rubber band while there is one: (left, top, width, height) in the view where it began."""
        return self.drag.area if isinstance(self.drag, Band) else None

    @property
    def busy(self) -> bool:
        """Whether a button is held."""
        return self.drag is not None or self._pan_from is not None

    def press(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier, roll: Roll) -> None:
        """A button goes down."""
        if button == Qt.MouseButton.MiddleButton:
            self._pan_from = at
            return
        hit = roll.hit(at.x(), at.y())
        if button == Qt.MouseButton.RightButton:
            if hit.note and hit.note not in self._view.selected:
                self._view.select((hit.note,))
            return
        if button != Qt.MouseButton.LeftButton:
            return
        grip = Grip(self._song.project, self._view.track, roll.timeline, self._view.snap, at.x(), at.y())
        self.drag, self._edited, self._alone = self._begun(hit, grip, keys, roll), False, None

    def _begun(self, hit: Hit, grip: Grip, keys: Qt.KeyboardModifier, roll: Roll) -> Drag | None:
        tool = self._view.tool
        if tool == "knife" and hit.note:
            self._cut(hit, grip, bool(keys & _SHIFT))
            return None
        if tool in ("pencil", "eraser"):
            return DrawPitch(grip, erase=tool == "eraser")
        if tool == "points":
            return self._pointed(hit, grip, roll)
        if tool == "notes" and not hit.note:
            return DrawNote(grip, text.DEFAULT_LYRIC)
        return self._pointer(hit, grip, keys, roll)

    def _pointer(self, hit: Hit, grip: Grip, keys: Qt.KeyboardModifier, roll: Roll) -> Drag | None:
        view, add = self._view, bool(keys & (_SHIFT | _CONTROL))
        if hit.note and hit.kind in ("note", "left", "right"):
            if add and hit.kind == "note":
                view.select(view.selected ^ {hit.note})
                return None
            if hit.note in view.selected:
                self._alone = hit.note  # a click without a drag leaves only this one selected
            else:
                view.select((hit.note,))
        selected = frozenset(NoteId(note) for note in view.selected)
        drag = begin(hit, roll, grip, selected, copy=bool(keys & _ALT), together=bool(keys & _CONTROL), add=add)
        if isinstance(drag, Band) and not add:
            view.select(())
        return drag

    def _pointed(self, hit: Hit, grip: Grip, roll: Roll) -> Drag | None:
        """A point is taken; on a drawn line a new one is made; on a note without one its pitch is taken over."""
        track = self._view.track
        at, key = max(0.0, grip.timeline.quarters(grip.x)), grip.timeline.pitch(grip.y)
        if hit.kind != "pitch":
            planned = self._planned()
            index = roll.rows.at(at)
            if pitch.pieces_between(track_of(self._song.project, track), at, at):
                self._song.do(texts.MOVE_PITCH, lambda project: pitch.add_point(project, track, at, key))
            elif index >= 0 and planned is not None:
                note = roll.rows.notes[index]
                label = texts.DRAW_PITCH
                self._song.do(label, lambda project: pitch.take_over(project, track, note.start, note.end, planned))
                return None
            hit = Hit("pitch", piece=-1)
            for piece, drawn in enumerate(track_of(self._song.project, track).drawn):
                for place, (quarters, _) in enumerate(drawn.points):
                    if abs(quarters - at) < 1e-6:
                        hit = Hit("pitch", piece=piece, index=place)
        self.point = (hit.piece, hit.index) if hit.piece >= 0 else None
        if self.point is None:
            return None
        here = Grip(self._song.project, track, grip.timeline, grip.snap, grip.x, grip.y)
        return begin(hit, roll, here, frozenset())

    def _cut(self, hit: Hit, grip: Grip, free: bool) -> None:
        at = grip.timeline.quarters(grip.x)
        at = at if free or self._view.free else grip.snap.to(at, grip.timeline)
        track, note, count = self._view.track, hit.note, self._count
        self._song.do(texts.SPLIT_NOTE, lambda project: notes.split(project, track, note, at, count))

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        """The mouse moves with a button held."""
        view = self._view
        if self._pan_from is not None:
            moved, self._pan_from = at - self._pan_from, at
            view.place(view.timeline.scrolled(-moved.x(), -moved.y()))
            return
        if self.drag is None:
            return
        self._scroll_at_edge(at)
        self._go(at, keys)

    def _go(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        drag, view = self.drag, self._view
        if drag is None:
            return
        # The drag counts in the view in which it began; the window may have scrolled since.
        began = drag.roll.timeline if isinstance(drag, Band) else drag.grip.timeline  # type: ignore[attr-defined]
        x = began.x(view.timeline.quarters(at.x()))
        y = began.y_of_pitch(view.timeline.pitch(at.y())) if began != view.timeline else at.y()
        edit = drag.to(x, y, view.free or bool(keys & _SHIFT))
        if edit is not None:
            self._edited = True
            self._song.do(drag.label, edit, drag.merge, within_s=math.inf)
        if isinstance(drag, Band) and drag.selected is not None:
            view.select(drag.selected)

    def release(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        """The button comes up."""
        self._pan_from = None
        if isinstance(self.drag, DrawNote) and not self._edited:
            self._go(at, keys)  # a click draws a note of one step
        drag, self.drag = self.drag, None
        if drag is not None and drag.selected is not None:
            self._view.select(drag.selected)
        elif drag is not None and not self._edited and self._alone is not None:
            self._view.select((self._alone,))

    def abandon(self) -> bool:
        """Esc: the drag has never been; whether there was one."""
        drag, self.drag = self.drag, None
        self._pan_from = None
        if drag is None:
            return False
        if drag.merge:
            self._song.drop(drag.merge)
        return True

    def cursor(self, hit: Hit) -> Qt.CursorShape:
        """What the mouse looks like over what it would hit."""
        tool = self._view.tool
        if tool in ("pencil", "eraser", "notes") and not (tool == "notes" and hit.note):
            return Qt.CursorShape.CrossCursor
        if tool == "knife" and hit.note:
            return Qt.CursorShape.SplitHCursor
        return _CURSORS.get(hit.kind, Qt.CursorShape.ArrowCursor)

    def _scroll_at_edge(self, at: QPointF) -> None:
        timeline = self._view.timeline
        dx = _beyond(at.x(), timeline.width)
        dy = _beyond(at.y(), timeline.height)
        if dx or dy:
            self._view.place(timeline.scrolled(dx * _EDGE_SCROLL_PX, dy * _EDGE_SCROLL_PX))


def _beyond(at: float, length: float) -> int:
    """-1 before an edge and 1 behind the other, where a drag scrolls; 0 between them."""
    return int(at > length) - int(at < 0)
