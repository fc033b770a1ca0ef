"""A real process with ops of the test's own, and what is heard of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gui.engine_process import Ask, EngineProcess
from tests.conftest import ROOT

COMMAND = (sys.executable, str(Path(__file__).with_name("fake_engine.py")))
WAIT_MS = 30_000

Start = Callable[[], EngineProcess]


class Heard:
    """Everything that one request says, in order."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.events: list[tuple[str, Any]] = []
        ask.begun.connect(lambda: self.events.append(("begun", None)))
        ask.progressed.connect(lambda *told: self.events.append(("progressed", told)))
        ask.part.connect(lambda part: self.events.append(("part", part)))
        ask.done.connect(lambda result: self.events.append(("done", result)))
        ask.failed.connect(lambda failure: self.events.append(("failed", failure)))
        ask.cancelled.connect(lambda: self.events.append(("cancelled", None)))
        ask.lost.connect(lambda: self.events.append(("lost", None)))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    @property
    def end(self) -> tuple[str, Any] | None:
        ends = [event for event in self.events if event[0] in ("done", "failed", "cancelled", "lost")]
        assert len(ends) <= 1
        return ends[0] if ends else None


@contextmanager
def engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts as many as a test wants, and closes them."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made: list[EngineProcess] = []

    def begin() -> EngineProcess:
        made.append(EngineProcess(command=COMMAND))
        return made[-1]

    yield begin
    for engine in made:
        engine.close()


def ended(qtbot: Any, *heard: Heard) -> None:
    """Wait until every request has."""
    qtbot.waitUntil(lambda: all(one.end for one in heard), timeout=WAIT_MS)


def alive(pid: int) -> bool:
    """A child that nobody has waited for yet is dead too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, within_s: float = 10.0) -> bool:
    """Whether a process ends in time."""
    deadline = time.monotonic() + within_s
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)
