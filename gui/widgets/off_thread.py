"""Work beside the window of which only the newest counts: a later one under the same key replaces an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PyQt6.QtCore import QObject

from engine.errors import MelismaError
from gui.texts import avatar as texts
from gui.widgets.background import Background

T = TypeVar("T")


class OffThread(QObject):
    """Runs one piece of work after the other; what was replaced meanwhile is not answered."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._newest: dict[str, int] = {}

    def run(
        self,
        key: str,
        work: Callable[[], T],
        then: Callable[[T], object],
        fail: Callable[[MelismaError], object] = lambda _error: None,
    ) -> None:
        """`then(work())`, or `fail` with what it raised, in the window."""
        number = self._newest[key] = self._newest.get(key, 0) + 1

        def finished(tell: Callable[[], object]) -> None:
            if self._newest.get(key) == number:
                del self._newest[key]
                tell()

        self._background.run(
            work,
            lambda result: finished(lambda: then(result)),
            lambda error: finished(lambda: fail(_told(error))),
        )

    @property
    def busy(self) -> bool:
        """Whether anything that will be answered is on its way."""
        return bool(self._newest)

    def close(self, write_out: bool = False) -> None:
        """Wait for what runs, and with `write_out` for what was asked for; nothing is answered any more."""
        self._background.close(write_out)


def _told(error: Exception) -> MelismaError:
    if isinstance(error, MelismaError):
        return error
    return MelismaError(texts.WENT_WRONG.format(kind=type(error).__name__), str(error))
