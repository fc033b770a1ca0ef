"""Stands in for the engine's process: every studio for tests has one that answers in a way of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from gui.engine_process import Failure


class StandInAsk(QObject):
    """As `gui.engine_process.Ask`; a test may say how it ends."""

    begun = pyqtSignal()
    progressed = pyqtSignal(str, int, int)
    part = pyqtSignal(dict)
    done = pyqtSignal(dict)
    failed = pyqtSignal(object)
    cancelled = pyqtSignal()
    lost = pyqtSignal()

    def __init__(self, op: str, args: Mapping[str, Any], key: str = "") -> None:
        super().__init__()
        self.op, self.args, self.key = op, dict(args), key
        self.finished = False

    def cancel(self) -> None:
        if not self.finished:
            self.finished = True
            QTimer.singleShot(0, self.cancelled.emit)

    def answer(self, result: Mapping[str, Any]) -> None:
        self.finished = True
        self.done.emit(dict(result))

    def fail(self, message: str, hint: str = "", details: str = "") -> None:
        self.finished = True
        self.failed.emit(Failure("input", message, hint, details))


class StandIn(QObject):
    """As `gui.engine_process.EngineProcess`: keeps what it was asked and answers nothing by itself."""

    ready = pyqtSignal(dict)
    died = pyqtSignal(str)
    loaded = pyqtSignal(dict)
    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.asks: list[StandInAsk] = []

    def ask(self, op: str, args: Mapping[str, Any] | None = None, key: str = "") -> StandInAsk:
        self.asks.append(StandInAsk(op, args or {}, key))
        return self.asks[-1]

    def of(self, op: str) -> list[StandInAsk]:
        return [ask for ask in self.asks if ask.op == op]
