"""The piano keys at the roll's left."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.roll_view import RollView
from gui.widgets.wheel import turned

WIDTH = 64
_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_BLACK = frozenset((1, 3, 6, 8, 10))
_ALL_NAMES_PX = 15.0
"""From this height of a row on every white key is named, below only the C."""


def key_name(key: int) -> str:
    """A MIDI key as musicians call it: 60 is C4."""
    return f"{_NAMES[key % 12]}{key // 12 - 1}"


def is_black(key: int) -> bool:
    return key % 12 in _BLACK


class Keyboard(QWidget):
    """Names the rows; `pressed` with a key that was clicked (its notes are selected by the owner)."""

    pressed = pyqtSignal(int)

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self._lit = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(text.KEYBOARD)
        theme.changed.connect(self.update)
        view.moved.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(WIDTH, 200)

    def light(self, key: int) -> None:
        """Light the row that the mouse is in; -1: none."""
        if key != self._lit:
            self._lit = key
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            key = self._view.timeline.key(event.position().y())
            self.light(key)
            self.setToolTip(key_name(key))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(self._view.timeline.key(event.position().y()))

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self._view.place(turned(self._view.timeline, event))

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        tokens, timeline = self._theme.tokens, self._view.timeline
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.key_white)
        low, high = timeline.keys_shown
        painter.setFont(self._theme.font("figures_small"))
        for key in range(low, high + 1):
            top = timeline.y(key)
            row = QRectF(0, top, self.width(), timeline.per_key)
            if is_black(key):
                painter.fillRect(row.adjusted(0, 0, -self.width() * 0.36, 0), tokens.key_black)
            elif key % 12 in (0, 5):
                painter.fillRect(QRectF(0, row.bottom() - 1, self.width(), 1), tokens.key_text)
            if key == self._lit:
                painter.fillRect(QRectF(0, top, 4, timeline.per_key), tokens.accent)
            self._name(painter, key, row)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), tokens.line)

    def _name(self, painter: QPainter, key: int, row: QRectF) -> None:
        every = self._view.timeline.per_key >= _ALL_NAMES_PX
        if is_black(key) or not (every or key % 12 == 0):
            return
        painter.setPen(self._theme.tokens.key_text)
        inner = QRectF(row.left(), row.center().y() - 8, row.width() - 6, 16)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, key_name(key))
