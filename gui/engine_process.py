"""The window's end of the engine's process: asks, hears answers as signals, starts it again when it dies.

All of it runs on the window's thread and waits for nothing: the process is a QProcess.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from PyQt6.QtCore import QObject, QProcess, QTimer, pyqtSignal

from engine.host import messages
from gui.engine_ask import Ask, Failure, with_device
from gui.engine_leaving import Leaving
from gui.engine_lines import Lines
from gui.engine_open import OpenAsk, OpenAsks, unharmed
from gui.engine_start import COMMAND, EngineState, Starts, environment
from gui.manner import Manner
from gui.texts import engine as texts

__all__ = ["Ask", "EngineProcess", "EngineState", "Failure"]

OBEYS_WITHIN_MS = 3000
"""A cancelled request that is still at work then has to be ended with its process."""
SUPERSEDED_WITHIN_MS = 20_000
"""For one that a newer one replaced, which nobody sees: it may be at something that cannot be broken off."""
READY_WITHIN_MS = 60_000
"""Most starts take a second; a disk that sleeps, or a virus scanner at its first look, takes many."""
CLOSES_WITHIN_MS = 3000
_MOST_STDERR = 8000
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_USUAL = Manner()


class EngineProcess(QObject):
    """Starts the engine when it is made, and again after a death: at most 3 times a minute.

    `ready(dict)`: version and pid; `died(str)`: a sentence; `loaded(dict)`: a network (model, file, device, provider,
    reason); `changed`: `state`, or `why` it is stopped.  `device`: what computes where a request names none.
    `command`: another program; `manner`: how it is treated.
    """

    ready = pyqtSignal(dict)
    died = pyqtSignal(str)
    loaded = pyqtSignal(dict)
    changed = pyqtSignal()

    def __init__(
        self, parent: QObject | None = None, command: Sequence[str] = COMMAND, manner: Manner = _USUAL
    ) -> None:
        super().__init__(parent)
        self.device = "auto"
        self._command, self._manner = tuple(command), manner
        self._numbers = itertools.count(1)
        self._open = OpenAsks()
        self._starts = Starts()
        self._process: QProcess | None = None
        self._lines = Lines(self._hear, self)
        self._stderr = self._ended_for = self._why = ""
        self._is_ready = self._closed = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._not_ready)
        self._start()

    @property
    def pid(self) -> int:
        """Of the process that runs now, 0 when none does."""
        return self._process.processId() if self._process is not None else 0

    @property
    def stderr(self) -> str:
        """The end of what the process printed, and the one before it that died: for reports."""
        return self._stderr

    @property
    def state(self) -> EngineState:
        """Whether it starts, answers, or is left alone."""
        if self._process is None:
            return EngineState.STOPPED
        return EngineState.READY if self._is_ready else EngineState.STARTING

    @property
    def why(self) -> str:
        """A sentence about why it is stopped; "" while it runs."""
        return self._why if self._process is None else ""

    def ask(self, op: str, args: Mapping[str, Any] = _NOTHING, key: str = "") -> Ask:
        """Send a request; a newer one of the same non-empty `key` replaces an older one.

        Connect its signals before the event loop goes on.
        """
        ask = Ask(self, str(next(self._numbers)), op, key)
        if self._closed:
            return self._refused(ask, texts.CLOSED, "")
        if self._process is None and not self._start():
            return self._refused(ask, self._why, texts.STOPPED_HINT)
        try:
            line = messages.to_line({"id": ask.id, "op": op, "args": with_device(op, args, self.device), "key": key})
        except (TypeError, ValueError) as error:
            return self._refused(ask, texts.NOT_SENT, texts.REPORT, repr(error))
        if key:
            for older in self._open.of_key(key):
                self._give_up(older, SUPERSEDED_WITHIN_MS)
        self._open.add(OpenAsk(ask, line))
        self._send(line)
        return ask

    def stop(self, ask: Ask) -> None:
        """As `ask.cancel()`."""
        found = self._open.get(ask.id)
        if found is not None:
            self._send(messages.to_line({"op": messages.CANCEL, "id": ask.id}))
            self._give_up(found, self._manner.obeys_within_ms or OBEYS_WITHIN_MS)

    def try_again(self) -> None:
        """Start one that is stopped, however often it died."""
        if self._process is None and not self._closed:
            self._starts.forget()
            self._start()

    def close(self) -> None:
        """End the child: it is asked to, and killed after 3 s (or as `manner` says).  Open requests are cancelled.

        May be called twice.
        """
        leaving = self._let_go(self)
        if leaving is not None:
            leaving.wait()
            leaving.deleteLater()
        self._cancel_open()

    def leave(self, parent: QObject) -> Leaving | None:
        """As `close`, but nobody waits: the child, if there is one, leaves as one of `parent`."""
        leaving = self._let_go(parent)
        self._cancel_open()
        return leaving

    def _let_go(self, parent: QObject) -> Leaving | None:
        self._closed = True
        self._lines.clear()
        self._patience.stop()
        process, self._process = self._process, None
        within_ms = self._manner.closes_within_ms or CLOSES_WITHIN_MS
        return Leaving(process, within_ms, parent) if process is not None else None

    def _cancel_open(self) -> None:
        for taken in self._open.take_all():
            taken.ask.cancelled.emit()

    def _start(self) -> bool:
        """Whether it was started: not when it died too often."""
        if not self._starts.allowed():
            self._why = self._why or texts.TOO_OFTEN
            return False
        self._starts.count()
        self._lines.clear()
        self._ended_for = self._why = ""
        self._is_ready = False
        process = QProcess(self)
        process.setProcessEnvironment(environment(self._manner.environment))
        process.readyReadStandardOutput.connect(self._receive)
        process.readyReadStandardError.connect(self._note)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._not_started)
        self._process = process
        self._patience.start(READY_WITHIN_MS)
        process.start(self._command[0], list(self._command[1:]))
        self.changed.emit()
        return self._process is not None

    def _send(self, line: bytes) -> None:
        if self._process is not None:
            self._process.write(line)

    def _give_up(self, wanted: OpenAsk, within_ms: int) -> None:
        """Nobody wants it any more; one that is still at work after a while is deaf."""
        wanted.given_up = True

        def look() -> None:
            if wanted.ask.finished or self._closed or self._process is None:
                return
            if not self._is_ready:  # one that still starts has not heard of the cancel
                QTimer.singleShot(within_ms, look)
                return
            self._open.take(wanted.ask.id)
            self._open.deaf.add(wanted.ask.id)
            wanted.ask.cancelled.emit()
            self._end_deaf()

        QTimer.singleShot(within_ms, look)

    def _end_deaf(self) -> None:
        """End a process that does not obey, as soon as that costs nobody a job."""
        if self._open.may_end:
            self._end(texts.DIED_DEAF)

    def _not_ready(self) -> None:
        """It hangs before its first word: another try at once would hang as well."""
        self._receive()
        self._lines.finish()  # a window that stood still, as its machine slept, has not heard it yet
        if self._is_ready:
            return
        self._starts.use_up()
        self._end(texts.DIED_SILENT)
        self._why = texts.NEVER_READY

    def _end(self, why: str) -> None:
        self._ended_for = self._ended_for or why
        if self._process is not None:
            self._process.kill()

    def _receive(self) -> None:
        if self._process is None:
            return
        self._lines.push(self._process.readAllStandardOutput().data())
        if self._lines.rest_bytes > messages.MAX_LINE_BYTES:
            self._end(texts.DIED_NONSENSE)

    def _hear(self, line: bytes) -> None:
        try:
            message = messages.from_line(line)
        except ValueError:
            self._end(texts.DIED_NONSENSE)
            return
        event, told = message.get("event"), {name: value for name, value in message.items() if name != "event"}
        if event == messages.READY:
            self._is_ready = True
            self._patience.stop()
            self.changed.emit()
            self.ready.emit(told)
        elif event == messages.LOADED:
            self.loaded.emit(told)
        else:
            self._hear_of(str(message.get("id")), str(event), message)

    def _hear_of(self, number: str, event: str, message: Mapping[str, Any]) -> None:
        is_last = event in messages.LAST
        found = self._open.take(number) if is_last else self._open.get(number)
        if found is not None:  # else it was given up meanwhile
            try:
                found.ask.hear(event, message)
            except ValueError:
                self._end(texts.DIED_NONSENSE)
        if is_last:
            self._open.deaf.discard(number)
            self._end_deaf()

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
        self._lines.finish()
        crashed = status == QProcess.ExitStatus.CrashExit
        self._gone(texts.DIED_SIGNAL.format(number=code) if crashed else texts.DIED_CODE.format(code=code))

    def _gone(self, how: str) -> None:
        """The process is no more: whoever waited is told, and a new one is started."""
        if self._process is None:
            return
        self._process.deleteLater()
        self._process = None
        self._patience.stop()
        by_us, how = bool(self._ended_for), self._ended_for or how
        left = self._open.take_all()
        if not self._start():
            self.changed.emit()
        kept: list[OpenAsk] = unharmed(left) if by_us and self._process is not None else []
        for entry in kept:
            self._open.add(entry)
            self._send(entry.line)
        self.died.emit(texts.DIED.format(how=how))
        for entry in left:
            if entry not in kept:
                (entry.ask.cancelled if entry.given_up else entry.ask.lost).emit()

    def _refused(self, ask: Ask, message: str, hint: str, details: str = "") -> Ask:
        ask.finished = True
        failure = Failure("ours", message, hint, details)
        # Later: whoever asks connects first.  The timer holds the request until then.
        QTimer.singleShot(0, lambda: ask.failed.emit(failure))
        return ask
