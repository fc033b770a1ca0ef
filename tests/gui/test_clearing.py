"""The month is over: what the window, its songs or its settings still name is not thrown away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.folders import data_folder
from gui import clearing
from gui.clearing import Clearing
from gui.document.inbox import inbox_folder
from gui.document.leftovers import MARKS, copied
from gui.document.recent import Recent
from gui.document.recovery import Entry, recovery_folder
from gui.document.renders import renders_folder
from gui.document.settings import Settings
from gui.document.song import Song
from gui.document.song_file import read_song


def old(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"data")
    copied(file)
    os.utime(file.parent / MARKS / file.name, (0, 0))
    return file


@pytest.fixture
def thrown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is thrown away; the system's own trash is left alone."""
    names: list[str] = []

    class Trash:
        @staticmethod
        def moveToTrash(path: str) -> tuple[bool, str]:
            names.append(Path(path).name)
            Path(path).unlink()
            return True, ""

    monkeypatch.setattr(clearing, "QFile", Trash)
    return names


def test_a_song_opened_while_the_clearing_works_keeps_its_clip(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (old(inbox_folder() / name) for name in ("first.mid", "second.mid"))
    recent = Recent(data_folder() / "recent.json")

    class Trash:
        @staticmethod
        def moveToTrash(path: str) -> tuple[bool, str]:
            recent.add(second)
            Path(path).unlink()
            return True, ""

    monkeypatch.setattr(clearing, "QFile", Trash)
    work = Clearing(Song(), recent)
    work.begin()
    qtbot.waitUntil(lambda: not first.exists(), timeout=10_000)
    work.close()
    assert second.is_file()


def test_only_what_nothing_names_goes(qtbot: QtBot, tmp_path: Path, thrown: list[str]) -> None:
    inbox = inbox_folder()
    gone = [old(inbox / "mix.wav")]
    kept = [
        old(inbox / "portrait ä.png"),  # the settings
        old(inbox / "recent.mid"),  # a recent song
        old(inbox / "crashed.mid"),  # an autosaved song
        old(inbox / "mail.melisma"),  # a song is never ours to clear
        old(renders_folder() / "never dragged.wav"),  # a project that we cannot see may play it
    ]
    clip = old(inbox / "open.mid")  # the song in the window
    clip.write_bytes((read_fixture()).read_bytes())
    song = Song(read_song(clip))

    Settings(data_folder() / "window.json").put("avatar.portrait", str(kept[0]))
    recent = Recent(data_folder() / "recent.json")
    for entry in (kept[1], kept[2]):
        entry.write_bytes(read_fixture().read_bytes())
    other = Song(read_song(kept[1]))
    other.save(tmp_path / "other.melisma")
    recent.add(tmp_path / "other.melisma")
    autosaved = Entry(recovery_folder())
    autosaved.write(read_song(kept[2]), "crashed")

    work = Clearing(song, recent)
    work.begin()
    qtbot.waitUntil(lambda: len(thrown) == len(gone), timeout=10_000)
    work.close()
    assert sorted(thrown) == sorted(file.name for file in gone)
    assert all(file.is_file() for file in (*kept, clip))
    autosaved.remove()


def read_fixture() -> Path:
    from engine.folders import presets_folder

    return presets_folder() / "clips" / "twinkle.mid"
