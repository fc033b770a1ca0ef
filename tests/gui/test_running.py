"""The window while it runs: an engine that dies, a song that a crash left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.project import set_track
from gui.app import Running, Wish
from gui.document.autosave import Autosave
from gui.document.recovery import Entry, offers, recovery_folder
from gui.document.song import Song
from gui.jobs import JobState
from gui.recovering import Recovering
from gui.theme import Theme
from tests.gui.shell_studio import Answers, make_studio, told
from tests.gui.song_stand import SlowDisk


@pytest.fixture
def running(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """With the real engine's process; the bridge stays off."""
    monkeypatch.setattr("gui.bridge_link.BridgeLink.start", lambda _self: None)
    running = Running(qapp, Wish(), None)
    yield running
    running.window.closed.disconnect()  # an application that was told to exit runs no event loop of later tests
    running.window.close_at_once()
    running.end()


def left_behind() -> None:
    """A song as a crashed window leaves it."""
    song = Song()
    song.do("rename", lambda project: set_track(project, None, {"name": "Rescued"}))
    entry = Entry(recovery_folder())
    entry.write(song.file(), "Night")
    assert entry._held is not None
    entry._held.free()


@pytest.mark.parametrize(("answer", "name", "left"), [(0, "Rescued", 0), (1, "Lead", 0), (2, "Lead", 1)])
def test_what_a_crash_left_is_offered_once(
    answer: int, name: str, left: int, dark_theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    left_behind()
    studio = make_studio(tmp_path, dark_theme)
    from PyQt6.QtWidgets import QWidget

    window, answers = QWidget(), Answers(answer)
    qtbot.addWidget(window)
    autosave = Autosave(studio.song)
    recovering = Recovering(autosave, studio.desk, window, answers, lambda then: then())
    recovering.look()
    qtbot.waitUntil(lambda: len(answers.questions) == 1)
    assert "Night" in answers.questions[0].title
    qtbot.waitUntil(lambda: studio.song.project.tracks[0].name == name)
    recovering.close()
    autosave.close()
    assert len(offers()) == left


def test_a_broken_one_is_told_and_the_next_is_offered(dark_theme: Theme, tmp_path: Path, qtbot: QtBot) -> None:
    left_behind()
    left_behind()
    newest, older = offers()
    newest._song.write_text("{")
    newest.later()
    older.later()
    studio = make_studio(tmp_path, dark_theme)
    said = told(studio)
    from PyQt6.QtWidgets import QWidget

    window, answers = QWidget(), Answers(0, 0)
    qtbot.addWidget(window)
    autosave = Autosave(studio.song)
    asked: list[str] = []

    def leave(then: Callable[[], object]) -> None:
        asked.append("may it go?")
        then()

    recovering = Recovering(autosave, studio.desk, window, answers, leave)
    recovering.look()
    qtbot.waitUntil(lambda: studio.song.project.tracks[0].name == "Rescued")
    assert len(answers.questions) == 2
    assert asked == ["may it go?"]  # the one that could be read
    assert len(said) == 2
    recovering.close()
    autosave.close()
    assert len(offers()) == 1


def test_who_is_interrupted_while_saving_can_save_what_was_recovered(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.bridge_link.BridgeLink.start", lambda _self: None)
    running = Running(qapp, Wish(), None)
    qtbot.waitUntil(lambda: running.autosave is not None)
    assert running.autosave is not None
    song, disk = running.studio.song, SlowDisk(monkeypatch)
    disk.go.set()
    song.save(tmp_path / "mine.melisma")
    disk.go.clear()
    song.do("rename", lambda project: set_track(project, None, {"name": "Saved"}))
    running.window.save()
    song.do("rename", lambda project: set_track(project, None, {"name": "Not yet"}))
    running.window.closed.disconnect()
    running.interrupt()
    disk.go.set()
    running.end()
    # As the process does when it ends.
    running.autosave._worker.shutdown(wait=True)  # type: ignore[union-attr]
    running.autosave._entry._held.free()  # type: ignore[union-attr]
    (offer,) = offers()
    recovered = Song(offer.song())
    offer.forget()
    assert recovered.project.tracks[0].name == "Not yet"
    recovered.save()


def test_an_engine_that_dies_is_told_and_its_job_offered_again(running: Running, qtbot: QtBot) -> None:
    said = told(running.studio)
    engine, jobs = running.studio.engine, running.studio.jobs
    with qtbot.waitSignal(engine.ready, timeout=60_000):
        pass
    job = jobs.run("sing", "a.wav", "sing", {"clip": "/none.mid", "out": "/none.wav"}, lambda _: ())
    engine._process.kill()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: job.state is JobState.LOST, timeout=10_000)
    qtbot.waitUntil(lambda: any("a.wav" in sentence for sentence in said))
    assert any("again" in sentence for sentence in said)
    again = next(toast for toast in running.window.toasts._toasts if toast.notice.action)
    again.notice.run()  # type: ignore[misc]
    assert job.state is not JobState.LOST
    qtbot.waitUntil(lambda: job.state is JobState.FAILED, timeout=60_000)  # the new engine says: there is no such clip
