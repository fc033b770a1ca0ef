"""Builds the window and everything in it, runs it, and ends it cleanly: the composition root of the GUI."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.errors import InputError, MelismaError
from gui.texts import shell as texts

try:
    from PyQt6.QtCore import QObject, QTimer
    from PyQt6.QtWidgets import QApplication
except ImportError as missing:  # a system library of Qt's, on a bare Linux
    raise MelismaError(texts.NO_QT.format(reason=missing), texts.NO_QT_HINT) from missing

from gui.app_icon import app_icon
from gui.bridge_link import BridgeLink
from gui.bridge_link.process import serve_command
from gui.clearing import Clearing
from gui.commands import Commands
from gui.desk import Desk
from gui.document.autosave import Autosave
from gui.document.recent import Recent
from gui.document.settings import Settings
from gui.document.song import Song
from gui.engine_process import EngineProcess
from gui.faults import faults
from gui.interrupts import interrupts
from gui.jobs import Jobs
from gui.main_window import MainWindow
from gui.panels.base import Studio
from gui.recovering import Recovering
from gui.screen import check_screen
from gui.screenshot import Screenshot
from gui.settings_link import device_of, starts_bridge
from gui.settling import settle
from gui.style import dress
from gui.theme import CHOICES, Theme
from gui.widgets.enter_clicks import EnterClicks
from gui.widgets.player import Player
from gui.window_first import window_first
from gui.workshop.link import Workshop

_FOLDERS, _WATCHED = "bridge.folders", "bridge.watched"
_AWAKE_MS, _WARM_MS, _CLEAR_MS = 250, 3_000, 60_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for.  `picture`: write what is seen there; `quit_then`: and end."""

    files: tuple[Path, ...] = ()
    picture: Path | None = None
    quit_then: bool = False
    panel: str = ""
    theme: str = ""
    size: tuple[int, int] | None = None


def run(wish: Wish) -> int:
    """Open the window and stay until it closes; gives the exit code.

    Raises `InputError` where there is no screen, or a file cannot be read that a picture is wanted of.
    """
    _choose_platform(wish)
    app = QApplication([texts.APP.lower()])
    app.setApplicationName(texts.APP)
    app.setDesktopFileName("melisma")
    with TemporaryDirectory(prefix="melisma-picture-") as folder:
        # A picture shows the window as it comes, and leaves the user's own settings alone.
        private = Path(folder) if wish.picture is not None else None
        window = Running(app, wish, private)
        with interrupts(window.interrupt), faults(window.studio.desk.fail), window_first():
            app.exec()
        return window.end()


class Running(QObject):
    """The window while it runs: what starts after the first paint, and what ends at the end."""

    def __init__(self, app: QApplication, wish: Wish, private: Path | None) -> None:
        super().__init__()
        self._app, self._wish, self._private = app, wish, private
        settings = Settings(private / "window.json" if private else None)
        chosen = wish.theme or settings.text("theme", "system", CHOICES)
        self.theme = Theme(chosen, self)  # type: ignore[arg-type]
        dress(app, self.theme)
        EnterClicks(app, self)
        self.studio = _studio(settings, self.theme, self)
        self.recent = Recent(private / "recent.json" if private else None)
        self.window = MainWindow(self.studio, self.recent)
        self.autosave: Autosave | None = None
        self.recovering: Recovering | None = None
        self.clearing = Clearing(self.studio.song, self.recent, self)
        self.picture: Screenshot | None = None
        self._error: MelismaError | None = None
        self._interrupted = False
        self.window.closed.connect(lambda: app.exit(0))  # `quit` would ask every window once more
        if wish.size is not None:
            self.window.resize(*wish.size)
        if wish.panel:
            self.window.show_panel(wish.panel)
        self.window.show()
        # Before the engine's first word is heard: the panel asks it then for voices.
        self.window.pages.panel("sing")
        # What nobody waits for comes after the first paint.
        QTimer.singleShot(0, self._begin)

    def interrupt(self) -> None:
        """Somebody wants the program to end: without a question, but what is not saved is offered next time."""
        self._interrupted = True
        settle(self.window)
        if self.autosave is not None:
            self.autosave.write()  # first of all: whoever sends a signal may not wait
        self.window.close_at_once()

    def end(self) -> int:
        """Join every thread and end every process.  Gives the exit code; raises what a picture failed with."""
        self.window.close_down()
        self.clearing.close()
        self.studio.player.close()
        if self.recovering is not None:
            self.recovering.close()
        if self.autosave is not None and self._interrupted:
            self.autosave.write()
        elif self.autosave is not None:
            self.autosave.close()
        self.studio.bridge.close()
        self.studio.workshop.close()
        self.studio.engine.close()
        self.window.deleteLater()
        self._app.processEvents()
        if self._error is not None:
            raise self._error
        return 0

    def _begin(self) -> None:
        self._app.setWindowIcon(app_icon())
        if self._private is not None:
            self._take_picture()
            return
        self.autosave = Autosave(self.studio.song, parent=self)
        self.autosave.failed.connect(self.studio.desk.fail)
        window = self.window
        self.recovering = Recovering(self.autosave, self.studio.desk, window, window.choose, window.files.leave)
        self.recovering.look()
        for path in self._wish.files:
            self.window.open_song(path)
        self.window.pages.make_rest()
        QTimer.singleShot(_WARM_MS, self.studio.player.warm)
        QTimer.singleShot(_CLEAR_MS, self.clearing.begin)
        if starts_bridge(self.studio.settings):
            QTimer.singleShot(_AWAKE_MS, self.studio.bridge.start)

    def _take_picture(self) -> None:
        assert self._wish.picture is not None
        assert self._private is not None
        self.picture = Screenshot(self.window, self._wish.picture, self._private, self._wish.files)
        self.picture.taken.connect(self._taken)
        self.picture.begin()

    def _taken(self, error: MelismaError | None) -> None:
        self._error = error
        if self._wish.quit_then or error is not None:
            self.window.close_at_once()


def _studio(settings: Settings, theme: Theme, parent: QObject) -> Studio:
    engine = EngineProcess(parent)
    engine.device = device_of(settings)
    workshop = Workshop(engine, parent)
    return Studio(
        engine=engine,
        workshop=workshop,
        jobs=Jobs(workshop, parent),
        song=Song(parent=parent),
        settings=settings,
        theme=theme,
        commands=Commands(),
        player=Player(parent),
        bridge=BridgeLink(
            _paths(settings, _FOLDERS),
            _paths(settings, _WATCHED),
            lambda folders, watched: serve_command(folders, watched, device_of(settings)),
            by_itself=lambda: starts_bridge(settings),
            parent=parent,
        ),
        desk=Desk(parent),
    )


def _paths(settings: Settings, name: str) -> tuple[Path, ...]:
    return tuple(path for path in map(Path, settings.texts(name)) if path.is_dir())


def _choose_platform(wish: Wish) -> None:
    """Without a screen a picture is taken all the same; a window is not opened where nobody sees it."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    try:
        check_screen()
    except InputError:
        if wish.picture is None:
            raise
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
