"""The window in a process of its own, and what it shows by its own word."""

from __future__ import annotations

import json
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.daw.waiting import wait_for
from tests.e2e.window_desk import HERE, Desk


class WindowUnderTest:
    """The window's process: `ask` reads what it shows."""

    def __init__(self, desk: Desk, *words: str | Path) -> None:
        self.desk = desk
        # Names of sockets may not be long.
        self._socket = Path(desk.screen["XDG_RUNTIME_DIR"]) / "door"
        self._socket.unlink(missing_ok=True)
        self._log = desk.log(desk.started)
        program = (sys.executable, "-X", "faulthandler", HERE / "window_under_test.py")
        self.process = desk.start(*program, self._socket, "gui", *words)
        wait_for("the window", lambda: self._lives("it came") and self._socket.exists(), 60)

    @property
    def ended(self) -> tuple[int] | None:
        """Its exit code, once it has one."""
        code = self.process.poll()
        return None if code is None else (code,)

    def number(self, title: str) -> int:
        """Of the window on the screen.  One that does not come says where each of its threads stood."""
        try:
            return self.desk.window(title)
        except pytest.fail.Exception as failure:
            if self.ended is None:
                self.process.send_signal(signal.SIGABRT)
            code = self.process.wait(20)
            pytest.fail(f"{failure}; exit code {code}\n{self._log.read_text()[-6000:]}")

    def ask(self, path: str) -> Any:
        """What `window_under_test.py` tells of it; raises `LookupError` for what is not there."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self._socket))
            line.sendall(path.encode() + b"\n")
            answer = json.loads(line.makefile().readline())
        if "unknown" in answer:
            raise LookupError(answer["unknown"])
        return answer["is"]

    def until(self, what: str, path: str, fits: Callable[[Any], bool] = bool, within_s: float = 60.0) -> Any:
        """The first answer that fits."""

        def look() -> tuple[Any] | None:
            self._lives(what)
            with suppress(LookupError):
                found = self.ask(path)
                return (found,) if fits(found) else None
            return None

        return wait_for(what, look, within_s)[0]

    def _lives(self, until: str) -> bool:
        if self.ended is not None:
            pytest.fail(f"the window ended with {self.ended[0]} before {until}: {self._log.read_text()[-2000:]}")
        return True

    def place(self, path: str) -> list[int]:
        """Where a widget that can be used lies: left, top, width, height."""
        shown = self.until(path, path, lambda found: bool(found) and found["seen"] and found["enabled"])
        return list(shown["at"])
