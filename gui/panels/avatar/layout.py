"""Where the parts of the panel stand."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui.theme import Theme

_LEFT, _MIDDLE, _RIGHT = 286, 236, 300
"""At least, in logical pixels: together they fit into the smallest window."""


def three_columns(panel: QWidget, theme: Theme, left: QWidget, middle: QStackedWidget, right: QWidget) -> None:
    """Choosing on the left, looking in the middle, settings on the right."""
    gap = theme.tokens.measures.gap
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setObjectName("avatar-columns")
    splitter.setChildrenCollapsible(False)
    framed = QWidget()
    inside = QVBoxLayout(framed)
    inside.setContentsMargins(2 * gap, 0, 2 * gap, 0)
    inside.addWidget(middle)
    framed.setMinimumWidth(_MIDDLE)
    for widget, width in ((_scrolled(left), _LEFT), (framed, 0), (_scrolled(right), _RIGHT)):
        if width:
            widget.setMinimumWidth(width)
        splitter.addWidget(widget)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes([_LEFT, 600, _RIGHT + 30])
    page = QHBoxLayout(panel)
    page.setContentsMargins(3 * gap, 3 * gap, 3 * gap, 3 * gap)
    page.addWidget(splitter)


def stacked(theme: Theme, widgets: Sequence[QWidget]) -> QWidget:
    """One above the other, as high as they are."""
    column = QWidget()
    column.setProperty("plain", True)
    inside = QVBoxLayout(column)
    inside.setContentsMargins(0, 0, theme.tokens.measures.gap, 0)
    inside.setSpacing(2 * theme.tokens.measures.gap)
    for widget in widgets:
        inside.addWidget(widget)
    inside.addStretch(1)
    return column


def _scrolled(widget: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(widget)
    return scroll
