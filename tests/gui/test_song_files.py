"""The song's way between the window and its file: saved beside the window, left only when it is safe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.api.project import edit_project, set_track
from engine.folders import presets_folder
from gui.document.inbox import inbox_folder
from gui.document.song import Song
from gui.document.song_file import Writing, empty_song, read_song
from gui.panels.sing.opening import Opening
from tests.clips import clip_of, part
from tests.gui.song_stand import MakeStand, SlowDisk, stands


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeStand]:
    with stands(qtbot, tmp_path) as made:
        yield made


CLIPS = presets_folder() / "clips"


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    disk = SlowDisk(monkeypatch)
    yield disk
    disk.go.set()


def test_the_window_goes_on_while_its_song_is_written(make: MakeStand, disk: SlowDisk, qtbot: QtBot) -> None:
    stand = make()
    disk.go.set()
    stand.song.save(stand.path)
    disk.go.clear()
    stand.rename("First")
    assert stand.files.save()
    assert stand.files.busy
    assert stand.song.modified  # until it lies on the disk
    stand.rename("Second")
    disk.go.set()
    qtbot.waitUntil(lambda: not stand.files.busy)
    assert stand.written() == "First"
    assert stand.song.modified
    assert stand.files.save()
    qtbot.waitUntil(lambda: not stand.song.modified)
    assert stand.written() == "Second"
    assert stand.recent.files()[0].path == stand.path


def test_saving_under_another_name(make: MakeStand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = make()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(stand.path.with_suffix("")), ""))
    stand.rename("First")
    assert stand.files.save()  # a song without a file asks for one
    qtbot.waitUntil(lambda: stand.song.path == stand.path)
    assert not stand.song.modified
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    assert not stand.files.save_as()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(stand.path.parent / "no" / "a.melisma"), ""))
    stand.rename("Second")
    assert stand.files.save_as()
    qtbot.waitUntil(lambda: "no" in stand.said[-1])
    assert stand.song.path == stand.path
    assert stand.song.modified


def test_saving_while_a_song_gets_another_name_is_for_that_name(
    make: MakeStand, disk: SlowDisk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand, other = make(), tmp_path / "other.melisma"
    disk.go.set()
    stand.rename("First")
    stand.song.save(stand.path)
    edit_project(stand.path, lambda project: set_track(project, None, {"name": "By another"}))
    disk.go.clear()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other), ""))
    assert stand.files.save_as()
    stand.rename("Second")
    assert stand.files.save()
    disk.go.set()
    qtbot.waitUntil(lambda: not stand.files.busy)
    assert stand.written() == "By another"
    assert read_song(other).project.tracks[0].name == "Second"
    assert stand.song.path == other
    assert not stand.song.modified


def test_a_song_that_is_getting_its_first_file_asks_for_no_second(
    make: MakeStand, disk: SlowDisk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = make()
    names = [str(stand.path)]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (names.pop(), ""))
    stand.rename("First")
    assert stand.files.save()
    stand.rename("Second")
    assert stand.files.save()
    disk.go.set()
    qtbot.waitUntil(lambda: not stand.files.busy)
    assert stand.written() == "Second"


def test_who_leaves_waits_for_what_is_written(make: MakeStand, disk: SlowDisk, qtbot: QtBot) -> None:
    stand = make()
    stand.rename("First")
    stand.files._save(stand.path)
    left: list[str] = []
    stand.files.leave(lambda: left.append("new"))
    stand.files.leave(lambda: left.append("closed"))  # what was wished last
    assert disk.begun.wait(10)
    assert left == []
    disk.go.set()
    qtbot.waitUntil(lambda: left == ["closed"])
    assert stand.answers.questions == []


def test_what_is_edited_while_one_waits_to_leave_is_asked_about(make: MakeStand, disk: SlowDisk, qtbot: QtBot) -> None:
    stand = make(0, 2)
    stand.rename("First")
    stand.files._save(stand.path)
    disk.go.set()
    qtbot.waitUntil(lambda: not stand.song.modified)
    disk.go.clear()
    stand.rename("Second")
    left: list[str] = []
    stand.files.leave(lambda: left.append("closed"))
    stand.rename("Third")
    disk.go.set()
    qtbot.waitUntil(lambda: len(stand.answers.questions) == 2)
    assert left == []
    assert stand.written() == "Second"
    assert stand.song.modified


def test_a_failure_nobody_thought_of_is_told_and_does_not_hang(
    make: MakeStand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = make(0)

    def broken(_: Writing) -> str:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(Writing, "write", broken)
    stand.rename("First")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(stand.path), ""))
    left: list[str] = []
    stand.files.leave(lambda: left.append("closed"))
    qtbot.waitUntil(lambda: not stand.files.busy)
    assert "on fire" in stand.said[0]
    assert left == []
    assert stand.song.modified


def test_another_name_is_tried_though_the_first_failed(make: MakeStand, disk: SlowDisk, qtbot: QtBot) -> None:
    stand = make()
    stand.rename("First")
    stand.files._save(stand.path.parent / "no folder" / "a.melisma")
    stand.files._save(stand.path)
    disk.go.set()
    qtbot.waitUntil(lambda: not stand.files.busy)
    assert stand.written() == "First"
    assert not stand.song.modified


def test_a_song_that_cannot_be_read_costs_no_question(make: MakeStand, qtbot: QtBot, tmp_path: Path) -> None:
    stand = make()
    stand.rename("Unsaved")
    (tmp_path / "bad.melisma").write_text("{")
    stand.files.open(tmp_path / "bad.melisma")
    qtbot.waitUntil(lambda: bool(stand.said))
    assert stand.answers.questions == []
    assert stand.song.project.tracks[0].name == "Unsaved"


def test_the_demo_has_its_own_name_and_a_choir_says_what_became_of_it(
    make: MakeStand, qtbot: QtBot, tmp_path: Path
) -> None:
    stand = make()
    stand.files.open_demo()
    qtbot.waitUntil(lambda: stand.song.name == "Amazing Grace")
    assert not stand.song.modified
    stand.files.open(clip_of(tmp_path / "choir.mid", part("High", 72), part("Low", 60)))
    qtbot.waitUntil(lambda: bool(stand.said))
    assert stand.said == ["choir.mid has 2 parts: each is a track."]


# Dropped


@pytest.mark.parametrize(("answer", "opened"), [(1, True), (2, False)])
def test_a_project_dropped_over_unsaved_work_is_asked_about_as_any_other(
    answer: int, opened: bool, make: MakeStand, qtbot: QtBot, tmp_path: Path
) -> None:
    other = Song(read_song(CLIPS / "twinkle.mid"))
    other.save(tmp_path / "other.melisma")
    stand = make(answer)
    stand.rename("Unsaved")
    opening = Opening(stand.song, stand.desk, lambda: None)
    # The clip comes along with the project, and goes where that one goes.
    opening.take([CLIPS / "greensleeves.mid", tmp_path / "other.melisma"])
    qtbot.waitUntil(lambda: len(stand.answers.questions) == 1)
    if opened:
        qtbot.waitUntil(lambda: len(stand.song.project.tracks) == 2)
    opening.close()
    assert (stand.song.path == tmp_path / "other.melisma") is opened
    assert (stand.song.project.tracks[0].name == "Unsaved") is not opened


def test_clips_lie_one_beside_the_other_and_one_song_is_opened_at_a_time(
    make: MakeStand, qtbot: QtBot, tmp_path: Path
) -> None:
    stand = make()
    opening = Opening(stand.song, stand.desk, lambda: None)
    opening.take([CLIPS / "twinkle.mid", CLIPS / "greensleeves.mid"])
    qtbot.waitUntil(lambda: len(stand.song.project.tracks) == 2)
    opening.take([tmp_path / "a.melisma", tmp_path / "b.melisma"])
    assert "b.melisma" in stand.said[-1]
    opening.close()


def test_a_project_of_which_we_hold_the_only_copy_asks_where_to_be_saved(
    make: MakeStand, qtbot: QtBot, tmp_path: Path
) -> None:
    inbox_folder().mkdir(parents=True)
    song = Song(empty_song())
    song.save(inbox_folder() / "mail.melisma")
    stand = make()
    stand.files.open(inbox_folder() / "mail.melisma")
    qtbot.waitUntil(lambda: stand.song.name == "mail")
    assert stand.song.path is None
    assert stand.song.modified
