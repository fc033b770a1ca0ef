"""The song written aside while it is edited, 2 s after the last change, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PyQt6.QtCore import QElapsedTimer, QObject, QTimer, pyqtSignal

from engine.errors import MelismaError
from gui.document.recovery import Entry, Offer, recovery_folder
from gui.document.song import Song
from gui.document.song_file import SongFile

REST_MS = 2000
LONGEST_MS = 20_000
"""Who never rests is saved all the same."""


class Autosave(QObject):
    """Call `close` when the window ends well; what is left otherwise is offered at the next start."""

    written = pyqtSignal()
    failed = pyqtSignal(object)
    """The disk refused: `MelismaError`, once until it goes well again."""

    def __init__(
        self, song: Song, folder: Path | None = None, rest_ms: int = REST_MS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._song, self._entry = song, Entry(folder or recovery_folder())
        self._rest_ms = rest_ms
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write)
        self._since = QElapsedTimer()
        # One thread: what is written and removed stays in order.
        self._worker: ThreadPoolExecutor | None = None
        self._there = self._complained = self._closed = False
        song.changed.connect(self._changed)
        self._changed()

    def write(self) -> None:
        """Now, on the worker, if there is anything to lose."""
        self._timer.stop()
        self._since.invalidate()
        if self._song.modified:
            self._there = True
            file, name = self._song.file(), self._song.name
            self._give(lambda: self._write(file, name))

    def recover(self, offer: Offer, file: SongFile) -> None:
        """The window's song becomes `file` (of `offer.song()`), which is kept here before the offer is forgotten."""
        self._song.become(file)
        self._timer.stop()
        self._since.invalidate()
        self._there = True
        kept, name = self._song.file(), self._song.name

        def take_over() -> None:
            # A disk that refuses must not cost the only copy.
            if self._write(kept, name):
                offer.forget()
            else:
                offer.later()

        self._give(take_over)

    def close(self) -> None:
        """A clean end: nothing is left to be recovered.  Waits for what is being written."""
        if self._closed:
            return
        self._closed = True
        self._song.changed.disconnect(self._changed)
        self._timer.stop()
        if self._there:
            self._give(self._entry.remove)
        if self._worker is not None:
            self._worker.shutdown(wait=True)
            self._worker = None

    def _changed(self) -> None:
        if not self._song.modified:
            self._timer.stop()
            self._since.invalidate()
            if self._there:
                self._there = False
                self._give(self._entry.remove)
            return
        if not self._since.isValid():
            self._since.start()
        if not self._timer.isActive() or self._since.elapsed() < LONGEST_MS:
            self._timer.start(self._rest_ms)

    def _give(self, work: Callable[[], object]) -> None:
        self._worker = self._worker or ThreadPoolExecutor(1, thread_name_prefix="autosave")
        self._worker.submit(work)

    def _write(self, file: SongFile, name: str) -> bool:
        """On the worker, whether it went well; signals cross over to the window's thread."""
        try:
            self._entry.write(file, name)
        except MelismaError as error:
            if not self._complained:
                self._complained = True
                self.failed.emit(error)
            return False
        self._complained = False
        self.written.emit()
        return True
