"""The bridge itself: whether it runs, and the button that starts or stops it."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.bridge_link import BridgeLink, BridgeState
from gui.panels.connection.parts import Dot, Elided, card
from gui.texts import connection as texts
from gui.theme import Theme
from gui.widgets.labels import label, text_button

_TONES = {
    BridgeState.OFF: ("text_soft", True),
    BridgeState.STARTING: ("warn", False),
    BridgeState.ON: ("good", False),
    BridgeState.AWAY: ("warn", True),
    BridgeState.FAILED: ("bad", False),
}


class BridgeCard(QWidget):
    """Follows `bridge.changed`."""

    def __init__(self, bridge: BridgeLink, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._dot = Dot(theme)
        self._state = label(tone="soft")
        self._process = Elided(tone="small")
        self._hint = label(tone="soft", wraps=True)
        self.start = text_button(texts.START, bridge.start, "primary", about=texts.START_TIP)
        self.stop = text_button(texts.STOP, bridge.stop, about=texts.STOP_TIP)
        frame, column = card(theme)
        row = QHBoxLayout()
        row.setSpacing(2 * theme.tokens.measures.gap)
        for widget in (self._dot, label(texts.BRIDGE, "title"), self._state):
            row.addWidget(widget)
        row.addWidget(self._process, 1)
        row.addWidget(self.start)
        row.addWidget(self.stop)
        column.addLayout(row)
        column.addWidget(self._hint)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        bridge.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the bridge as it is now."""
        state = self._bridge.state
        self._dot.show_as(*_TONES[state])
        self._state.setText(texts.STATES[state.value])
        self.setAccessibleName(f"{texts.BRIDGE}: {texts.STATES[state.value]}")
        self._hint.setText(self._bridge.why or texts.BRIDGE_HINTS.get(state.value, ""))
        running = state in (BridgeState.ON, BridgeState.AWAY, BridgeState.STARTING)
        pid = self._bridge.pid if state in (BridgeState.ON, BridgeState.AWAY) else 0
        told = texts.PROCESS if self._bridge.ours else texts.PROCESS_ELSEWHERE
        self._process.show_text(told.format(pid=pid) if pid else "")
        self.start.setVisible(not running or state is BridgeState.AWAY)
        self.stop.setVisible(running and state is not BridgeState.STARTING)
