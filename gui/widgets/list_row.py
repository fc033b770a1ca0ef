"""Rows of the lists at the panel's sides, which are widgets of their own: chosen, renamed, one below the other."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.theme import Theme

_ROW = 44


class ListRow(QFrame):
    """`chosen` with the row's id: a click, Enter or the space bar.  A double click or F2 calls `rename`."""

    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, row_id: str, current: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._id, self._current = theme, row_id, current
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(_ROW)

    def rename(self) -> None:
        """Type another name in the name's place."""
        raise NotImplementedError

    def mousePressEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self.chosen.emit(self._id)

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self.rename()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._id)
        elif event is not None and event.key() == Qt.Key.Key_F2:
            self.rename()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        tokens = self._theme.tokens
        painter = QPainter(self)
        if self._current:
            painter.fillRect(self.rect(), tokens.raised)
            painter.fillRect(0, 0, 3, self.height(), tokens.accent)
        if self.hasFocus():
            painter.setPen(tokens.focus)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens.line)


class RowColumn(QScrollArea):
    """Rows from the top on; it scrolls where they are too many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)

    def put(self, place: int, row: QWidget) -> None:
        """At that place from the top."""
        self._column.insertWidget(place, row)
