"""Saving beside: a long song takes a while to be written and checked, and whoever plays on should not notice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import MelismaError
from gui.document.song import Song
from gui.document.song_file import Writing


class Saver(QObject):
    """Saves the window's song on a thread of its own, one after the other; `close` waits for the last."""

    saved = pyqtSignal(object)
    """The path."""
    failed = pyqtSignal(object)
    """The `MelismaError` that says why not."""
    _done = pyqtSignal(object, object)
    """On the worker: the writing and its stamp, or why not."""

    def __init__(self, song: Song, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song = song
        self._worker: ThreadPoolExecutor | None = None
        self._under_way = False
        self._waiting: list[Path | None] = []
        self._done.connect(self._finish)

    @property
    def busy(self) -> bool:
        """Whether anything is still to be written."""
        return self._under_way

    def save(self, path: Path | None = None) -> None:
        """To `path`, or to the song's own file.  Raises `InputError` for a song that has none, without a `path`."""
        writing = self._song.writing(path)
        if self._under_way:
            # What lies on the disk then is what the first one leaves.
            self._waiting = [path]
            return
        self._worker = self._worker or ThreadPoolExecutor(1, thread_name_prefix="save")
        self._under_way = True
        self._worker.submit(self._write, writing)

    def close(self) -> None:
        """Waits for what is being written; what waits behind it is not: the song still says that it is modified."""
        if self._worker is not None:
            self._worker.shutdown(wait=True)
            self._worker = None

    def _write(self, writing: Writing) -> None:
        """On the worker; the signal crosses over to the window's thread."""
        try:
            self._done.emit(writing, writing.write())
        except MelismaError as error:
            self._done.emit(writing, error)

    def _finish(self, writing: Writing, told: str | MelismaError) -> None:
        self._under_way = False
        if isinstance(told, MelismaError):
            self._waiting.clear()
            self.failed.emit(told)
            return
        self._song.written(writing, told)
        self.saved.emit(writing.target)
        if self._waiting:
            self.save(self._waiting.pop())
