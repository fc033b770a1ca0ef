"""How far the live singing is, for the status bar."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QTimer

from gui.desk import Desk
from gui.document.song import Song
from gui.panels.sing.singer import Singer
from gui.viewmodels.live import State

_LOOKS_MS = 200
"""Phrases come oftener than anybody can read."""
_FEW = 3
"""Phrases that are sung before anybody has looked."""
_THERE = (State.CLEAN, State.DONE)


class SungCount(QObject):
    """Tells the desk how many of the phrases that were missing when it began are there."""

    def __init__(self, song: Song, singer: Singer, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song, self._singer, self._desk = song, singer, desk
        self._before: int | None = None
        self._told = (0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOKS_MS)
        self._timer.timeout.connect(self._look)
        singer.changed.connect(self._soon)
        song.replaced.connect(self._soon)

    def close(self) -> None:
        """Nothing more is told."""
        self._timer.stop()

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        lives = [self._singer.live(track.id) for track in self._song.project.tracks]
        states = [live.state(phrase) for live in lives for phrase in live.phrases]
        there = sum(state in _THERE for state in states)
        if not self._singer.busy or there == len(states):
            self._before = None
            self._tell(0, 0)
            return
        self._before = there if self._before is None else min(self._before, there)
        missing = len(states) - self._before
        if missing > _FEW:
            self._tell(there - self._before, missing)

    def _tell(self, done: int, total: int) -> None:
        if (done, total) != self._told:
            self._told = (done, total)
            self._desk.sung.emit(done, total)
