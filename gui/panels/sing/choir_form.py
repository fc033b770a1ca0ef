"""How many sing the track together, and how unlike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from engine.api.project import TrackChoir
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.value_bar import Range, ValueBar

USUAL = TrackChoir(voices=4, spread_ms=15.0, detune_cents=8.0, width=0.7)

_NUMBERS = (
    ("voices", text.CHOIR_VOICES, Range(2, 16, 4.0, 1, 0)),
    ("spread_ms", text.CHOIR_SPREAD, Range(0, 100, 15.0, 1, 0, "ms")),
    ("detune_cents", text.CHOIR_DETUNE, Range(0, 100, 8.0, 1, 0, "ct")),
    ("width", text.CHOIR_WIDTH, Range(0, 1, 0.7, 0.05, 2)),
)


class ChoirForm(QWidget):
    """A box to tick, and what it opens.  `wished` with the choir, or None for one voice."""

    wished = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choir: TrackChoir | None = None
        self._box = QCheckBox(text.CHOIR, self)
        self._box.setToolTip(text.CHOIR_TIP)
        self._box.clicked.connect(lambda on: self.wished.emit(USUAL if on else None))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._box)
        self._bars: dict[str, ValueBar] = {}
        for name, label, span in _NUMBERS:
            bar = ValueBar(theme, label, span, self)
            bar.changed.connect(lambda value, name=name: self._set(name, value))
            column.addWidget(bar)
            self._bars[name] = bar
        self.show_choir(None)

    def show_choir(self, choir: TrackChoir | None) -> None:
        """Show what the track has; nothing is emitted."""
        self._choir = choir
        self._box.setChecked(choir is not None)
        for name, bar in self._bars.items():
            bar.setVisible(choir is not None)
            if choir is not None:
                bar.show_value(float(getattr(choir, name)))

    def _set(self, name: str, value: float) -> None:
        if self._choir is not None:
            changes: dict[str, Any] = {name: round(value) if name == "voices" else value}
            self.wished.emit(replace(self._choir, **changes))
