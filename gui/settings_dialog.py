"""Ctrl+,: what holds for the whole window.  What one panel remembers is chosen in that panel."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.texts import settings as texts
from gui.texts import shell
from gui.theme import Theme
from gui.viewmodels.device_line import tried
from gui.widgets.combo import Combo
from gui.widgets.labels import label, set_tone, text_button

_WIDE, _WRAPS_AT, _SAID_LINES = 580, 440, 3


class SettingsDialog(QDialog):
    """Shows what holds; each change is told at once, and counts at once: there is nothing to confirm."""

    theme_chosen = pyqtSignal(str)
    device_chosen = pyqtSignal(str)
    bridge_chosen = pyqtSignal(bool)

    def __init__(self, theme: Theme, device: str, starts_bridge: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts.TITLE)
        self.setMinimumWidth(_WIDE)
        self.theme = Combo(texts.THEME, texts.THEME_TIP)
        self.theme.offer(tuple(texts.THEMES.items()))
        self.theme.show_value(theme.choice)
        self.theme.chosen.connect(self.theme_chosen)
        self.device = Combo(texts.DEVICE, texts.DEVICE_TIP)
        self.device.offer(tuple(texts.DEVICES.items()))
        self.device.show_value(device)
        self.device.chosen.connect(self.device_chosen)
        self.device_said = label(texts.DEVICE_ASKING, "small", wraps=True)
        self.device_said.setAlignment(Qt.AlignmentFlag.AlignTop)
        # The dialog does not grow under the mouse when the engine has answered.
        self.device_said.setMinimumHeight(_SAID_LINES * self.device_said.fontMetrics().lineSpacing())
        self.bridge = QCheckBox(texts.BRIDGE_START)
        self.bridge.setChecked(starts_bridge)
        self.bridge.clicked.connect(self.bridge_chosen)
        self._lay_out(theme)

    def show_asking(self) -> None:
        """It is being found out what comes of the choice."""
        self._say(texts.DEVICE_ASKING)

    def show_facts(self, facts: dict[str, Any]) -> None:
        """What the engine says: which devices can be used here, and about the one that is chosen."""
        model = self.device.model()
        for told in facts.get("devices", ()):
            place = self.device.findData(told["id"])
            item = model.item(place) if isinstance(model, QStandardItemModel) and place >= 0 else None
            if item is None:
                continue
            name = texts.DEVICES[told["id"]]
            item.setEnabled(not told["lacks"])
            item.setText(texts.DEVICE_UNUSABLE.format(name=name) if told["lacks"] else name)
            item.setToolTip(told["lacks"])
        if facts.get("problem"):
            self._say(f"{facts['problem']} {facts.get('hint', '')}".strip(), good=False)
        else:
            self._say(tried(facts))

    def show_failure(self, failure: Any) -> None:
        """It could not be asked: anything with `message` and `hint`."""
        self._say(f"{failure.message} {failure.hint}".strip(), good=False)

    def _say(self, text: str, good: bool = True) -> None:
        self.device_said.setText(text)
        set_tone(self.device_said, "small" if good else "bad")

    def _lay_out(self, theme: Theme) -> None:
        gap = theme.tokens.measures.gap
        grid = QGridLayout()
        grid.setHorizontalSpacing(gap * 4)
        grid.setVerticalSpacing(gap)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (texts.THEME, (self.theme,)),
            (texts.DEVICE, (self.device, self.device_said)),
            (texts.BRIDGE, (self.bridge, label(texts.BRIDGE_HINT, "small", wraps=True))),
            (texts.SONGS, (label(texts.SONGS_KEPT), label(texts.SONGS_HINT, "small", wraps=True))),
        )
        for name, parts in rows:
            place = grid.rowCount()
            shown = label(name, "soft")
            shown.setMinimumHeight(parts[0].sizeHint().height())  # level with the control beside it
            grid.addWidget(shown, place, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
            for offset, part in enumerate(parts):
                grid.addWidget(part, place + offset, 1)
            grid.setRowMinimumHeight(place + len(parts), gap * 3)
        close = text_button(shell.CLOSE, self.accept, "primary")
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap * 5, gap * 4, gap * 5, gap * 4)
        column.setSpacing(gap * 3)
        column.addLayout(grid)
        column.addStretch(1)
        column.addLayout(foot)
        for part in self.findChildren(QLabel):
            if part.wordWrap():
                part.setMinimumWidth(_WRAPS_AT)
