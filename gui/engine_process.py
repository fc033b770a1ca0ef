"""The window's end of the engine's process: asks, hears answers as signals, starts it again when it dies.

All of it runs on the window's thread and waits for nothing: the process is a QProcess.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PyQt6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, pyqtSignal

from engine.host import messages
from gui.engine_ask import Ask, Failure
from gui.texts import engine as texts

__all__ = ["Ask", "EngineProcess", "Failure"]

COMMAND = (sys.executable, "-m", "engine.host")
OBEYS_WITHIN_MS = 3000
"""A cancelled request that is still at work then is ended with its process."""
SUPERSEDED_WITHIN_MS = 20_000
"""For one that a newer one replaced, which nobody sees: it may be at something that cannot be broken off."""
CLOSES_WITHIN_MS = 3000
MOST_STARTS, STARTS_WITHIN_S = 3, 60.0
_TURN_S = 0.008
"""Lines are read so long at a time; then the window has its turn."""
_MOST_STDERR = 8000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class EngineProcess(QObject):
    """Starts the engine when it is made, and again after a death: at most 3 times a minute.

    `ready(dict)`: version and pid; `died(str)`: a sentence.  `command`: another program, for tests.
    """

    ready = pyqtSignal(dict)
    died = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._numbers = itertools.count(1)
        self._asks: dict[str, Ask] = {}
        self._starts: deque[float] = deque(maxlen=MOST_STARTS)
        self._process: QProcess | None = None
        self._rest: list[bytes] = []
        self._rest_bytes = 0
        self._lines: deque[bytes] = deque()
        self._stderr = ""
        self._why = ""
        self._is_ready = self._closed = False
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._read_on)
        self._start()

    @property
    def pid(self) -> int:
        """Of the process that runs now, 0 when none does."""
        return self._process.processId() if self._process is not None else 0

    @property
    def stderr(self) -> str:
        """The end of what the process printed, and the one before it that died: for reports."""
        return self._stderr

    def ask(self, op: str, args: Mapping[str, Any] = _NOTHING, key: str = "") -> Ask:
        """Send a request; a newer one of the same non-empty `key` replaces an older one.

        Connect its signals before the event loop goes on.
        """
        ask = Ask(self, str(next(self._numbers)), op, key)
        if self._closed:
            return self._refused(ask, texts.CLOSED, "")
        if self._process is None and not self._start():
            return self._refused(ask, texts.TOO_OFTEN, texts.TOO_OFTEN_HINT)
        try:
            line = messages.to_line({"id": ask.id, "op": op, "args": dict(args), "key": key})
        except (TypeError, ValueError) as error:
            return self._refused(ask, texts.NOT_SENT, texts.REPORT, repr(error))
        if key:
            for older in self._asks.values():
                if older.key == key:
                    self._watch(older, SUPERSEDED_WITHIN_MS)
        self._asks[ask.id] = ask
        self._send(line)
        return ask

    def stop(self, ask: Ask) -> None:
        """As `ask.cancel()`."""
        if ask.id in self._asks:
            self._send(messages.to_line({"op": messages.CANCEL, "id": ask.id}))
            self._watch(ask, OBEYS_WITHIN_MS)

    def close(self) -> None:
        """End the child: it is asked to, and killed after 3 s.  Open requests are cancelled.  May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._turn.stop()
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.closeWriteChannel()
            if process.state() != QProcess.ProcessState.NotRunning and not process.waitForFinished(CLOSES_WITHIN_MS):
                process.kill()
                process.waitForFinished(CLOSES_WITHIN_MS)
            process.deleteLater()
        for ask in self._taken():
            ask.cancelled.emit()

    def _start(self) -> bool:
        """Whether it was started: not when it died too often."""
        now = time.monotonic()
        if len(self._starts) == MOST_STARTS and now - self._starts[0] < STARTS_WITHIN_S:
            return False
        self._starts.append(now)
        self._rest, self._rest_bytes = [], 0
        self._lines.clear()
        self._why = ""
        self._is_ready = False
        process = QProcess(self)
        process.setProcessEnvironment(_environment())
        process.readyReadStandardOutput.connect(self._receive)
        process.readyReadStandardError.connect(self._note)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._not_started)
        self._process = process
        process.start(self._command[0], list(self._command[1:]))
        return True

    def _send(self, line: bytes) -> None:
        if self._process is not None:
            self._process.write(line)

    def _watch(self, ask: Ask, within_ms: int) -> None:
        """End the process when `ask` is still at work then; one that still starts has not heard of the cancel."""

        def look() -> None:
            if ask.finished or self._closed or self._process is None:
                return
            if not self._is_ready:
                QTimer.singleShot(within_ms, look)
                return
            self._end(texts.DIED_DEAF)
            self._taken_one(ask)
            ask.cancelled.emit()

        QTimer.singleShot(within_ms, look)

    def _end(self, why: str) -> None:
        self._why = self._why or why
        if self._process is not None:
            self._process.kill()

    def _receive(self) -> None:
        if self._process is None:
            return
        first, *others = self._process.readAllStandardOutput().data().split(b"\n")
        self._rest.append(first)  # a long line comes in many pieces: none is looked at twice
        self._rest_bytes += len(first)
        if others:
            self._lines.append(b"".join(self._rest))
            self._lines.extend(others[:-1])
            self._rest, self._rest_bytes = [others[-1]], len(others[-1])
        if self._rest_bytes > messages.MAX_LINE_BYTES:
            self._end(texts.DIED_NONSENSE)
        elif self._lines and not self._turn.isActive():
            self._turn.start(0)

    def _read_on(self, all_of_it: bool = False) -> None:
        deadline = time.monotonic() + _TURN_S
        while self._lines and (all_of_it or time.monotonic() < deadline):
            self._hear(self._lines.popleft())
        if self._lines and not self._closed:
            self._turn.start(0)

    def _hear(self, line: bytes) -> None:
        try:
            message = messages.from_line(line)
        except ValueError:
            self._end(texts.DIED_NONSENSE)
            return
        event = message.get("event")
        if event == messages.READY:
            self._is_ready = True
            self.ready.emit({name: value for name, value in message.items() if name != "event"})
            return
        ask = self._asks.get(str(message.get("id")))
        if ask is None:
            return  # it was given up meanwhile
        if event in messages.LAST:
            self._taken_one(ask)
        try:
            ask.hear(str(event), message)
        except ValueError:
            self._end(texts.DIED_NONSENSE)

    def _note(self) -> None:
        if self._process is not None:
            printed = self._process.readAllStandardError().data().decode("utf-8", "replace")
            self._stderr = (self._stderr + printed)[-_MOST_STDERR:]

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._gone(texts.DIED_START.format(reason=self._process.errorString()))

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._receive()
        self._note()
        self._turn.stop()
        self._read_on(all_of_it=True)
        crashed = status == QProcess.ExitStatus.CrashExit
        self._gone(texts.DIED_SIGNAL.format(number=code) if crashed else texts.DIED_CODE.format(code=code))

    def _gone(self, how: str) -> None:
        """The process is no more: whoever waited is told, and a new one is started."""
        if self._process is None:
            return
        self._process.deleteLater()
        self._process = None
        lost, why = self._taken(), self._why or how
        if not self._closed:
            self._start()
        self.died.emit(texts.DIED.format(how=why))
        for ask in lost:
            ask.lost.emit()

    def _taken(self) -> list[Ask]:
        asks, self._asks = list(self._asks.values()), {}
        for ask in asks:
            ask.finished = True
        return asks

    def _taken_one(self, ask: Ask) -> None:
        self._asks.pop(ask.id, None)
        ask.finished = True

    def _refused(self, ask: Ask, message: str, hint: str, details: str = "") -> Ask:
        ask.finished = True
        failure = Failure("ours", message, hint, details)
        # Later: whoever asks connects first.  The timer holds the request until then.
        QTimer.singleShot(0, lambda: ask.failed.emit(failure))
        return ask


def _environment() -> QProcessEnvironment:
    """As ours; a checkout that is not installed is found too, wherever the window was started."""
    environment = QProcessEnvironment.systemEnvironment()
    root = Path(messages.__file__).parents[2]
    if root.name not in ("site-packages", "dist-packages"):
        told = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (str(root), told))))
    environment.insert("PYTHONIOENCODING", "utf-8")
    return environment
