"""The window with two panels that write down what happened to them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QApplication, QSplitter, QVBoxLayout
from pytestqt.qtbot import QtBot

from engine.api.project import set_track
from gui.commands import Command
from gui.document.recent import Recent
from gui.main_window import MainWindow
from gui.panels.base import Panel, Studio
from gui.panels.table import PanelEntry
from tests.gui.shell_studio import Answers


class Recorder(Panel):
    """A panel that takes files by their suffix and writes down what happened."""

    suffix = ""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.taken: list[Path] = []
        self.done: list[str] = []
        self.closed = False
        column = QVBoxLayout(self)
        self.splitter = QSplitter()
        self.splitter.setObjectName(f"{self.id}.columns")
        for _ in range(2):
            self.splitter.addWidget(Panel(studio))
        column.addWidget(self.splitter)

    def commands(self) -> Sequence[Command]:
        return (Command(f"{self.id}.go", f"Go {self.id}", lambda: self.done.append("go"), "Ctrl+G"),)

    def accepts(self, paths: Sequence[Path]) -> bool:
        return any(path.suffix == self.suffix for path in paths)

    def take(self, paths: Sequence[Path]) -> None:
        self.taken += paths

    def close_down(self) -> None:
        self.closed = True


class First(Recorder):
    id, title, icon, suffix = "sing", "First", "sing", ".a"


class Second(Recorder):
    id, title, icon, suffix = "queue", "Second", "queue", ".b"


ENTRIES = tuple(PanelEntry(one.id, one.title, one.icon, __name__, one.__name__) for one in (First, Second))

MakeWindow = Callable[..., MainWindow]


def of(window: MainWindow, panel_id: str) -> Recorder:
    panel = window.pages.panel(panel_id)
    assert isinstance(panel, Recorder)
    return panel


def edit(studio: Studio) -> None:
    studio.song.do("rename", lambda project: set_track(project, None, {"name": "Other"}))


def drop(window: MainWindow, paths: Sequence[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(300, 300), action, mime, buttons, keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), action, mime, buttons, keys))


@contextmanager
def windows(studio: Studio, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWindow]:
    """Makes as many as a test wants, and ends them."""
    monkeypatch.setattr("gui.panels.table.import_module", lambda _: sys.modules[__name__])
    made: list[MainWindow] = []

    def window(answers: Answers | None = None, own: Studio | None = None) -> MainWindow:
        choose = answers or Answers()
        made.append(MainWindow(own or studio, Recent(folder / "recent.json"), ENTRIES, choose))
        made[-1].resize(1100, 700)
        with qtbot.waitActive(made[-1]):
            made[-1].show()
            made[-1].activateWindow()
        return made[-1]

    yield window
    for each in made:
        each.close_at_once()
        each.close_down()
        each.deleteLater()
