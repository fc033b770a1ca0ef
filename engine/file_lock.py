"""Locks that end with their process, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_TRIES = 20


def open_lock(path: Path) -> int:
    """The number of the open file `path`, made where it is missing and for this user only.  Raises `OSError`."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def lock_file(path: Path) -> int | None:
    """The number of the file that lies at `path`, open and locked by us; None while another holds it.  For locks that
    are removed: who held it before may have taken the file away after we had opened it.  Raises `OSError`."""
    for _ in range(_TRIES):
        number = open_lock(path)
        if not take_lock(number):
            os.close(number)
            return None
        if _lies_at(number, path):
            return number
        os.close(number)
    return None


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


def _lies_at(number: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(number), path.stat())
    except FileNotFoundError:
        return False
