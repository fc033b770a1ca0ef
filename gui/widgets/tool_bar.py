"""The tools of the roll, and the grid that notes snap to."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QLabel, QToolButton, QWidget

from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.combo import Combo
from gui.widgets.fitting_bar import FittingBar
from gui.widgets.labels import flat_button
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
_LEAST = 410


class ToolBar(FittingBar):
    """`snap_chosen` with a value of `SNAPS`."""

    snap_chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(_LEAST, parent)
        self._theme, self._view = theme, view
        self.row.setContentsMargins(8, 4, 8, 4)
        self.row.setSpacing(2)
        group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for tool, shape, name, tip, key in TOOL_BUTTONS:
            button = flat_button(theme, shape, name, f"{name} ({key})\n{tip}")
            button.setCheckable(True)
            button.clicked.connect(lambda _, tool=tool: view.take_tool(tool))
            group.addButton(button)
            self._buttons[tool] = button
            self.row.addWidget(button)
        self.row.addSpacing(12)
        label = QLabel(text.SNAP, self)
        label.setProperty("tone", "soft")
        self._snap = Combo(text.SNAP, text.SNAP_TIP, self)
        self._snap.offer(SNAPS)
        self._snap.show_value("auto")
        self._snap.setFixedWidth(92)
        self._snap.chosen.connect(self.snap_chosen)
        label.setBuddy(self._snap)
        self.row.addWidget(label)
        self.row.addSpacing(4)
        self.row.addWidget(self._snap)
        self.row.addStretch(1)
        self.may_go(label.setVisible)
        view.tool_changed.connect(self._show_tool)
        self._show_tool()

    def add(self, widget: QWidget) -> None:
        """Something more at the right end."""
        self.row.addWidget(widget)

    def show_snap(self, value: str) -> None:
        """Show a grid that was chosen before."""
        self._snap.show_value(value)

    def _show_tool(self) -> None:
        self._buttons[self._view.tool].setChecked(True)
