"""A lock that ends with its process, however that ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from engine.file_lock import lock_file


class HeldFile:
    """The lock on `path`, which is made where it is missing.  Use `hold`; `free` gives it back and leaves the file."""

    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self._number = number

    @classmethod
    def hold(cls, path: Path) -> HeldFile | None:
        """None when another window holds it, or no file can be made there."""
        try:
            number = lock_file(path)
        except OSError:
            return None
        return None if number is None else cls(path, number)

    def free(self) -> None:
        """Once and for good."""
        if self._number >= 0:
            os.close(self._number)
            self._number = -1

    def remove(self) -> None:
        """The file goes away with the lock."""
        if sys.platform == "win32":
            self.free()  # an open file cannot be removed there
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.free()
