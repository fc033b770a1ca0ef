"""Saving beside: a long song takes a while to be written and checked, and whoever plays on should not notice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import MelismaError
from gui.document.song import Song
from gui.document.song_file import Writing
from gui.texts import document as texts


class Saver(QObject):
    """Saves the window's song on a thread of its own, one after the other; `close` waits for the last."""

    saved = pyqtSignal(object)
    """The path."""
    failed = pyqtSignal(object)
    """The `MelismaError` that says why not."""
    rested = pyqtSignal()
    """Nothing is to be written any more; comes after the last `saved` or `failed`."""
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
            if path not in self._waiting:
                self._waiting.append(path)
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
        told: str | MelismaError
        try:
            told = writing.write()
        except MelismaError as error:
            told = error
        except Exception as error:
            # Whatever it was: who waits for the end of the saving must hear of it.
            told = MelismaError(texts.NOT_SAVED.format(name=writing.target.name, reason=error), texts.NOT_SAVED_HINT)
        self._done.emit(writing, told)

    def _finish(self, writing: Writing, told: str | MelismaError) -> None:
        self._under_way = False
        if isinstance(told, MelismaError):
            # The same file again would fail again; one that the user has named since is another matter.
            self._waiting = [path for path in self._waiting if path not in (None, writing.target)]
            self.failed.emit(told)
        else:
            if not self._song.written(writing, told):
                self._waiting.clear()  # they were for the song that is gone
            self.saved.emit(writing.target)
        if self._waiting and not self._under_way:
            self.save(self._waiting.pop(0))
        if not self._under_way:
            self.rested.emit()
