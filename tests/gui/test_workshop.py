"""Rooms of the workshop: a process each, there while something is to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.engine_process import EngineProcess, EngineState
from gui.jobs import Jobs, JobState
from gui.workshop.link import Workshop, command
from gui.workshop.table import ROOMS, room_of
from tests.conftest import ROOT
from tests.gui.engine_stand import COMMAND, WAIT_MS, Heard

_FAKE = (sys.executable, str(Path(__file__).with_name("fake_workshop.py")))


@pytest.fixture
def workshop(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    engine = EngineProcess(command=COMMAND)
    made = Workshop(engine, command_of=lambda _room: _FAKE)
    yield made
    made.close()
    engine.close()


def test_every_op_has_one_room() -> None:
    ops = [op for room in ROOMS.values() for op in room]
    assert len(set(ops)) == len(ops)
    assert {room_of(op) for op in ops} == set(ROOMS)
    assert room_of("sing") == ""
    assert command("mixing")[-1] == "mixing"


def test_a_room_has_a_process_only_while_it_is_needed(workshop: Workshop, qtbot: QtBot) -> None:
    assert workshop.busy == ()
    heard = Heard(workshop.ask("bounce", {"song": "a.wav"}))
    assert workshop.busy == ("mixing",)
    qtbot.waitUntil(lambda: heard.end is not None, timeout=WAIT_MS)
    assert heard.end is not None
    assert heard.end[0] == "done"
    answer = heard.end[1]
    assert answer["args"] == {"song": "a.wav", "device": "auto"}
    assert answer["pid"] != os.getpid()
    workshop._rooms["mixing"]._rest.setInterval(1)
    workshop._rooms["mixing"]._rest.start()
    qtbot.waitUntil(lambda: workshop.busy == (), timeout=WAIT_MS)
    with pytest.raises(ProcessLookupError):
        os.kill(answer["pid"], 0)
    again = Heard(workshop.ask("bounce", {}))
    qtbot.waitUntil(lambda: again.end is not None, timeout=WAIT_MS)
    assert again.end is not None
    assert again.end[1]["pid"] != answer["pid"]


def test_a_job_of_a_room_that_dies_is_lost_and_others_are_not(workshop: Workshop, qtbot: QtBot) -> None:
    jobs = Jobs(workshop)
    dying = jobs.run("train", "A voice", "train.check", {}, lambda _answer: ())
    other = jobs.run("bounce", "A mix", "bounce", {}, lambda _answer: ())
    qtbot.waitUntil(lambda: dying.state.over and other.state.over, timeout=WAIT_MS)
    assert (dying.state, other.state) == (JobState.LOST, JobState.DONE)


def _one_that_leaves(workshop: Workshop, qtbot: QtBot) -> int:
    heard = Heard(workshop.ask("bounce", {}))
    qtbot.waitUntil(lambda: heard.end is not None, timeout=WAIT_MS)
    assert heard.end is not None
    workshop._rooms["mixing"]._rest.timeout.emit()
    return int(heard.end[1]["pid"])


def test_the_window_does_not_wait_for_a_process_that_leaves(workshop: Workshop, qtbot: QtBot) -> None:
    pid = _one_that_leaves(workshop, qtbot)
    os.kill(pid, 0)
    assert workshop.busy == ("mixing",)
    again = Heard(workshop.ask("bounce", {}))
    qtbot.waitUntil(lambda: again.end is not None, timeout=WAIT_MS)
    assert again.end is not None
    assert again.end[1]["pid"] != pid
    qtbot.waitUntil(lambda: workshop._rooms["mixing"].leaving == [], timeout=WAIT_MS)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_waits_for_a_process_that_leaves(workshop: Workshop, qtbot: QtBot) -> None:
    pid = _one_that_leaves(workshop, qtbot)
    workshop.close()
    assert workshop.busy == ()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_ends_every_process(workshop: Workshop, qtbot: QtBot) -> None:
    heard = Heard(workshop.ask("bounce", {}))
    qtbot.waitUntil(lambda: heard.end is not None, timeout=WAIT_MS)
    process = workshop._rooms["mixing"].process
    assert process is not None
    pid = process.pid
    workshop.close()
    assert workshop.busy == ()
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        pytest.fail("the room's process outlived the workshop")


def test_a_room_that_stopped_for_good_can_be_tried_again(workshop: Workshop, qtbot: QtBot) -> None:
    workshop.try_again("bounce")  # nobody is there yet
    Heard(workshop.ask("bounce", {}))
    process = workshop._rooms["mixing"].process
    assert process is not None
    process._starts.use_up()
    process._end("")
    qtbot.waitUntil(lambda: process.state is EngineState.STOPPED, timeout=WAIT_MS)
    workshop.try_again("bounce")
    assert process.state is not EngineState.STOPPED
