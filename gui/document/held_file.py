"""A lock that ends with its process, however that ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


class HeldFile:
    """The lock on `path`, which is made where it is missing.  Use `hold`; `free` gives it back and leaves the file."""

    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self._number = number

    @classmethod
    def hold(cls, path: Path) -> HeldFile | None:
        """None when another window holds it, or no file can be made there."""
        try:
            number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None
        if _locked(number):
            return cls(path, number)
        os.close(number)
        return None

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


def _locked(number: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
