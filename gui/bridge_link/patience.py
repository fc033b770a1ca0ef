"""When to look for a bridge again that is away."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

PAUSES_S = (2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""The last one repeats."""
STEADY_S = 60.0
"""After so long without a fault the next search begins with the shortest pause again."""


class Patience(QObject):
    """`due` after pauses that grow: one that dies at every start must not keep the machine busy."""

    due = pyqtSignal()

    def __init__(self, pauses_s: Sequence[float] = PAUSES_S, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pauses_s, self._next = tuple(pauses_s), 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.due)
        self._steady = QTimer(self)
        self._steady.setSingleShot(True)
        self._steady.timeout.connect(self.forget)

    def wait(self) -> None:
        """`due` after the next pause; nothing changes while one is waited for."""
        if self._timer.isActive():
            return
        self._steady.stop()
        self._timer.start(round(1000 * self._pauses_s[min(self._next, len(self._pauses_s) - 1)]))
        self._next += 1

    def found(self) -> None:
        """There it is: no `due` any more, and after a while the pauses are short again."""
        self._timer.stop()
        if self._next and not self._steady.isActive():
            self._steady.start(round(1000 * STEADY_S))

    def forget(self) -> None:
        """Begin with the shortest pause; no `due` until `wait`."""
        self._timer.stop()
        self._steady.stop()
        self._next = 0
