"""The song is written aside after a rest, goes away after a clean end, and comes back after a crash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.api.project import Project, parse_project
from gui.document import notes
from gui.document.autosave import Autosave
from gui.document.recovery import Entry, offers
from gui.document.song import Song
from gui.document.song_file import SongFile, empty_song

REST_MS = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def draw(at: float) -> Any:
    def edit(project: Project) -> Project:
        return notes.add(project, "t1", at, 1.0, 60, "la")

    return edit


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.melisma")) if folder.is_dir() else []


def test_the_last_of_several_edits_is_kept(qtbot: Any, folder: Path) -> None:
    song = Song(empty_song())
    autosave = Autosave(song, folder, REST_MS)
    with qtbot.waitSignal(autosave.written, timeout=10_000):
        for at in range(5):
            song.do("draw", draw(at))
    (path,) = kept(folder)
    assert parse_project(path.read_bytes()) == song.project
    autosave.close()
    assert list(folder.iterdir()) == []


def test_saving_and_undoing_leave_nothing_to_recover(qtbot: Any, folder: Path, tmp_path: Path) -> None:
    song = Song(empty_song())
    autosave = Autosave(song, folder, REST_MS)
    with qtbot.waitSignal(autosave.written, timeout=10_000):
        song.do("draw", draw(0))
    song.save(tmp_path / "a.melisma")
    qtbot.waitUntil(lambda: not kept(folder), timeout=10_000)
    with qtbot.waitSignal(autosave.written, timeout=10_000):
        song.do("draw", draw(2))
    song.undo()
    qtbot.waitUntil(lambda: not kept(folder), timeout=10_000)
    autosave.close()


def test_a_recovered_song_is_kept_here_before_it_is_forgotten_there(qtbot: Any, folder: Path) -> None:
    crashed = Entry(folder)
    project = draw(3)(empty_song().project)
    crashed.write(SongFile(project), "lost")
    # The lock of a dead process is free; this one's is given back by hand.
    held = crashed._held
    assert held is not None
    held.free()
    song = Song(empty_song())
    autosave = Autosave(song, folder, REST_MS)
    (offer,) = offers(folder)
    with qtbot.waitSignal(autosave.written, timeout=10_000):
        autosave.recover(offer, offer.song())
    assert song.project == project
    assert song.modified
    qtbot.waitUntil(lambda: len(kept(folder)) == 1, timeout=10_000)
    assert parse_project(kept(folder)[0].read_bytes()) == project
    autosave.close()
    assert list(folder.iterdir()) == []


def test_a_disk_that_refuses_does_not_cost_the_only_copy(qtbot: Any, folder: Path, tmp_path: Path) -> None:
    crashed = Entry(folder)
    crashed.write(SongFile(draw(3)(empty_song().project)), "lost")
    held = crashed._held
    assert held is not None
    held.free()
    refused = tmp_path / "refused"
    refused.write_text("a file stands where the folder should")
    autosave = Autosave(Song(empty_song()), refused, REST_MS)
    (offer,) = offers(folder)
    with qtbot.waitSignal(autosave.failed, timeout=10_000):
        autosave.recover(offer, offer.song())
    autosave.close()
    autosave.close()
    (again,) = offers(folder)
    assert again.song().project.tracks[0].notes
    again.forget()


def test_a_disk_that_refuses_is_told_once(qtbot: Any, folder: Path) -> None:
    folder.write_text("a file stands where the folder should")
    song = Song(empty_song())
    autosave = Autosave(song, folder, REST_MS)
    told: list[object] = []
    autosave.failed.connect(told.append)
    with qtbot.waitSignal(autosave.failed, timeout=10_000):
        song.do("draw", draw(0))
    song.do("draw", draw(2))
    autosave.write()
    autosave.close()
    assert len(told) == 1
