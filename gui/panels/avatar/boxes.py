"""Parts that the boxes on the right share: a heading, rows with a name, buttons that say what they do."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.theme import Theme
from gui.widgets.labels import label

_NAME_WIDTH = 92


class Box(QFrame):
    """A heading over rows."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setProperty("surface", "raised")
        self.setAccessibleName(title)
        gap = theme.tokens.measures.gap
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(3 * gap, 2 * gap, 3 * gap, 3 * gap)
        self.column.setSpacing(2 * gap)
        self.column.addWidget(label(title, "title"))

    def row(self, name: str, *widgets: QWidget) -> QWidget:
        """One more row; the first widget takes the room."""
        made = QWidget()
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * self.theme.tokens.measures.gap)
        if name:
            told = label(name, "soft")
            told.setFixedWidth(_NAME_WIDTH)
            layout.addWidget(told)
        for place, widget in enumerate(widgets):
            layout.addWidget(widget, 1 if place == 0 else 0)
        self.column.addWidget(made)
        return made


def tool(theme: Theme, name: str, sign: str, tip: str, run: Callable[[], object]) -> QToolButton:
    """A button with a sign; `name` for who does not see it."""
    made = QToolButton()
    made.setIcon(icon(sign, theme))
    made.setToolTip(tip)
    made.setAccessibleName(name)
    made.clicked.connect(lambda _on=False: run())
    return made
