"""The tools of the roll, and the grid that notes snap to."""

from __future__ import annotations

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from gui.icons import icon
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.combo import Combo
from gui.widgets.roll_view import RollView, Tool

TOOL_BUTTONS: tuple[tuple[Tool, str, str, str, str], ...] = (
    ("pointer", "pointer", text.TOOL_POINTER, text.TOOL_POINTER_TIP, "1"),
    ("notes", "add", text.TOOL_NOTES, text.TOOL_NOTES_TIP, "2"),
    ("knife", "knife", text.TOOL_KNIFE, text.TOOL_KNIFE_TIP, "3"),
    ("pencil", "pencil", text.TOOL_PENCIL, text.TOOL_PENCIL_TIP, "4"),
    ("points", "points", text.TOOL_POINTS, text.TOOL_POINTS_TIP, "5"),
    ("eraser", "eraser", text.TOOL_ERASER, text.TOOL_ERASER_TIP, "6"),
    ("vibrato", "vibrato", text.TOOL_VIBRATO, text.TOOL_VIBRATO_TIP, "7"),
)
"""Tool, icon, name, what it does, key."""

SNAPS: tuple[tuple[str, str], ...] = (
    ("auto", text.SNAP_AUTO), ("1", "1/4"), ("0.5", "1/8"), ("0.25", "1/16"), ("0.125", "1/32"), ("1t", "1/4 T"),
    ("0.5t", "1/8 T"), ("0.25t", "1/16 T"), ("off", text.SNAP_OFF),
)  # fmt: skip
"""Value and text of each grid: quarters, "t" for triplets."""


class ToolBar(QFrame):
    """`snap_chosen` with a value of `SNAPS`."""

    snap_chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self.setProperty("surface", "bar")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(2)
        group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for tool, shape, name, tip, key in TOOL_BUTTONS:
            button = self.button(shape, f"{name} ({key})\n{tip}", name)
            button.setCheckable(True)
            button.clicked.connect(lambda _, tool=tool: view.take_tool(tool))
            group.addButton(button)
            self._buttons[tool] = button
            self._row.addWidget(button)
        self._row.addSpacing(12)
        label = QLabel(text.SNAP, self)
        label.setProperty("tone", "soft")
        self._snap = Combo(text.SNAP, text.SNAP_TIP, self)
        self._snap.offer(SNAPS)
        self._snap.show_value("auto")
        self._snap.setFixedWidth(92)
        self._snap.chosen.connect(self.snap_chosen)
        label.setBuddy(self._snap)
        self._row.addWidget(label)
        self._row.addSpacing(4)
        self._row.addWidget(self._snap)
        self._row.addStretch(1)
        view.tool_changed.connect(self._show_tool)
        self._show_tool()

    def add(self, widget: QWidget) -> None:
        """Something more at the right end."""
        self._row.addWidget(widget)

    def button(self, shape: str, tip: str, name: str) -> QToolButton:
        """A flat button with an icon."""
        button = QToolButton(self)
        button.setProperty("kind", "flat")
        button.setIcon(icon(shape, self._theme))
        size = self._theme.tokens.measures.icon
        button.setIconSize(QSize(size, size))
        button.setToolTip(tip)
        button.setAccessibleName(name)
        return button

    def show_snap(self, value: str) -> None:
        """Show a grid that was chosen before."""
        self._snap.show_value(value)

    def _show_tool(self) -> None:
        self._buttons[self._view.tool].setChecked(True)
