"""What shows where the keys go, on widgets that paint themselves."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPen
from PyQt6.QtWidgets import QWidget

from gui.theme import Theme

_WIDE = 2.0


def paint_focus(painter: QPainter, widget: QWidget, theme: Theme) -> None:
    """A ring within the widget's edge while it has the focus."""
    if widget.hasFocus():
        pen = QPen(theme.tokens.focus, _WIDE)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = _WIDE / 2
        painter.drawRect(QRectF(widget.rect()).adjusted(half, half, -half, -half))
