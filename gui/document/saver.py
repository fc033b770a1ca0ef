"""Saving beside: a long song takes a while to be written and checked, and whoever plays on should not notice."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
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
        self._under_way: Writing | None = None
        self._result: Future[str | MelismaError] | None = None
        self._waiting: list[Path | None] = []
        self._done.connect(self._finish)

    @property
    def busy(self) -> bool:
        """Whether anything is still to be written."""
        return self._under_way is not None

    def save(self, path: Path | None = None) -> None:
        """To `path`, or to the song's own file: behind others, the one that it has when they are written.

        Raises `InputError` for a song that has none and is not getting one, without a `path`.
        """
        if self.busy:
            if path not in self._waiting:
                self._waiting.append(path)
            return
        writing = self._song.writing(path)
        self._worker = self._worker or ThreadPoolExecutor(1, thread_name_prefix="save")
        self._under_way = writing
        self._result = self._worker.submit(self._write, writing)

    def close(self) -> None:
        """Waits for what is being written and takes its end in.  What waits behind it is not written: the song still
        says that it is modified."""
        self._waiting.clear()
        if self._worker is not None:
            self._worker.shutdown(wait=True)
            self._worker = None
        if self._under_way is not None and self._result is not None:
            # No event loop may run any more that would bring it.
            self._finish(self._under_way, self._result.result())

    def _write(self, writing: Writing) -> str | MelismaError:
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
        return told

    def _finish(self, writing: Writing, told: str | MelismaError) -> None:
        if writing is not self._under_way:
            return  # `close` has taken it in before
        self._under_way = None
        if isinstance(told, MelismaError):
            # The same file again would fail again; one that the user has named since is another matter.
            self._waiting = [path for path in self._waiting if path not in (None, writing.target)]
            self.failed.emit(told)
        else:
            if not self._song.written(writing, told):
                self._waiting.clear()  # they were for the song that is gone
            self.saved.emit(writing.target)
        if self._waiting and not self.busy:
            self.save(self._waiting.pop(0))
        if not self.busy:
            self.rested.emit()
