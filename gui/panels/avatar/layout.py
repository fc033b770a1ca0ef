"""Where the parts of the panel stand."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui.theme import Theme

_LEFT, _MIDDLE, _RIGHT = 286, 236, 300
"""At least, in logical pixels: together they fit into the smallest window."""


def three_columns(
    panel: QWidget, theme: Theme, left: Sequence[QWidget], middle: QStackedWidget, right: Sequence[QWidget]
) -> None:
    """Choosing on the left, looking in the middle, settings on the right.

    From outside to inside: whatever changes its parent is styled anew, with all that is in it.
    """
    gap = theme.tokens.measures.gap
    page = QHBoxLayout(panel)
    page.setContentsMargins(3 * gap, 3 * gap, 3 * gap, 3 * gap)
    splitter = QSplitter(Qt.Orientation.Horizontal, panel)
    splitter.setObjectName("avatar-columns")
    splitter.setChildrenCollapsible(False)
    page.addWidget(splitter)
    left_column = _scrolled(splitter, _LEFT)
    framed = QWidget(splitter)
    inside = QVBoxLayout(framed)
    inside.setContentsMargins(2 * gap, 0, 2 * gap, 0)
    inside.addWidget(middle)
    framed.setMinimumWidth(_MIDDLE)
    right_column = _scrolled(splitter, _RIGHT)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes([_LEFT, 600, _RIGHT + 30])
    _stack(theme, left_column, left)
    _stack(theme, right_column, right)


def _stack(theme: Theme, scroll: QScrollArea, widgets: Sequence[QWidget]) -> None:
    """One above the other, as high as they are."""
    column = QWidget()
    column.setProperty("plain", True)
    inside = QVBoxLayout(column)
    inside.setContentsMargins(0, 0, theme.tokens.measures.gap, 0)
    inside.setSpacing(2 * theme.tokens.measures.gap)
    scroll.setWidget(column)
    for widget in widgets:
        inside.addWidget(widget)
    inside.addStretch(1)


def _scrolled(parent: QWidget, width: int) -> QScrollArea:
    scroll = QScrollArea(parent)
    scroll.setMinimumWidth(width)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return scroll
