"""The keyboard over the roll."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent

from engine.score import NoteId
from gui.document import notes, pitch
from gui.texts import document as texts
from gui.viewmodels.roll import NoteRows
from gui.widgets.roll_hands import Editing, Hands
from gui.widgets.roll_view import RollView
from gui.widgets.wheel import ZOOM

FINE = 1 / 32
"""Quarters of a small step."""
OCTAVE = 12

_SHIFT, _CONTROL, _ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip


class Keys:
    """What keys do.  `type_lyric` opens the field on a note."""

    def __init__(self, view: RollView, song: Editing, hands: Hands, type_lyric: Callable[[str], None]) -> None:
        self._view, self._song, self._hands, self._type_lyric = view, song, hands, type_lyric

    def press(self, event: QKeyEvent, rows: NoteRows) -> bool:
        """Whether the key was for the roll."""
        key, keys = Qt.Key(event.key()), event.modifiers()
        if key in _ARROWS:
            return self._arrow(*_ARROWS[key], keys, rows)
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return self._step(1 if key == Qt.Key.Key_Tab else -1, rows, wrap=False)
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return self.delete()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            first = self._first(rows)
            if first >= 0:
                self._type_lyric(rows.notes[first].id)
            return first >= 0
        if key == Qt.Key.Key_Escape:
            return self._escape()
        return self._look(key, rows)

    def delete(self) -> bool:
        """The chosen point of pitch, else the selected notes; whether there was any."""
        track, point = self._view.track, self._hands.point
        if self._view.tool == "points" and point is not None:
            self._hands.point = None
            self._song.do(texts.MOVE_PITCH, lambda project: pitch.delete_point(project, track, *point))
            return True
        gone = self._ids()
        if gone:
            self._song.do(texts.REMOVE_NOTES, lambda project: notes.remove(project, track, gone))
            self._view.select(())
        return bool(gone)

    def _ids(self) -> frozenset[NoteId]:
        return frozenset(NoteId(note) for note in self._view.selected)

    def _first(self, rows: NoteRows) -> int:
        """Index of the first selected note; -1: none."""
        return min((rows.index_of(note) for note in self._view.selected), default=-1)

    def _arrow(self, right: int, up: int, keys: Qt.KeyboardModifier, rows: NoteRows) -> bool:
        if not self._view.selected:
            return self._step(right, rows, wrap=True) if right else self._scroll_keys(up)
        if right and keys & _CONTROL:
            return self._step(right, rows, wrap=False)
        track, ids = self._view.track, self._ids()
        if up:
            keys_up = up * (OCTAVE if keys & (_SHIFT | _CONTROL) else 1)
            self._song.do(
                texts.TRANSPOSE_NOTES, lambda project: notes.move(project, track, ids, 0.0, keys_up), f"keys {track}"
            )
        elif keys & _SHIFT:
            by = self._step_length(right, rows, at_end=True, fine=bool(keys & _ALT))
            self._song.do(
                texts.RESIZE_NOTES, lambda project: notes.resize_right(project, track, ids, by), f"length {track}"
            )
        else:
            by = self._step_length(right, rows, at_end=False, fine=bool(keys & _ALT))
            self._song.do(texts.MOVE_NOTES, lambda project: notes.move(project, track, ids, by), f"time {track}")
        self._reveal()
        return True

    def _step_length(self, direction: int, rows: NoteRows, at_end: bool, fine: bool) -> float:
        """Quarters to the next place of the grid, from the first selected note's start or end."""
        index = self._first(rows)
        if fine or self._view.free or index < 0:
            return direction * FINE
        at = float((rows.ends if at_end else rows.starts)[index])
        return self._view.snap.next(at, direction, self._view.timeline) - at

    def _step(self, by: int, rows: NoteRows, wrap: bool) -> bool:
        """Select the note before or after; whether there is one.  `wrap`: with none selected begin in what is seen."""
        if not len(rows) or (not self._view.selected and not wrap):
            return False
        if self._view.selected:
            places = [rows.index_of(note) for note in self._view.selected]
            index = (max(places) if by > 0 else min(places)) + by
        else:
            index = rows.between(*self._view.timeline.shown).start
        if not 0 <= index < len(rows):
            return False
        self._view.select((rows.notes[index].id,))
        self.reveal_note(rows, index)
        return True

    def reveal_note(self, rows: NoteRows, index: int) -> None:
        """Scroll so far that a note is seen."""
        timeline = self._view.timeline.showing(float(rows.starts[index]))
        low, high = timeline.keys_shown
        key = int(rows.keys[index])
        self._view.place(timeline if low < key < high else timeline.around_keys(key, key))

    def _reveal(self) -> None:
        rows = NoteRows.of(next((t for t in self._song.project.tracks if t.id == self._view.track), None))
        index = self._first(rows)
        if index >= 0:
            self.reveal_note(rows, index)

    def _scroll_keys(self, up: int) -> bool:
        timeline = self._view.timeline
        self._view.place(timeline.scrolled(0.0, -up * timeline.per_key))
        return True

    def _escape(self) -> bool:
        if self._hands.abandon():
            return True
        if self._view.selected:
            self._view.select(())
            return True
        return False

    def _look(self, key: Qt.Key, rows: NoteRows) -> bool:
        """Keys that change only what is seen."""
        timeline = self._view.timeline
        middle_x, page_y = timeline.width / 2, OCTAVE * timeline.per_key
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            timeline = timeline.zoomed(ZOOM, middle_x)
        elif key == Qt.Key.Key_Minus:
            timeline = timeline.zoomed(1 / ZOOM, middle_x)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            timeline = timeline.scrolled(0.0, -page_y if key == Qt.Key.Key_PageUp else page_y)
        elif key == Qt.Key.Key_Home:
            timeline = timeline.scrolled(timeline.x(0.0))
        elif key == Qt.Key.Key_End and len(rows):
            timeline = timeline.showing(float(rows.ends[-1]))
        else:
            return False
        self._view.place(timeline)
        return True
