"""The window's end of the engine's process: asking and hearing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.host.messages import MOST_ITEMS
from gui.engine_process import EngineProcess, Failure
from tests.conftest import ROOT
from tests.gui.engine_stand import WAIT_MS, Heard, ended, engines


@pytest.fixture
def engine(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProcess]:
    with engines(monkeypatch) as start:
        yield start()


def test_an_answer_comes_with_progress_and_parts(engine: EngineProcess, qtbot: Any) -> None:
    with qtbot.waitSignal(engine.ready, timeout=WAIT_MS) as ready:
        heard = Heard(engine.ask("count", {"total": 5}))
    assert ready.args[0]["pid"] == engine.pid
    ended(qtbot, heard)
    assert heard.events[0] == ("begun", None)
    assert [part for name, part in heard.events if name == "part"] == [{"number": number} for number in range(5)]
    assert heard.events[-1] == ("done", {"total": 5})
    assert heard.ask.finished


def test_faults_come_as_failures(engine: EngineProcess, qtbot: Any) -> None:
    refused, unknown = Heard(engine.ask("refuse")), Heard(engine.ask("unknown"))
    unsendable = Heard(engine.ask("echo", {"x": object()}))
    assert unsendable.events == []  # not before whoever asks has connected
    ended(qtbot, refused, unknown, unsendable)
    assert refused.end == ("failed", Failure("input", "There is no file x.", "Check the path.", ""))
    assert unknown.end is not None
    assert unknown.end[1].kind == "ours"
    assert unsendable.end is not None
    assert unsendable.end[1].kind == "ours"


def test_many_answers_and_a_large_one(engine: EngineProcess, qtbot: Any) -> None:
    many = Heard(engine.ask("count", {"total": 3000}))
    large = Heard(engine.ask("huge", {"length": 8_000_000}))
    ended(qtbot, many, large)
    assert len([name for name in many.names if name == "part"]) == 3000
    assert large.end is not None
    assert len(large.end[1]["text"]) == 8_000_000


@pytest.mark.parametrize("length", [0, 1, MOST_ITEMS, MOST_ITEMS + 1, 1000])
def test_long_lists_come_whole(engine: EngineProcess, qtbot: Any, length: int) -> None:
    heard = Heard(engine.ask("plan", {"length": length}))
    ended(qtbot, heard)
    first, second = [part for name, part in heard.events if name == "part"]
    assert first == {"plan": {"name": "x", "phrases": [{"number": n} for n in range(length)]}, "keys": [1] * 99}
    assert second["plan"]["phrases"] == [{"number": 0}, {"number": 1}, {"number": 2}]


def test_progress_of_more_bytes_than_a_signal_can_count(engine: EngineProcess, qtbot: Any) -> None:
    heard = Heard(engine.ask("wait", {"done": 5_000_000_000, "total": 10_000_000_000}))
    qtbot.waitUntil(lambda: "progressed" in heard.names, timeout=WAIT_MS)
    stage, done, total = heard.events[-1][1]
    assert stage == "Waiting"
    assert done * 2 == total > 0


def test_what_libraries_print_is_no_answer(engine: EngineProcess, qtbot: Any) -> None:
    heard = Heard(engine.ask("shout"))
    ended(qtbot, heard)
    assert heard.end == ("done", {"read": ""})  # and what they read is empty
    qtbot.waitUntil(lambda: "so does C" in engine.stderr, timeout=WAIT_MS)
    assert "a library says hello" in engine.stderr


def test_a_cancel_is_obeyed(engine: EngineProcess, qtbot: Any) -> None:
    running, waiting = Heard(engine.ask("wait")), Heard(engine.ask("wait"))
    qtbot.waitUntil(lambda: "progressed" in running.names, timeout=WAIT_MS)
    pid = engine.pid
    waiting.ask.cancel()
    ended(qtbot, waiting)
    running.ask.cancel()
    running.ask.cancel()
    ended(qtbot, running)
    running.ask.cancel()
    assert (running.end, waiting.end) == (("cancelled", None), ("cancelled", None))
    assert "begun" not in waiting.names
    assert engine.pid == pid


def test_what_computes_is_told_with_each_request_that_computes(
    engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.device = "cpu"
    lines: list[bytes] = []
    monkeypatch.setattr(engine, "_send", lines.append)
    engine.ask("live", {"track": "lead"})
    engine.ask("sing", {"device": "cuda"})
    engine.ask("avatar", {"sing": {"clip": "a"}})
    engine.ask("project.read", {"path": "a"})
    assert [json.loads(line)["args"] for line in lines] == [
        {"track": "lead", "device": "cpu"},
        {"device": "cuda"},
        {"sing": {"device": "cpu", "clip": "a"}, "device": "cpu"},
        {"path": "a"},
    ]


def test_a_newer_request_of_the_same_key_replaces_the_older(engine: EngineProcess, qtbot: Any) -> None:
    older = Heard(engine.ask("wait", key="live"))
    newer = Heard(engine.ask("echo", {"x": 1}, key="live"))
    ended(qtbot, older, newer)
    assert (older.end, newer.end) == (("cancelled", None), ("done", {"x": 1}))


def test_it_is_found_wherever_the_window_was_started(
    qapp: object, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    engine = EngineProcess()
    heard = Heard(engine.ask("unknown"))
    ended(qtbot, heard)
    engine.close()
    assert heard.end is not None
    assert heard.end[0] == "failed"


def test_the_window_does_not_import_what_computes() -> None:
    program = (
        "import sys, gui.engine_process, gui.jobs\n"
        "bad = {'onnxruntime', 'torch', 'cv2', 'av', 'scipy', 'numpy'} & set(sys.modules)\n"
        "assert not bad, bad\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
