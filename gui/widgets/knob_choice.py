"""The knob that a lane shows: all names side by side, or a list where there is no room."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gui.texts import sing as text
from gui.widgets.combo import Combo
from gui.widgets.lane import LANES

_LIST_WIDE = 128


class KnobChoice(QWidget):
    """`chosen` with a knob of `LANES` when the user chooses."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        group = QButtonGroup(self)
        self.names: dict[str, QToolButton] = {}
        for knob in LANES:
            button = _name(text.KNOB_NAMES[knob])
            button.clicked.connect(lambda _, knob=knob: self.chosen.emit(knob))
            group.addButton(button)
            self.names[knob] = button
            row.addWidget(button)
        self.list = Combo(text.LANE, text.LANE_CHOOSE, self)
        self.list.setFixedWidth(_LIST_WIDE)
        self.list.offer(_names())
        self.list.chosen.connect(self.chosen)
        row.addWidget(self.list)
        self._used: frozenset[str] = frozenset()
        self.show_names(True)

    def show_knob(self, knob: str) -> None:
        """Show what was chosen."""
        self.names[knob].setChecked(True)
        self.list.show_value(knob)

    def mark_used(self, knobs: frozenset[str]) -> bool:
        """Show which knobs have a curve; whether that changes anything."""
        if knobs == self._used:
            return False
        self._used = knobs
        told = {knob: text.KNOB_USED.format(name=name) if knob in knobs else name for knob, name in _names()}
        for place, (knob, name) in enumerate(told.items()):
            self.names[knob].setText(name)
            self.list.setItemText(place, name)
        return True

    def show_names(self, roomy: bool) -> None:
        """All names, or the list of them."""
        for button in self.names.values():
            button.setVisible(roomy)
        self.list.setVisible(not roomy)


def _names() -> list[tuple[str, str]]:
    return [(knob, text.KNOB_NAMES[knob]) for knob in LANES]


def _name(name: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("kind", "flat")
    button.setText(name)
    button.setCheckable(True)
    button.setToolTip(text.LANE_CHOOSE)
    button.setAccessibleName(name)
    return button
