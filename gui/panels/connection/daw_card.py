"""One DAW that is there: its session, tempo, rate and position, and what can be asked of it."""

from __future__ import annotations

from typing import Any

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.bridge_link import BridgeLink, DawSeen, Rolling
from gui.panels.connection.parts import Dot, Elided, card
from gui.texts import connection as texts
from gui.theme import Theme
from gui.viewmodels.clock_text import clock
from gui.widgets.labels import label, text_button


class DawCard(QWidget):
    """Shows `daw`; `show_daw` gives it the next state of the same DAW."""

    def __init__(self, daw: DawSeen, bridge: BridgeLink, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._theme = bridge, theme
        self._daw = daw
        self._dot = Dot(theme)
        self._name = label(tone="title")
        self._rolling = label(tone="soft")
        self._values: dict[str, Elided] = {}
        tips = texts.SING_TIP.format(daw=daw.name), texts.ISOLATE_TIP.format(daw=daw.name)
        self.sing = text_button(texts.SING, lambda: bridge.sing(daw.id), "primary", about=tips[0])
        self.isolate = text_button(texts.ISOLATE, lambda: bridge.isolate(daw.id), about=tips[1])
        self._lay_out()
        self.rolling = Rolling(bridge, self, daw.id)
        self.rolling.moved.connect(self._moved)
        self.show_daw(daw)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        super().showEvent(event)
        self._show_transport()
        self.rolling.look()

    def show_daw(self, daw: DawSeen) -> None:
        """Show another state of it."""
        self._daw = daw
        self._dot.show_as("good")
        self._name.setText(daw.name)
        self.setAccessibleName(daw.name)
        self._put(texts.SESSION, daw.session or texts.NO_SESSION)
        self._put(texts.RATE, texts.KHZ.format(rate=daw.sample_rate / 1000) if daw.sample_rate else texts.UNKNOWN)
        self.sing.setVisible("read_clip" in daw.capabilities)
        self.isolate.setVisible("read_audio" in daw.capabilities)
        self._show_transport()

    def _lay_out(self) -> None:
        gap = self._theme.tokens.measures.gap
        frame, column = card(self._theme)
        head = QHBoxLayout()
        head.setSpacing(2 * gap)
        head.addWidget(self._dot)
        head.addWidget(self._name)
        head.addWidget(self._rolling, 1)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * gap)
        grid.setVerticalSpacing(gap)
        for place, name in enumerate((texts.SESSION, texts.TEMPO, texts.RATE, texts.POSITION)):
            value = Elided(texts.UNKNOWN)
            value.setFont(self._theme.font("figures"))
            self._values[name] = value
            grid.addWidget(label(name, "small"), 0, place)
            grid.addWidget(value, 1, place)
        grid.setColumnStretch(0, 1)
        for place in (1, 2, 3):
            grid.setColumnMinimumWidth(place, 84)
        column.addLayout(grid)
        asks = QHBoxLayout()
        asks.setSpacing(2 * gap)
        for ask in (self.sing, self.isolate):
            asks.addWidget(ask)
        asks.addStretch(1)
        column.addLayout(asks)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def _moved(self, facts: dict[str, Any]) -> None:
        self._put(texts.TEMPO, texts.BPM.format(bpm=facts["tempo"]))
        self._put(texts.POSITION, clock(facts["position_s"]))
        self._rolling.setText(texts.PLAYING if facts["playing"] else texts.STOPPED)

    def _show_transport(self) -> None:
        """Told before it was made, or while it was hidden."""
        facts = self.rolling.facts
        if facts is not None:
            self._moved(facts)

    def _put(self, name: str, value: str) -> None:
        self._values[name].show_text(value)
        self._values[name].setAccessibleName(f"{name}: {value}")
