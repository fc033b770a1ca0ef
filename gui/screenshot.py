"""A picture of the window as a user sees it: with a song in it, once what is shown is there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from engine.errors import InputError, MelismaError
from engine.files import written_whole
from gui.demo_scenes import SCENES, Scene
from gui.demo_song import demo_song
from gui.document.song_file import SongFile, opens, read_song
from gui.texts import shell as texts
from gui.widgets.off_thread import OffThread

if TYPE_CHECKING:
    from gui.main_window import MainWindow

LONGEST_S = 30.0
_LOOK_MS = 100
_QUIET_LOOKS = 5
"""So many looks in a row nothing may be missing: between two questions to the engine there is a moment of peace."""


class Screenshot(QObject):
    """`begin` loads `files`, or the demo; `taken` with None, or with what went wrong.

    What is not there after `longest_s` is missing in the picture.  `folder`: for what the example jobs write; it goes
    away with the window.
    """

    taken = pyqtSignal(object)

    def __init__(
        self, window: MainWindow, out: Path, folder: Path, files: Sequence[Path] = (), longest_s: float = LONGEST_S
    ) -> None:
        super().__init__(window)
        self._window, self._out, self._folder = window, out, folder
        self._files, self._longest_s = tuple(files), longest_s
        self._worker = OffThread(self)
        self._quiet, self._told = 0, False
        self._scene: Scene | None = None
        self._deadline = time.monotonic() + longest_s
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Errors of `files` come by `taken`."""
        songs = [path for path in self._files if opens(path)]
        self._window.studio.engine.ready.connect(lambda _facts: self._ask())
        self._worker.run("song", lambda: read_song(songs[0]) if songs else demo_song(), self._show, self._end)

    def _show(self, file: SongFile) -> None:
        studio, pages = self._window.studio, self._window.pages
        studio.song.become(file)
        others = [path for path in self._files if not opens(path)]
        if others:
            self._window.take(others)
        elif not self._files and pages.current in SCENES:
            self._scene = SCENES[pages.current](self._window, self._folder)
            self._longest_s = max(self._longest_s, self._scene.longest_s)
            self._scene.begin()
        self._deadline = time.monotonic() + self._longest_s
        self._timer.start()

    def _ask(self) -> None:
        def told(_answer: Any) -> None:
            self._told = True

        ask = self._window.studio.engine.ask("facts", {}, "")
        for signal in (ask.done, ask.failed):
            signal.connect(told)

    def _look(self) -> None:
        panel = self._window.pages.panel(self._window.pages.current)
        lacks = self._scene is not None and self._scene.lacks()
        missing = panel.waiting() or not self._told or self._worker.busy or lacks
        self._quiet = 0 if missing else self._quiet + 1
        if self._quiet >= _QUIET_LOOKS or time.monotonic() > self._deadline:
            self._take()

    def _take(self) -> None:
        try:
            with written_whole(self._out) as part:
                if not self._window.grab().save(str(part)):
                    raise InputError(texts.NO_PICTURE.format(name=self._out.name), texts.NO_PICTURE_HINT)
        except MelismaError as error:
            self._end(error)
        else:
            self._end(None)

    def _end(self, error: MelismaError | None) -> None:
        self._timer.stop()
        self._worker.close()
        if self._scene is not None:
            self._scene.close()
        for job in self._window.studio.jobs.all():
            self._window.studio.jobs.cancel(job.id)
        self.taken.emit(error)
