"""Saving beside: nothing is lost that is edited meanwhile, and nothing is written over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.api.project import Project, edit_project, read_project
from engine.errors import InputError
from gui.document import notes
from gui.document.autosave import Autosave
from gui.document.recovery import offers
from gui.document.saver import Saver
from gui.document.song import Song
from gui.document.song_file import SongFile, empty_song
from tests.gui.song_stand import SlowDisk


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def draw(at: float) -> Any:
    def edit(project: Project) -> Project:
        return notes.add(project, "t1", at, 1.0, 60, "la")

    return edit


@pytest.fixture
def song() -> Song:
    song = Song(empty_song())
    song.do("draw", draw(0))
    return song


def test_what_is_edited_meanwhile_is_still_to_be_saved(qtbot: Any, song: Song, tmp_path: Path) -> None:
    saver = Saver(song)
    with qtbot.waitSignal(saver.saved, timeout=10_000):
        saver.save(tmp_path / "a.melisma")
        song.do("draw", draw(2))
    assert len(read_project(tmp_path / "a.melisma").project.tracks[0].notes) == 1
    assert song.modified
    with qtbot.waitSignal(saver.saved, timeout=10_000):
        saver.save()
    assert not song.modified
    assert not saver.busy
    saver.close()


def test_a_second_save_waits_for_the_first(qtbot: Any, song: Song, tmp_path: Path) -> None:
    saver = Saver(song)
    failed: list[object] = []
    saver.failed.connect(failed.append)
    saver.save(tmp_path / "a.melisma")
    qtbot.waitUntil(lambda: not saver.busy, timeout=10_000)
    song.do("draw", draw(2))
    saver.save()
    song.do("draw", draw(4))
    saver.save()
    qtbot.waitUntil(lambda: not song.modified, timeout=10_000)
    assert failed == []
    assert len(read_project(tmp_path / "a.melisma").project.tracks[0].notes) == 3
    saver.close()


def test_why_not_is_told(qtbot: Any, song: Song, tmp_path: Path) -> None:
    saver = Saver(song)
    with pytest.raises(InputError):
        saver.save()
    with qtbot.waitSignal(saver.failed, timeout=10_000) as told:
        saver.save(tmp_path / "no folder" / "a.melisma")
    assert isinstance(told.args[0], InputError)
    with qtbot.waitSignal(saver.saved, timeout=10_000):
        saver.save(tmp_path / "a.melisma")
    edit_project(tmp_path / "a.melisma", draw(8))
    song.do("draw", draw(2))
    with qtbot.waitSignal(saver.failed, timeout=10_000):
        saver.save()
    assert song.modified
    saver.close()


def test_a_song_that_is_gone_does_not_name_the_new_one(qtbot: Any, song: Song, tmp_path: Path) -> None:
    saver = Saver(song)
    with qtbot.waitSignal(saver.saved, timeout=10_000):
        saver.save(tmp_path / "a.melisma")
        song.become(SongFile(draw(5)(empty_song().project)))
    assert song.path is None
    saver.close()


def test_a_song_that_gets_its_first_file_has_one_already(
    qtbot: Any, song: Song, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, saver = SlowDisk(monkeypatch), Saver(song)
    saver.save(tmp_path / "a.melisma")
    song.do("draw", draw(2))
    saver.save()
    disk.go.set()
    qtbot.waitUntil(lambda: not song.modified, timeout=10_000)
    assert len(read_project(tmp_path / "a.melisma").project.tracks[0].notes) == 2
    saver.close()


def test_what_was_written_at_the_very_end_is_known_to_what_is_recovered(
    qtbot: Any, song: Song, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song.save(tmp_path / "a.melisma")
    autosave, disk, saver = Autosave(song), SlowDisk(monkeypatch), Saver(song)
    song.do("draw", draw(2))
    saver.save()
    song.do("draw", draw(4))
    saved: list[object] = []
    saver.saved.connect(saved.append)
    disk.go.set()
    saver.close()  # no event loop runs: somebody has ended the program
    assert not saver.busy
    with qtbot.waitSignal(autosave.written, timeout=10_000):
        autosave.write()
    assert saved == [tmp_path / "a.melisma"]
    held = autosave._entry._held
    assert held is not None
    held.free()
    (offer,) = offers()
    recovered = Song(offer.song())
    offer.later()
    recovered.save()
    assert len(read_project(tmp_path / "a.melisma").project.tracks[0].notes) == 3
    autosave.close()
