"""One at a time reads the book and writes what follows from it: bridge, window and command line share its folder."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import MelismaError
from engine.file_lock import lock_file
from engine.files import make_folder

PATIENCE_S = 30.0
"""Longer than the longest text takes to be laid."""
_POLL_S = 0.01
_NO_LOCKS = -1


class Guard:
    """Of one folder.  May be taken again by the thread that has it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        self._thread = threading.RLock()
        self._depth = 0

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises `MelismaError` when others do not let go in `PATIENCE_S`."""
        with self._thread:
            number = self._taken() if not self._depth else None
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if number is not None:
                    self._let_go(number)

    def _taken(self) -> int | None:
        """The lock's open file; None where the disk takes no files: what is written there says so itself."""
        until = time.monotonic() + PATIENCE_S
        with suppress(MelismaError):
            make_folder(self._path.parent)
        while (number := self._try()) is None:
            if time.monotonic() > until:
                raise MelismaError(
                    "Another Melisma keeps the lyrics of clips to itself.",
                    "Try again; if that does not help, close it.",
                )
            time.sleep(_POLL_S)
        return None if number == _NO_LOCKS else number

    def _try(self) -> int | None:
        """As `lock_file`."""
        try:
            return lock_file(self._path)
        except OSError:
            return _NO_LOCKS

    def _let_go(self, number: int) -> None:
        with suppress(OSError):  # an open file cannot be removed everywhere; the next one uses it
            self._path.unlink()
        os.close(number)
