"""The window's end of the engine's process: deaths, restarts, closing, and what must not be left."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gui import engine_process, engine_start
from gui.engine_process import EngineProcess, EngineState
from tests.conftest import ROOT
from tests.gui.engine_stand import COMMAND, WAIT_MS, Heard, Start, alive, ended, engines, gone


@pytest.fixture
def start(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    with engines(monkeypatch) as begin:
        yield begin


@pytest.fixture
def engine(start: Start) -> EngineProcess:
    return start()


def test_a_death_is_told_and_mended(engine: EngineProcess, qtbot: Any) -> None:
    path = Heard(engine.ask("scratch"))
    heard, other = Heard(engine.ask("wait")), Heard(engine.ask("wait"))
    ended(qtbot, path)
    assert path.end is not None
    file = Path(path.end[1]["path"])
    assert file.read_bytes() == b"abcd"
    qtbot.waitUntil(lambda: "progressed" in heard.names, timeout=WAIT_MS)
    pid = engine.pid
    with qtbot.waitSignal(engine.died, timeout=WAIT_MS) as died:
        os.kill(pid, signal.SIGKILL)
    assert "signal 9" in died.args[0]
    ended(qtbot, heard, other)
    assert (heard.end, other.end) == (("lost", None), ("lost", None))
    after = Heard(engine.ask("scratch"))
    ended(qtbot, after)
    assert engine.pid != pid
    assert not file.exists()  # swept by the next
    assert after.end is not None
    assert Path(after.end[1]["path"]).exists()


def test_what_was_answered_before_a_death_is_still_heard(engine: EngineProcess, qtbot: Any) -> None:
    many, last = Heard(engine.ask("count", {"total": 500})), Heard(engine.ask("wait"))
    qtbot.waitUntil(lambda: "progressed" in last.names, timeout=WAIT_MS)
    leaving = Heard(engine.ask("leave", {"code": 3}))
    with qtbot.waitSignal(engine.died, timeout=WAIT_MS) as died:
        pass
    ended(qtbot, many, last, leaving)
    assert "exit code 3" in died.args[0]
    assert many.end in (("done", {"total": 500}), ("lost", None))
    parts = [part["number"] for name, part in many.events if name == "part"]
    assert parts == list(range(len(parts)))
    assert last.end == leaving.end == ("lost", None)


def test_one_that_keeps_dying_is_left_alone_for_a_while(
    start: Start, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = start()
    for _ in range(engine_start.MOST_STARTS):
        with qtbot.waitSignal(engine.died, timeout=WAIT_MS):
            engine.ask("die")
    assert (engine.pid, engine.state) == (0, EngineState.STOPPED)
    refused = Heard(engine.ask("echo"))
    ended(qtbot, refused)
    assert refused.end is not None
    assert "keeps stopping" in refused.end[1].message
    monkeypatch.setattr(engine_start, "STARTS_WITHIN_S", 0.0)  # a minute later
    again = Heard(engine.ask("echo"))
    ended(qtbot, again)
    assert again.end == ("done", {})


def test_one_that_kept_dying_is_started_when_somebody_tries_again(start: Start, qtbot: Any) -> None:
    engine = start()
    states: list[EngineState] = []
    engine.changed.connect(lambda: states.append(engine.state))
    for _ in range(engine_start.MOST_STARTS):
        with qtbot.waitSignal(engine.died, timeout=WAIT_MS):
            engine.ask("die")
    assert (states[-1], "keeps stopping" in engine.why) == (EngineState.STOPPED, True)
    with qtbot.waitSignal(engine.ready, timeout=WAIT_MS):
        engine.try_again()
    assert (engine.state, engine.why) == (EngineState.READY, "")
    assert states[-2:] == [EngineState.STARTING, EngineState.READY]


def test_a_program_that_is_not_there_is_told(qtbot: Any) -> None:
    deaths: list[str] = []
    engine = EngineProcess(command=("/nowhere/python",))
    engine.died.connect(deaths.append)
    heard = Heard(engine.ask("echo"))
    qtbot.waitUntil(lambda: bool(deaths), timeout=WAIT_MS)
    ended(qtbot, heard)
    assert "could not be started" in deaths[0]
    engine.close()


def test_closing_cancels_and_ends_the_child(start: Start, qtbot: Any, own_folders: Path) -> None:
    engine = start()
    path, heard = Heard(engine.ask("scratch")), Heard(engine.ask("wait"))
    ended(qtbot, path)
    deaths: list[str] = []
    engine.died.connect(deaths.append)
    pid = engine.pid
    engine.close()
    engine.close()
    assert heard.end == ("cancelled", None)
    assert not alive(pid)
    assert deaths == []
    assert list((own_folders / "cache").iterdir()) == []
    late = Heard(engine.ask("echo"))
    ended(qtbot, late)
    assert late.end is not None
    assert late.end[0] == "failed"


def test_closing_kills_a_child_that_does_not_end(start: Start, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_process, "CLOSES_WITHIN_MS", 100)
    engine = start()
    heard = Heard(engine.ask("deaf"))
    qtbot.waitUntil(lambda: "part" in heard.names, timeout=WAIT_MS)
    pid = engine.pid
    os.kill(pid, signal.SIGSTOP)  # as one that the machine has no time for
    engine.close()
    assert not alive(pid)
    assert heard.end == ("cancelled", None)


WINDOW = """
import sys
from PyQt6.QtCore import QCoreApplication
from gui.engine_process import EngineProcess, EngineState
app = QCoreApplication([])
engine = EngineProcess(command=sys.argv[1:])
ask = engine.ask("deaf")
ask.part.connect(lambda part: print(engine.pid, flush=True))
app.exec()
"""


def test_the_child_does_not_survive_a_window_that_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    window = subprocess.Popen([sys.executable, "-c", WINDOW, *COMMAND], stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    pid = int(window.stdout.readline())  # in the middle of what obeys nobody
    assert alive(pid)
    window.kill()
    window.communicate()
    assert gone(pid)


@pytest.mark.parametrize("rounds", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_rounds_of_asking_and_closing_leave_nothing(start: Start, qtbot: Any, own_folders: Path, rounds: int) -> None:
    def once() -> int:
        engine = EngineProcess(command=COMMAND)
        heard, open_one = Heard(engine.ask("scratch")), Heard(engine.ask("wait"))
        ended(qtbot, heard)
        pid = engine.pid
        engine.close()
        assert open_one.end == ("cancelled", None)
        engine.deleteLater()
        return pid

    def settled() -> tuple[int, int]:
        for _ in range(3):
            qtbot.wait(0)
            gc.collect()
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    assert once()
    before = settled()
    pids = [once() for _ in range(rounds)]
    files, threads = settled()
    assert files <= before[0] + 1
    assert threads == before[1]
    assert not any(map(alive, pids))
    assert list((own_folders / "cache").iterdir()) == []
