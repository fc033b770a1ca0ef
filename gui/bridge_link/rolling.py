"""Follows a DAW's playhead smoothly, for a widget that shows it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from gui.bridge_link.playhead import Playhead
from gui.bridge_link.seen import BridgeState

if TYPE_CHECKING:
    from gui.bridge_link.link import BridgeLink

TICK_MS = 25


class Rolling(QObject):
    """`moved`: facts as of `BridgeLink.transport`, about forty times a second while the DAW plays and `shown` is seen.

    `daw`: an id, to hear of that one alone.  When it stops, `moved` says so once.  Ends with `shown`.
    """

    moved = pyqtSignal(dict)

    def __init__(self, bridge: BridgeLink, shown: QWidget, daw: str = "") -> None:
        super().__init__(shown)
        self._bridge, self._shown, self._daw = bridge, shown, daw
        self._playhead = Playhead()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        bridge.transport.connect(self._told)
        bridge.changed.connect(self._bridge_changed)
        if bridge.where is not None:
            self._told(bridge.where.facts())

    @property
    def moving(self) -> bool:
        """Whether it tells more by itself."""
        return self._timer.isActive()

    @property
    def facts(self) -> dict[str, Any] | None:
        """Where the DAW is now; None while nobody knows."""
        now = time.monotonic()
        where = self._playhead.where(now)
        if where is None:
            return None
        return where.facts() if self._playhead.rolls(now) else where.facts() | {"playing": False, "speed": 0.0}

    def look(self) -> None:
        """Go on at once, after `shown` came into sight; else it does so with the DAW's next word."""
        if self._playhead.rolls(time.monotonic()) and self._shown.isVisible():
            self._timer.start()
            self._tell()

    def _told(self, facts: dict[str, Any]) -> None:
        where = self._bridge.where
        if where is None or self._daw not in ("", facts["daw"]):
            return
        self._playhead.hear(where)
        if where.playing:
            self.look()
        else:
            self._stop()

    def _bridge_changed(self) -> None:
        where = self._bridge.where
        if self._bridge.state is not BridgeState.ON or where is None or self._bridge.has_left(self._daw or where.daw):
            self._playhead.halt(time.monotonic())
            if self.moving:
                self._stop()

    def _tick(self) -> None:
        if not self._shown.isVisible():
            self._timer.stop()
        elif self._playhead.rolls(time.monotonic()):
            self._tell()
        else:
            self._stop()

    def _stop(self) -> None:
        self._timer.stop()
        self._tell()

    def _tell(self) -> None:
        facts = self.facts
        if facts is not None:
            self.moved.emit(facts)
