"""A song and its files with no panels around them, and a disk that waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.api.project import read_project, set_track
from gui.desk import Desk
from gui.document.recent import Recent
from gui.document.song import Song
from gui.document.song_file import Writing
from gui.song_files import SongFiles
from tests.gui.shell_studio import Answers


class Stand:
    """A window with nothing but a song and its files."""

    def __init__(self, qtbot: QtBot, folder: Path, answers: Answers) -> None:
        self.window, self.song, self.desk, self.answers = QWidget(), Song(), Desk(), answers
        qtbot.addWidget(self.window)
        self.recent = Recent(folder / "recent.json")
        self.files = SongFiles(self.song, self.recent, self.desk, self.window, answers)
        self.said: list[str] = []
        self.desk.told.connect(lambda notice: self.said.append(notice.text))
        self.desk.opened.connect(self.files.show)
        self.path = folder / "mine.melisma"

    def rename(self, name: str) -> None:
        self.song.do("rename", lambda project: set_track(project, None, {"name": name}))

    def written(self) -> str:
        return read_project(self.path).project.tracks[0].name


MakeStand = Callable[..., Stand]


class SlowDisk:
    """Writes nothing until `go` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.begun = threading.Event(), threading.Event()
        write = Writing.write

        def slow(writing: Writing) -> str:
            self.begun.set()
            assert self.go.wait(30)
            return write(writing)

        monkeypatch.setattr(Writing, "write", slow)


@contextmanager
def stands(qtbot: QtBot, folder: Path) -> Iterator[MakeStand]:
    """Makes as many as a test wants, and closes them."""
    made: list[Stand] = []

    def stand(*answers: int) -> Stand:
        made.append(Stand(qtbot, folder, Answers(*answers)))
        return made[-1]

    yield stand
    for each in made:
        each.files.close()
