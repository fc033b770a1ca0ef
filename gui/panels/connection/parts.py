"""Small parts that the cards of this panel are made of."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.theme import Theme

_DOT = 8
_LEAST = 60
"""Pixels of a line that gives way."""


def card(theme: Theme) -> tuple[QFrame, QVBoxLayout]:
    """A raised surface and its column."""
    frame = QFrame()
    frame.setProperty("surface", "raised")
    frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    column = QVBoxLayout(frame)
    gap = theme.tokens.measures.gap
    column.setContentsMargins(3 * gap, 3 * gap, 3 * gap, 3 * gap)
    column.setSpacing(2 * gap)
    return frame, column


def scrolled(inside: QWidget) -> QScrollArea:
    """A column that scrolls up and down where it has too little room."""
    inside.setProperty("plain", True)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inside)
    return scroll


class Elided(QLabel):
    """A line that gives way where there is little room; `text()` stays whole, and so does the tooltip."""

    def __init__(self, text: str = "", tone: str = "", how: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._how = how
        self.setTextFormat(Qt.TextFormat.PlainText)
        if tone:
            self.setProperty("tone", tone)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        self.setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(min(_LEAST, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        del event
        painter, rect = QPainter(self), self.contentsRect()
        painter.setPen(self.palette().color(self.foregroundRole()))
        told = self.fontMetrics().elidedText(self.text(), self._how, rect.width())
        painter.drawText(rect, int(self.alignment()), told)


class Dot(QWidget):
    """A light: `tone` is a token's name, `hollow` where nothing is there."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tone, self._hollow = theme, "text_disabled", True
        self.setFixedSize(QSize(_DOT + 4, _DOT + 4))
        theme.changed.connect(self.update)

    def show_as(self, tone: str, hollow: bool = False) -> None:
        if (tone, hollow) != (self._tone, self._hollow):
            self._tone, self._hollow = tone, hollow
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = getattr(self._theme.tokens, self._tone)
        rect = QRectF(2, 2, _DOT, _DOT)
        if self._hollow:
            painter.setPen(colour)
            painter.drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(rect)
