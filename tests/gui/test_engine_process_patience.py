"""The window's end of the engine's process: what does not obey, does not get ready, or takes its time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gui import engine_process
from gui.engine_process import EngineProcess, EngineState
from gui.manner import Manner
from tests.conftest import ROOT
from tests.gui.engine_stand import COMMAND, WAIT_MS, Heard, Start, ended, engines, gone


@pytest.fixture
def start(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    with engines(monkeypatch) as begin:
        yield begin


@pytest.fixture
def engine(start: Start) -> EngineProcess:
    return start()


def test_a_cancel_that_is_not_obeyed_costs_the_process(
    engine: EngineProcess, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "OBEYS_WITHIN_MS", 50)
    deaf, beside = Heard(engine.ask("deaf")), Heard(engine.ask("question"))
    behind, unwanted = Heard(engine.ask("wait")), Heard(engine.ask("wait"))
    qtbot.waitUntil(lambda: "part" in deaf.names and "begun" in beside.names, timeout=WAIT_MS)
    pid = engine.pid
    with qtbot.waitSignal(engine.died, timeout=WAIT_MS) as died:
        deaf.ask.cancel()
        unwanted.ask.cancel()
    assert "did not obey" in died.args[0]
    ended(qtbot, deaf, beside, unwanted)
    assert (deaf.end, beside.end, unwanted.end) == (("cancelled", None), ("lost", None), ("cancelled", None))
    assert gone(pid)
    qtbot.waitUntil(lambda: "progressed" in behind.names, timeout=WAIT_MS)  # it had not begun, so nothing was lost
    assert behind.end is None
    assert not behind.ask.finished
    after = Heard(engine.ask("echo", {"x": 2}))
    ended(qtbot, after)
    assert after.end == ("done", {"x": 2})


def test_what_may_be_repeated_is_not_lost_with_one_that_is_deaf(
    engine: EngineProcess, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "OBEYS_WITHIN_MS", 50)
    deaf, beside = Heard(engine.ask("deaf")), Heard(engine.ask("question"))
    beside.ask.repeatable = True
    qtbot.waitUntil(lambda: "part" in deaf.names and "progressed" in beside.names, timeout=WAIT_MS)
    with qtbot.waitSignal(engine.died, timeout=WAIT_MS):
        deaf.ask.cancel()
    assert not beside.ask.has_begun
    qtbot.waitUntil(lambda: beside.names.count("progressed") == 2, timeout=WAIT_MS)
    assert beside.end is None
    beside.ask.cancel()
    ended(qtbot, beside)
    assert beside.end == ("cancelled", None)


def test_how_long_a_process_may_take_is_said_with_it(qapp: object, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("SAID_BY_THE_USER", "1")
    told = {"SAID_BY_THE_USER": "2", "SAID_BY_US": "3"}
    engine = EngineProcess(command=COMMAND, manner=Manner(obeys_within_ms=50, environment=told))
    deaf = Heard(engine.ask("deaf"))
    qtbot.waitUntil(lambda: "part" in deaf.names, timeout=WAIT_MS)
    if sys.platform == "linux":
        environment = Path(f"/proc/{engine.pid}/environ").read_bytes().split(b"\0")
        assert {b"SAID_BY_THE_USER=1", b"SAID_BY_US=3"} <= set(environment)
    with qtbot.waitSignal(engine.died, timeout=WAIT_MS):
        deaf.ask.cancel()
    engine.close()


def test_a_small_question_that_does_not_obey_costs_no_job(
    engine: EngineProcess, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "OBEYS_WITHIN_MS", 50)
    deaths: list[str] = []
    engine.died.connect(deaths.append)
    job, question = Heard(engine.ask("wait")), Heard(engine.ask("deaf question"))
    job.ask.precious = True
    qtbot.waitUntil(lambda: "progressed" in job.names and "part" in question.names, timeout=WAIT_MS)
    pid = engine.pid
    question.ask.cancel()
    ended(qtbot, question)
    assert question.end == ("cancelled", None)  # whoever asked need not wait for it
    other = Heard(engine.ask("echo"))
    ended(qtbot, other)
    assert (deaths, engine.pid, job.end) == ([], pid, None)
    with qtbot.waitSignal(engine.died, timeout=WAIT_MS):
        job.ask.cancel()  # now nothing is lost any more
    ended(qtbot, job)
    assert job.end == ("cancelled", None)
    assert gone(pid)


def test_a_question_that_ends_after_all_costs_nothing(
    engine: EngineProcess, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "OBEYS_WITHIN_MS", 50)
    job, question = Heard(engine.ask("wait")), Heard(engine.ask("nap", {"until": str(tmp_path / "up")}))
    job.ask.precious = True
    qtbot.waitUntil(lambda: "progressed" in job.names and "part" in question.names, timeout=WAIT_MS)
    pid = engine.pid
    question.ask.cancel()
    ended(qtbot, question)
    (tmp_path / "up").touch()
    behind = Heard(engine.ask("nap", {"until": str(tmp_path / "up")}))
    ended(qtbot, behind)  # one lane: the first has ended
    job.ask.cancel()
    ended(qtbot, job)
    last = Heard(engine.ask("echo"))
    ended(qtbot, last)
    assert (last.end, engine.pid) == (("done", {}), pid)


def test_an_older_question_that_does_not_make_room_costs_no_job(
    engine: EngineProcess, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "SUPERSEDED_WITHIN_MS", 50)
    job, older = Heard(engine.ask("wait")), Heard(engine.ask("deaf question", key="show"))
    job.ask.precious = True
    qtbot.waitUntil(lambda: "progressed" in job.names and "part" in older.names, timeout=WAIT_MS)
    pid = engine.pid
    newer = Heard(engine.ask("deaf question", key="show"))
    ended(qtbot, older)
    other = Heard(engine.ask("echo"))
    ended(qtbot, other)
    assert (older.end, newer.end, other.end) == (("cancelled", None), None, ("done", {}))
    assert (job.end, engine.pid) == (None, pid)


SILENT = "import sys; sys.stdin.read()"


def test_one_that_never_gets_ready_is_given_up_until_somebody_tries_again(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    mended = tmp_path / "mended"
    program = f"import os, sys\nif os.path.exists({str(mended)!r}): os.execv({COMMAND[0]!r}, {COMMAND!r})\n{SILENT}"
    monkeypatch.setattr(engine_process, "READY_WITHIN_MS", 100)
    engine = EngineProcess(command=(sys.executable, "-c", program))
    assert engine.state is EngineState.STARTING
    heard, pid = Heard(engine.ask("echo")), engine.pid
    with qtbot.waitSignal(engine.died, timeout=WAIT_MS) as died:
        pass
    ended(qtbot, heard)
    assert "did not get ready" in died.args[0]
    assert heard.end == ("lost", None)
    assert gone(pid)
    assert (engine.state, engine.pid) == (EngineState.STOPPED, 0)
    assert "does not start" in engine.why
    refused = Heard(engine.ask("echo"))
    ended(qtbot, refused)
    assert refused.end is not None
    assert refused.end[1].message == engine.why
    assert "try again" in refused.end[1].hint
    mended.touch()
    monkeypatch.setattr(engine_process, "READY_WITHIN_MS", WAIT_MS)
    with qtbot.waitSignal(engine.ready, timeout=WAIT_MS):
        engine.try_again()
    assert (engine.state, engine.why) == (EngineState.READY, "")
    again = Heard(engine.ask("echo"))
    ended(qtbot, again)
    assert again.end == ("done", {})
    engine.close()


def test_one_that_is_ready_in_time_is_left_alone(start: Start, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = start()
    with qtbot.waitSignal(engine.ready, timeout=WAIT_MS):
        pass
    pid = engine.pid
    engine._patience.timeout.emit()  # as if a minute had passed: nobody is impatient with one that is ready
    engine.try_again()
    heard = Heard(engine.ask("echo"))
    ended(qtbot, heard)
    assert (heard.end, engine.pid) == (("done", {}), pid)


def test_one_that_still_starts_is_not_ended_for_a_cancel_it_cannot_have_heard(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "OBEYS_WITHIN_MS", 20)
    engine = EngineProcess(command=(sys.executable, "-c", "import sys; sys.stdin.read()"))
    heard = Heard(engine.ask("wait"))
    heard.ask.cancel()
    with qtbot.waitSignal(engine.died, timeout=300, raising=False) as died:
        pass
    assert not died.signal_triggered
    assert heard.end is None
    engine.close()
    assert heard.end == ("cancelled", None)
