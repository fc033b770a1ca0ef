"""Locks that end with their process, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def open_lock(path: Path) -> int:
    """The number of the open file `path`, made where it is missing and for this user only.  Raises `OSError`."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def take_lock(number: int) -> bool:
    """Whether the open file `number` is now locked by us; closing it gives the lock back."""
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
