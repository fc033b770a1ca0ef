"""The piano roll: notes with their words, phones and pitch, edited with the mouse and the keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PyQt6.QtCore import QEvent, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.api.project import Track
from engine.score import NoteId
from gui.document.lyrics import CountSyllables, written
from gui.document.phones import TimedPhone
from gui.document.pitch import Planned
from gui.texts import plural
from gui.texts import sing as text
from gui.theme import Theme
from gui.viewmodels.roll import NoteRows, Roll
from gui.viewmodels.vibrato import Vibrato
from gui.widgets.focus_ring import paint_focus
from gui.widgets.lyric_editor import LyricEditor
from gui.widgets.pitch_line import PitchLine
from gui.widgets.roll_hands import Editing, Hands
from gui.widgets.roll_keys import Keys
from gui.widgets.roll_layers import ShownPhones
from gui.widgets.roll_paint import Canvas, Shown, note_rect
from gui.widgets.roll_picture import Scene, described, paint_roll
from gui.widgets.roll_view import RollView
from gui.widgets.wheel import turned


class PianoRoll(QWidget):
    """Notes of one track.  Edits go to `song`; words that are typed are told, for they may reach over several notes.

    `lyric_typed`: note, text; `lyric_stepped`: note, text, 1 or -1 (Tab, Shift+Tab); `verse_pasted`: note, text;
    `menu_wished`: where on the screen; `key_lit`: the row that the mouse is in, -1: none.
    """

    lyric_typed = pyqtSignal(str, str)
    lyric_stepped = pyqtSignal(str, str, int)
    verse_pasted = pyqtSignal(str, str)
    menu_wished = pyqtSignal(object)
    key_lit = pyqtSignal(int)

    def __init__(
        self,
        theme: Theme,
        view: RollView,
        song: Editing,
        count: CountSyllables | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self._track: Track | None = None
        self._rows = NoteRows.of(None)
        self._problems: Mapping[str, str] = {}
        self._phones = ShownPhones()
        self._lines: tuple[PitchLine, ...] = ()
        self._line_starts: list[float] = []
        self._hands = Hands(view, song, self.planned, count)
        self._keys = Keys(view, song, self._hands, self.type_lyric)
        self._editor = LyricEditor(theme, self)
        self._editor.typed.connect(self.lyric_typed)
        self._editor.stepped.connect(self.lyric_stepped)
        self._editor.pasted.connect(self.verse_pasted)
        self._editor.closed.connect(self.setFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleDescription(text.ROLL_HELP)
        theme.changed.connect(self.update)
        view.moved.connect(self._moved)
        view.selection_changed.connect(self._selected)
        view.tool_changed.connect(self._tool_changed)
        view.shown_changed.connect(self.update)
        view.cursor_moved.connect(self._cursor_moved)
        self._selected()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(900, 420)

    # What is shown

    @property
    def rows(self) -> NoteRows:
        return self._rows

    def show_track(self, track: Track | None) -> None:
        """Show a track's notes as they are now."""
        if track is self._track:
            return
        if track is None or self._track is None or track.notes is not self._track.notes:
            self._rows = NoteRows.of(track)
        self._track = track
        self._selected()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences by note."""
        self._problems = problems
        self.update()

    def show_plan(self, phones: Sequence[TimedPhone], lines: Sequence[PitchLine]) -> None:
        """What the engine would sing: phones in time order, and the pitch of each phrase, in time order."""
        self._phones = ShownPhones(phones, [phone.start_s for phone in phones])
        self._lines = tuple(lines)
        self._line_starts = [float(line.quarters[0]) for line in lines]
        self.update()

    def planned(self) -> Planned | None:
        """The planned pitch of the whole track; None as long as there is no plan."""
        if not self._lines:
            return None
        quarters = np.concatenate([line.quarters for line in self._lines])
        return Planned(quarters, np.concatenate([line.keys for line in self._lines]))

    def type_lyric(self, note: str) -> None:
        """Open the field on a note; nothing for a note that is not there."""
        index = self._rows.index_of(note)
        if index < 0:
            return
        self._keys.reveal_note(self._rows, index)
        found = self._rows.notes[index]
        self._view.select((found.id,))
        self._editor.open(found.id, written(found), note_rect(self._view.timeline, found))
        self.update()

    def show_note(self, note: str) -> None:
        """Select a note and scroll so far that it is seen; nothing for a note that is not there."""
        index = self._rows.index_of(note)
        if index >= 0:
            self._view.select((self._rows.notes[index].id,))
            self._keys.reveal_note(self._rows, index)

    def abandon(self) -> None:
        """What is being dragged or typed has never been: the song is another one now."""
        self._hands.abandon()
        self._editor.close_field()

    def delete(self) -> None:
        """What is selected goes away."""
        self._keys.delete()

    def _roll(self) -> Roll:
        """What can be hit now."""
        vibrato: NoteId | None = None
        if self._view.tool == "vibrato" and len(self._view.selected) == 1:
            vibrato = NoteId(next(iter(self._view.selected)))
        return Roll(
            self._rows,
            self._view.timeline,
            vibrato,
            track=self._track,
            points=self._view.tool == "points",
            expression=dict(self._track.expression) if self._track else {},
        )

    # What changes the picture

    def _moved(self) -> None:
        if self._editor.note:
            index = self._rows.index_of(self._editor.note)
            if index >= 0:
                place = note_rect(self._view.timeline, self._rows.notes[index])
                self._editor.move(round(place.left()), round(place.center().y() - self._editor.height() / 2))
        self.update()

    def _selected(self) -> None:
        chosen = [self._rows.index_of(note) for note in self._view.selected]
        places = [place for place in chosen if place >= 0]
        if len(places) == 1:
            told = described(self._rows.notes[places[0]], self._view.timeline.tempo_map)
        elif places:
            told = plural(text.SELECTED_ACCESSIBLE_ONE, text.SELECTED_ACCESSIBLE, len(places))
        else:
            told = plural(text.NONE_SELECTED_ACCESSIBLE_ONE, text.NONE_SELECTED_ACCESSIBLE, len(self._rows))
        self.setAccessibleName(f"{text.ROLL}: {told}")
        self.update()

    def _tool_changed(self) -> None:
        self._hands.point = None
        self.update()

    def _cursor_moved(self, before_s: float, now_s: float) -> None:
        for seconds in (before_s, now_s):
            x = round(self._view.timeline.x_of_s(seconds))
            if -2 <= x <= self.width() + 2:
                self.update(QRect(x - 1, 0, 3, self.height()))

    def resizeEvent(self, _event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        self._view.place(self._view.timeline.sized(self.width(), self.height()))

    # The mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self.setFocus()
            self._hands.press(event.position(), event.button(), event.modifiers(), self._roll())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        at = event.position()
        self.key_lit.emit(self._view.timeline.key(at.y()))
        if self._hands.busy:
            banded = self._hands.band is not None
            self._hands.move(at, event.modifiers())
            if banded:
                self.update()
        else:
            self.setCursor(self._hands.cursor(self._roll().hit(at.x(), at.y())))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self._hands.release(event.position(), event.modifiers())
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        roll = self._roll()
        note = roll.lyric_at(at.x(), at.y())
        if note is not None and self._view.tool in ("pointer", "notes", "vibrato"):
            self.type_lyric(note)
        elif note is None and self._view.tool == "pointer":
            self._view.take_tool("notes")
            self._hands.press(at, Qt.MouseButton.LeftButton, event.modifiers(), roll)
            self._hands.release(at, event.modifiers())
            self._view.take_tool("pointer")

    def leaveEvent(self, _event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        self.key_lit.emit(-1)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and not self._hands.busy:
            self.menu_wished.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self._view.place(turned(self._view.timeline, event))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and not self._keys.press(event, self._rows):
            super().keyPressEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Tab goes through notes, two fingers zoom, and the mouse that rests asks what is wrong."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and self._keys.press(event, self._rows):
                return True
        elif isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._view.place(self._view.timeline.zoomed(1 + event.value(), event.position().x()))
                return True
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self._roll().hit(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), self._told(hit.note), self)
            return True
        return super().event(event)

    def _told(self, note: str) -> str:
        """What a note's tooltip says."""
        if note in self._problems:
            return self._problems[note]
        place = self._rows.index_of(note)
        if place < 0:
            return ""
        found, timeline = self._rows.notes[place], self._view.timeline
        if self._view.tool == "vibrato":
            vibrato = Vibrato.of(found, timeline, dict(self._track.expression) if self._track else {})
            return text.VIBRATO_TIP.format(depth=vibrato.depth, rate=vibrato.rate, onset=vibrato.onset_s)
        return described(found, timeline.tempo_map)

    # The picture

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        canvas = Canvas(QPainter(self), self._theme, self._view.timeline, QRectF(event.rect()))
        shown = Shown(self._rows, self._view.selected, self._problems, self._editor.note)
        scene = Scene(self._track, shown, self._phones, self._lines, self._line_starts)
        paint_roll(canvas, scene, self._view, self._hands)
        paint_focus(canvas.painter, self, self._theme)
