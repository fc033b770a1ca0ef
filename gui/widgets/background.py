"""Work that waits for disks, on a thread beside the window's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

_T = TypeVar("_T")


class Background(QObject):
    """Runs functions one after the other and brings what they give, or raise, back to the window's thread."""

    _finished = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A pool of its own: closing waits for these and for nothing else.
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._closed = False
        self._finished.connect(self._bring)

    def run(self, work: Callable[[], _T], then: Callable[[_T], object], failed: Callable[[Exception], object]) -> None:
        """`work` on the thread; then `then` with its result or `failed` with what it raised, in the window."""

        def whole() -> None:
            try:
                value = work()
            except Exception as error:
                told = error
                self._tell(lambda: failed(told))
            else:
                self._tell(lambda: then(value))

        self._pool.start(_Task(whole))

    def close(self, write_out: bool = False) -> None:
        """Waits for what runs; what has not begun is left out unless `write_out`, and nothing is told any more."""
        self._closed = True
        if not write_out:
            self._pool.clear()
        self._pool.waitForDone()

    def _tell(self, what: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the window is gone, and nobody wants to know
            self._finished.emit(what)

    def _bring(self, tell: Callable[[], object]) -> None:
        if not self._closed:
            tell()


class _Task(QRunnable):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()
