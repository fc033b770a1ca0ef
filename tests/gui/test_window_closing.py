"""The window and its song: what is asked before it closes, what is saved, what is remembered of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.document.recent import Recent
from gui.panels.base import Studio
from gui.theme import Theme
from tests.gui.shell_studio import Answers, make_studio, told
from tests.gui.window_stand import MakeWindow, edit, windows


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return make_studio(tmp_path, dark_theme)


@pytest.fixture
def make(studio: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWindow]:
    with windows(studio, qtbot, tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(("answer", "closes"), [(1, True), (2, False)])
def test_closing_with_unsaved_changes_asks_once(make: MakeWindow, studio: Studio, answer: int, closes: bool) -> None:
    answers = Answers(answer)
    window = make(answers)
    edit(studio)
    assert window.close() is closes
    assert len(answers.questions) == 1


def test_closing_while_a_job_runs_asks(make: MakeWindow, studio: Studio) -> None:
    answers = Answers(1, 0)
    window = make(answers)
    studio.jobs.run("sing", "a.wav", "sing", {}, lambda _: ())
    assert not window.close()
    assert window.close()
    assert [question.answers[0] for question in answers.questions] == ["Stop and close"] * 2


def test_nothing_to_lose_nothing_asked(make: MakeWindow) -> None:
    assert make(Answers()).close()


def test_a_song_is_saved_before_it_goes(make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    window = make(Answers(0))
    edit(studio)
    changed = studio.song.project
    window.new_song()
    qtbot.waitUntil(lambda: studio.song.path is None)
    studio.song.become(type(studio.song).open(tmp_path / "mine.melisma"))
    assert studio.song.project.tracks[0].name == changed.tracks[0].name == "Other"


def test_what_is_edited_while_a_song_is_read_is_asked_about(
    make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    answers = Answers(2)  # cancel
    window = make(answers)
    window.open_song(tmp_path / "mine.melisma")  # nothing to lose yet
    edit(studio)
    edited = studio.song.project
    qtbot.waitUntil(lambda: len(answers.questions) == 1)
    assert studio.song.project is edited


def test_a_recent_file_that_is_gone_is_told_and_forgotten(make: MakeWindow, studio: Studio, tmp_path: Path) -> None:
    recent = Recent(tmp_path / "recent.json")
    recent.add(tmp_path / "gone.melisma")
    window = make()
    said = told(studio)
    window.open_song(tmp_path / "gone.melisma")
    assert "gone.melisma" in said[0]
    assert recent.files() == ()


def test_saving_puts_the_song_among_the_recent(make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot) -> None:
    window = make()
    studio.song.save(tmp_path / "mine.melisma")
    window.save()
    recent = Recent(tmp_path / "recent.json")
    qtbot.waitUntil(lambda: [entry.path for entry in recent.files()] == [tmp_path / "mine.melisma"])


def test_the_window_closes_when_the_song_is_written(
    make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    answers = Answers(0)
    window = make(answers)
    edit(studio)
    with qtbot.waitSignal(window.closed):
        assert not window.close()
        assert window.isVisible()
    assert not studio.song.modified
    assert not window.isVisible()
    assert len(answers.questions) == 1


def test_a_song_that_cannot_be_written_keeps_the_window(
    make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    window = make(Answers(0, 1))
    said = told(studio)
    edit(studio)
    (tmp_path / "mine.melisma").write_text("another program was here")
    assert not window.close()
    qtbot.waitUntil(lambda: bool(said))
    assert "another program" in said[0]
    assert window.isVisible()
    assert studio.song.modified
    assert window.close()  # the second answer: do not save
