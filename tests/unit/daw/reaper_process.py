"""REAPER's stand-in as a process: a plain Lua interpreter with a small model of REAPER's API runs the real scripts."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
SCRIPTS = Path(__file__).resolve().parents[3] / "plugin_host" / "scripts" / "reaper"
LUAS = tuple(name for name in ("lua5.3", "lua5.4") if shutil.which(name))


class ReaperProcess:
    """Scripts lie in a copy of their own; `spool` is the folder they serve.  Context manager."""

    def __init__(self, folder: Path, lua: str = "lua5.3") -> None:
        if shutil.which(lua) is None:
            pytest.skip(f"{lua} is not installed: REAPER's scripts were not run")
        self.spool = folder / "spool"
        self.spool.mkdir(parents=True)
        self.scripts = folder / "Scripts with space" / "Melisma"
        shutil.copytree(SCRIPTS, self.scripts)
        (self.scripts / "spool.txt").write_text(f"{self.spool}\n", encoding="utf-8")
        self._lock, self._stop = threading.Lock(), threading.Event()
        command = [lua, str(_HERE / "reaper_model.lua")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self._pump = threading.Thread(target=self._ticking, daemon=True)

    def __enter__(self) -> ReaperProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._pump.is_alive():
            self._pump.join(10)
        with self._lock:
            if self._process.poll() is None:
                self._process.kill()
            self._process.communicate()

    def do(self, code: str) -> str:
        """Run Lua in the model; `M` is the model, `reaper` the API.  Gives what it returns, as text."""
        return self._line("do " + code.replace("\n", "\\n"))

    def run(self, script: str) -> None:
        """Start one of our scripts, as the user does from the action list."""
        self._line(f"run {self.scripts / script}")

    def connect(self) -> ReaperProcess:
        """Run the connecting script and let REAPER's timer tick."""
        self.run("Melisma - connect.lua")
        self._pump.start()
        return self

    def tick(self) -> int:
        """One pass of REAPER's timer; gives how much was deferred again."""
        return int(self._line("tick"))

    def quit(self) -> None:
        """REAPER is closed: scripts get their last word."""
        self._stop.set()
        self._pump.join(10)
        self._line("quit")

    def _ticking(self) -> None:
        while not self._stop.wait(0.004):
            self._line("tick")

    def _line(self, line: str) -> str:
        with self._lock:
            stdin, stdout = self._process.stdin, self._process.stdout
            assert stdin is not None
            assert stdout is not None
            stdin.write(line + "\n")
            stdin.flush()
            status, _, text = stdout.readline().rstrip("\n").partition(" ")
        assert status == "ok", text or "the model ended"
        return text


def until(true: Callable[[], object]) -> None:
    """Wait for something that comes soon; fails when it does not."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def write_wav(path: Path, samples: int = 24000, rate: int = 48000) -> Path:
    """A silent sound of so many samples."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * samples))
    return path
