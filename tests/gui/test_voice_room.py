"""A voice trained by a process of its own, as the window asks for it: stopped, gone on with, installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.api import list_models
from gui.engine_process import EngineProcess
from gui.jobs import Job, Jobs, JobState
from gui.viewmodels.voice_wish import Checked, Options, VoiceWish
from gui.workshop.link import Workshop
from tests import tiny_base
from tests.conftest import ROOT
from tests.gui.engine_stand import COMMAND, Heard, ended

pytest.importorskip("torch")
pytest.importorskip("pyworld")

_ROOM = (sys.executable, str(Path(__file__).with_name("training_room.py")))
_LONG_MS = 120_000
_TINY = {"base": tiny_base.BASE_ID, "batch": 2}


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the tiny base installed, and recordings beside it."""
    folder = tmp_path_factory.mktemp("material")
    tiny_base.make(folder / "user" / "data" / "models" / tiny_base.BASE_ID)
    tiny_base.record(folder / "recordings")
    return folder


@pytest.fixture
def workshop(qapp: object, material: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("MELISMA_DATA", str(material / "user"))
    engine = EngineProcess(command=COMMAND)
    made = Workshop(engine, command_of=lambda _room: _ROOM)
    yield made
    made.close()
    engine.close()


def wish(material: Path, name: str = "Ann") -> VoiceWish:
    return VoiceWish(material / "recordings", name, "Ann", "I am the singer", "CC-BY-4.0", "en")


def train(jobs: Jobs, asked: VoiceWish, steps: int, **more: Any) -> Job:
    args = asked.args() | _TINY | {"steps": steps} | more
    return jobs.run("train", "Ann", "train.voice", args, lambda answer: (Path(answer["folder"]),))


def asked(workshop: Workshop, qtbot: QtBot, op: str, args: Mapping[str, Any]) -> Any:
    heard = Heard(workshop.ask(op, args))
    qtbot.waitUntil(lambda: heard.end is not None, timeout=_LONG_MS)
    assert heard.end is not None
    assert heard.end[0] == "done", heard.end
    return heard.end[1]


@pytest.mark.slow
def test_a_training_that_was_stopped_goes_on_and_its_voice_is_installed(
    workshop: Workshop, material: Path, qtbot: QtBot
) -> None:
    ann, jobs = wish(material), Jobs(workshop)
    models = material / "user" / "data" / "models"
    # Looking at the recordings makes nothing, and nothing that it found is found again.
    checked = Checked.read(asked(workshop, qtbot, "train.check", ann.args() | _TINY))
    assert checked.line.startswith("2 recordings, 0:11 long, ")
    assert "1 with words" in checked.line
    assert checked.step_s > 0
    room = workshop._rooms["training"].process
    assert room is not None
    environment = Path(f"/proc/{room.pid}/environ")
    if environment.exists():
        assert b"MALLOC_MMAP_MAX_=0" in environment.read_bytes()
    seen = {path.name: path.stat().st_mtime_ns for path in material.rglob("voice-check/cut/*.npy")}
    assert len(seen) >= 2

    job = train(jobs, ann, 100_000)
    qtbot.waitUntil(lambda: (job.stage == "Training the voice" and job.done > 0) or job.state.over, timeout=_LONG_MS)
    assert job.state is JobState.RUNNING
    if sys.platform == "linux":
        nice = {_niceness(path) for path in Path(f"/proc/{room.pid}/task").iterdir()}
        assert max(nice) >= 10
    work = material / "user" / "data" / "training" / "ann"
    assert {path.name: path.stat().st_mtime_ns for path in work.glob("cut/*.npy")} == seen
    jobs.cancel(job.id)
    qtbot.waitUntil(lambda: job.state.over, timeout=_LONG_MS)
    assert job.state is JobState.CANCELLED
    assert workshop._rooms["training"].process is room
    assert [path.name for path in models.iterdir()] == [tiny_base.BASE_ID]

    (begun,) = Options.read(asked(workshop, qtbot, "train.options", {})).begun
    assert begun.wish == ann
    assert begun.done > 0
    rules = asked(workshop, qtbot, "train.wish", ann.args())
    assert (rules["id"], rules["taken"], rules["begun"]["same"]) == ("ann", False, True)

    job = train(jobs, ann, begun.done + 2)
    qtbot.waitUntil(lambda: job.state.over, timeout=_LONG_MS)
    assert job.state is JobState.DONE, job.failure
    assert job.results == (models / "ann",)
    assert f"{begun.done + 2} steps" in (models / "ann" / "CARD.md").read_text(encoding="utf-8")
    assert "ann" in {model.manifest.id for model in list_models()}
    assert asked(workshop, qtbot, "train.options", {})["begun"] == []

    # A voice that is there is never overwritten without a word.
    again = train(jobs, ann, 1)
    qtbot.waitUntil(lambda: again.state.over, timeout=_LONG_MS)
    assert again.failure is not None
    assert "There is a voice called ann already" in again.failure.message


@pytest.mark.slow
def test_a_training_under_way_is_written_down_when_the_window_goes(
    workshop: Workshop, material: Path, qtbot: QtBot
) -> None:
    jobs = Jobs(workshop)
    job = train(jobs, wish(material, "Bea"), 100_000)
    qtbot.waitUntil(lambda: (job.stage == "Training the voice" and job.done > 0) or job.state.over, timeout=_LONG_MS)
    work = material / "user" / "data" / "training" / "bea"
    assert not (work / "training" / "fit.pt").exists()
    workshop.close()
    assert job.state is JobState.CANCELLED
    assert (work / "training" / "fit.pt").is_file()
    assert not list(work.rglob("*.part"))
    assert not (work.parent / "bea.lock").exists()


def test_without_a_singers_word_nothing_is_trained(workshop: Workshop, material: Path, qtbot: QtBot) -> None:
    for field in ("singer", "consent", "licence"):
        heard = Heard(workshop.ask("train.voice", wish(material, "Cleo").args() | _TINY | {field: ""}))
        ended(qtbot, heard)
        assert heard.end is not None
        assert heard.end[0] == "failed"
        assert heard.end[1].kind == "input"
    assert not (material / "user" / "data" / "training" / "cleo").exists()


def test_a_room_is_no_window() -> None:
    program = "import sys, gui.workshop.table, engine.host.__main__; sys.exit('PyQt6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0


def _niceness(task: Path) -> int:
    try:
        return os.getpriority(os.PRIO_PROCESS, int(task.name))
    except ProcessLookupError:
        return 0
