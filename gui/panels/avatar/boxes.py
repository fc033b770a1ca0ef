"""Parts that the boxes on the right share: a heading, rows with a name, buttons that say what they do."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.theme import Theme

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
        self.column.addWidget(line(title, "title"))

    def row(self, name: str, *widgets: QWidget) -> QWidget:
        """One more row; the first widget takes the room."""
        made = QWidget()
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * self.theme.tokens.measures.gap)
        if name:
            told = line(name, "soft")
            told.setFixedWidth(_NAME_WIDTH)
            layout.addWidget(told)
        for place, widget in enumerate(widgets):
            layout.addWidget(widget, 1 if place == 0 else 0)
        self.column.addWidget(made)
        return made


def line(text: str = "", tone: str = "", wrap: bool = False) -> QLabel:
    """Text; names of files come from strangers, so it is plain."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if tone:
        made.setProperty("tone", tone)
    return made


def tone(label: QLabel, name: str) -> None:
    """Give a label another tone of the style sheet."""
    if label.property("tone") != name:
        label.setProperty("tone", name)
        style = label.style()
        if style is not None:
            style.unpolish(label)
            style.polish(label)


def push(text: str, tip: str, run: Callable[[], object], kind: str = "") -> QPushButton:
    """A button with words."""
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    made.setAccessibleDescription(tip)
    if kind:
        made.setProperty("kind", kind)
    made.clicked.connect(lambda _on=False: run())
    return made


def tool(theme: Theme, name: str, sign: str, tip: str, run: Callable[[], object]) -> QToolButton:
    """A button with a sign; `name` for who does not see it."""
    made = QToolButton()
    made.setIcon(icon(sign, theme))
    made.setToolTip(tip)
    made.setAccessibleName(name)
    made.clicked.connect(lambda _on=False: run())
    return made
