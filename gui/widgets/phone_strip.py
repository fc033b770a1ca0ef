"""The phones of the sung words, below the roll: what is said when, with boundaries that can be moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.document.phones import SILENT, TimedPhone
from gui.texts import sing as text
from gui.theme import Theme
from gui.viewmodels.roll import boundary_at
from gui.widgets.roll_layers import paint_label
from gui.widgets.roll_view import RollView
from gui.widgets.wheel import turned

HEIGHT = 24
_WORD_PX = 8.0


class PhoneStrip(QWidget):
    """Says what is wished: `boundary_moved` with the index of the phone before the boundary and the second where it is
    to be, again at each move; `released` ends a drag, `abandoned` takes it back.  `chosen` with a note's id.
    """

    boundary_taken = pyqtSignal(int)
    boundary_moved = pyqtSignal(int, float)
    released = pyqtSignal()
    abandoned = pyqtSignal()
    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self._phones: Sequence[TimedPhone] = ()
        self._starts: list[float] = []
        self._held = -1
        self._near = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text.PHONES)
        theme.changed.connect(self.update)
        view.moved.connect(self.update)
        view.selection_changed.connect(self.update)
        view.cursor_moved.connect(self._cursor_moved)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(400, HEIGHT)

    def show_phones(self, phones: Sequence[TimedPhone]) -> None:
        """Show these, in time order."""
        self._phones = phones
        self._starts = [phone.start_s for phone in phones]
        self._near = -1
        self.update()

    def _cursor_moved(self, before_s: float, now_s: float) -> None:
        for seconds in (before_s, now_s):
            self.update(QRect(round(self._view.timeline.x_of_s(seconds)) - 2, 0, 5, self.height()))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = boundary_at(self._phones, self._view.timeline, event.position().x())
        if self._held >= 0:
            self.boundary_taken.emit(self._held)
            return
        phone = self._phone_at(event.position().x())
        if phone is not None and phone.note:
            self.chosen.emit(phone.note)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        x = event.position().x()
        if self._held >= 0:
            self.boundary_moved.emit(self._held, self._view.timeline.seconds(x))
            return
        near = boundary_at(self._phones, self._view.timeline, x)
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.SplitHCursor if near >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if self._held >= 0:
            self._held = -1
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.key() == Qt.Key.Key_Escape and self._held >= 0:
            self._held = -1
            self.abandoned.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self._view.place(turned(self._view.timeline, event))

    def event(self, event: QEvent | None) -> bool:
        """Tells how long a phone is where the mouse rests."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            phone = self._phone_at(event.pos().x())
            told = ""
            if phone is not None:
                told = text.PHONE_TIP.format(label=phone.label, ms=1000 * (phone.end_s - phone.start_s))
            QToolTip.showText(event.globalPos(), told, self)
            return True
        return super().event(event)

    def _phone_at(self, x: float) -> TimedPhone | None:
        seconds = self._view.timeline.seconds(x)
        place = bisect_left(self._starts, seconds + 1e-9) - 1
        if place < 0 or self._phones[place].end_s < seconds:
            return None
        return self._phones[place]

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        tokens, timeline, area = self._theme.tokens, self._view.timeline, event.rect()
        painter = QPainter(self)
        painter.fillRect(area, tokens.panel)
        first_s, last_s = timeline.seconds(area.left() - 1), timeline.seconds(area.right() + 1)
        begin, end = bisect_left(self._starts, first_s), bisect_left(self._starts, last_s)
        painter.setFont(self._theme.font("small"))
        if end - begin < self.width() / 3:  # closer than that, it would be a grey bar
            for index in range(max(0, begin - 1), end):
                self._paint_phone(painter, index)
        painter.fillRect(area.left(), 0, area.width(), 1, tokens.line)
        painter.fillRect(round(timeline.x_of_s(self._view.cursor_s)), 0, 1, self.height(), tokens.cursor)

    def _paint_phone(self, painter: QPainter, index: int) -> None:
        tokens, timeline, phone = self._theme.tokens, self._view.timeline, self._phones[index]
        if phone.label in SILENT:
            return
        left, right = timeline.x_of_s(phone.start_s), timeline.x_of_s(phone.end_s)
        cell = QRectF(left, 2, right - left, self.height() - 3)
        chosen = phone.note in self._view.selected
        painter.fillRect(cell, tokens.selection if chosen else tokens.raised)
        painter.fillRect(QRectF(round(left), 2, 1, cell.height()), tokens.line)
        painter.fillRect(QRectF(round(right), 2, 1, cell.height()), tokens.line)
        if index in (self._near, self._held) and index >= 0:
            painter.fillRect(QRectF(round(right) - 1, 1, 3, self.height()), tokens.accent)
        if cell.width() > _WORD_PX:
            painter.setPen(tokens.text if chosen else tokens.phone)
            paint_label(painter, cell, phone.label)
