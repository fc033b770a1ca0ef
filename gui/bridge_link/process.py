"""`melisma serve` as a child of the window."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QProcess, QTimer, pyqtSignal

from gui.texts import connection as texts

END_S = 3.0
"""So long it may take to end by itself while the window closes."""
STOP_S = 10.0
"""So long otherwise; some systems have no signal that a program without a window hears."""
_KEPT_LETTERS = 20_000


def serve_command(folders: Sequence[Path], watched: Sequence[Path], device: str = "auto") -> list[str]:
    """The command line: this program in a frozen build, else this Python; `device` is what computes.

    It ends when we are killed, unless another window has come to use it: nobody but us holds the other end of its
    standard input.
    """
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable] if frozen else [sys.executable, "-m", "gui.cli.main"]
    command += ["serve", "--json", "--owned", "--device", device]
    for option, paths in (("--folder", folders), ("--watch", watched)):
        for path in paths:
            command += [option, str(path)]
    return command


class BridgeProcess(QObject):
    """`ready(facts)`: it listens; `ended(sentence)`: it is over, with what it said last, "" when asked to end."""

    ready = pyqtSignal(dict)
    ended = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._told = ""
        self._stopping = False

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def stopping(self) -> bool:
        """Whether it runs still, but was asked to end."""
        return self._process is not None and self._stopping

    @property
    def pid(self) -> int:
        """0 while none runs."""
        return int(self._process.processId() or 0) if self._process is not None else 0

    def start(self, command: Sequence[str]) -> None:
        """Nothing happens while one runs already."""
        if self._process is not None:
            return
        process = QProcess(self)
        process.setProgram(command[0])
        process.setArguments(list(command[1:]))
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_remarks)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        self._process, self._told, self._stopping, self._line = process, "", False, b""
        process.start()

    def stop(self) -> None:
        """Ask it to end; jobs that are not done go on next time.  `ended` comes."""
        if self._process is not None:
            self._stopping = True
            self._process.terminate()
            impatient = QTimer(self._process)
            impatient.setSingleShot(True)
            impatient.timeout.connect(self._process.kill)
            impatient.start(round(1000 * STOP_S))

    def close(self) -> None:
        """End it and wait for that, at most `END_S`, then kill it."""
        process = self._process
        if process is None:
            return
        process.blockSignals(True)
        process.terminate()
        if not process.waitForFinished(int(1000 * END_S)):
            process.kill()
            process.waitForFinished(1000)
        self._process = None
        process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        self._line += bytes(self._process.readAllStandardOutput().data())
        while b"\n" in self._line:
            line, _, self._line = self._line.partition(b"\n")
            facts = _facts(line)
            if "udp_port" in facts:
                self.ready.emit(facts)
            elif isinstance(facts.get("error"), dict):
                self._told = f"{facts['error'].get('message', '')} {facts['error'].get('hint', '')}".strip()

    def _read_remarks(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._told = (self._told + text)[-_KEPT_LETTERS:]

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._over(texts.CANNOT_START)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        orderly = status == QProcess.ExitStatus.NormalExit and code == 0  # another window asked, or a user
        self._over("" if self._stopping or orderly else (_last_line(self._told) or texts.ENDED))

    def _over(self, sentence: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
            self.ended.emit(sentence)


def _facts(line: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(line)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _last_line(told: str) -> str:
    lines = told.strip().splitlines()
    return lines[-1].strip() if lines else ""
