"""The window's end of the workshop: sends each request to the process that it belongs to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from PyQt6.QtCore import QObject, QTimer

from gui.engine_leaving import Leaving
from gui.engine_process import Ask, EngineProcess
from gui.manner import Manner
from gui.workshop.table import manner_of, room_of

RESTS_MS = 60_000
"""A room in which nothing is asked any more is left so soon: PyTorch alone holds 400 MB."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def command(room: str) -> Sequence[str]:
    """Which program works there."""
    return (sys.executable, "-m", "gui.workshop", room)


class Workshop(QObject):
    """`engine` for its own ops, a process for each room besides.  `command_of`: other programs, for tests."""

    def __init__(
        self,
        engine: EngineProcess,
        parent: QObject | None = None,
        command_of: Callable[[str], Sequence[str]] = command,
    ) -> None:
        super().__init__(parent)
        self._engine, self._command_of = engine, command_of
        self._rooms: dict[str, _Room] = {}
        self._closed = False

    @property
    def busy(self) -> tuple[str, ...]:
        """Rooms that have a process now."""
        return tuple(name for name, room in self._rooms.items() if room.process is not None or room.leaving)

    def ask(self, op: str, args: Mapping[str, Any] = _NOTHING, key: str = "") -> Ask:
        """As `EngineProcess.ask`, of any op."""
        name = room_of(op)
        if not name or self._closed:
            return self._engine.ask(op, args, key)
        if name not in self._rooms:
            self._rooms[name] = _Room(self._command_of(name), manner_of(name), self)
        return self._rooms[name].ask(op, args, key, self._engine.device)

    def try_again(self, op: str) -> None:
        """Start the process in which `op` is done, where it stopped for good."""
        room = self._rooms.get(room_of(op))
        if room is not None and room.process is not None:
            room.process.try_again()

    def close(self) -> None:
        """End every process.  May be called twice."""
        self._closed = True
        for room in self._rooms.values():
            room.close()


class _Room(QObject):
    """Has a process while there is something to do."""

    def __init__(self, command: Sequence[str], manner: Manner, parent: QObject) -> None:
        super().__init__(parent)
        self.process: EngineProcess | None = None
        self.leaving: list[Leaving] = []
        self._command, self._manner = command, manner
        self._open: set[str] = set()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(RESTS_MS)
        self._rest.timeout.connect(self._leave)

    def ask(self, op: str, args: Mapping[str, Any], key: str, device: str) -> Ask:
        self._rest.stop()
        if self.process is None:
            self.process = EngineProcess(self, self._command, self._manner)
        self.process.device = device
        ask = self.process.ask(op, args, key)
        self._open.add(ask.id)
        for end in (ask.done, ask.failed, ask.cancelled, ask.lost):
            end.connect(lambda *_: self._ended(ask.id))
        return ask

    def close(self) -> None:
        self._rest.stop()
        process, self.process = self.process, None
        if process is not None:
            process.close()
            process.deleteLater()
        for leaving in tuple(self.leaving):
            leaving.wait()
            self._left(leaving)

    def _leave(self) -> None:
        """The window does not stand still until the process has ended."""
        process, self.process = self.process, None
        if process is None:
            return
        leaving = process.leave(self)
        process.deleteLater()
        if leaving is not None:
            self.leaving.append(leaving)
            leaving.over.connect(lambda: self._left(leaving))

    def _left(self, leaving: Leaving) -> None:
        self.leaving.remove(leaving)
        leaving.deleteLater()

    def _ended(self, number: str) -> None:
        self._open.discard(number)
        if not self._open:
            self._rest.start()
