"""A folder for sounds and pictures that are handed over; it goes with its process, or when the next one starts.

Whose folder it is says a lock, which the system gives back however a process ends: numbers of processes come again.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path

from engine.errors import MelismaError

PREFIX = "window-"
LOCK = ".lock"
MOST_BYTES = 2 << 30
"""Whoever was told of a file reads it at once; only old ones go when there are more."""


class Scratch:
    """`parent / window-PID`, made here; what processes left that ended otherwise is swept.

    Raises `MelismaError` when it cannot be made.
    """

    def __init__(self, parent: Path, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._guard = threading.Lock()
        self._sizes: dict[str, int] = {}
        self._total = 0
        try:
            parent.mkdir(parents=True, exist_ok=True)
            sweep(parent)
            self.folder, self._lock = _own(parent)
        except OSError as error:
            reason = error.strerror or str(error)
            what = f"The folder {parent} cannot be written to: {reason}."
            raise MelismaError(what, "Check free space and permissions.") from error

    def place(self, name: str) -> Path:
        """Where a file `name` belongs.  Call `keep` when it is written."""
        return self.folder / name

    def write(self, name: str, data: bytes | memoryview) -> Path:
        """Write a file whole and keep it.  Raises `MelismaError`."""
        from engine.files import written_whole

        path = self.place(name)
        with written_whole(path, lasting=False) as part:
            part.write_bytes(data)
        return self.keep(path)

    def keep(self, path: Path) -> Path:
        """Count a file as the newest; the oldest go when all together are too large."""
        with self._guard:
            self._total -= self._sizes.pop(path.name, 0)
            self._sizes[path.name] = path.stat().st_size
            self._total += self._sizes[path.name]
            while self._total > self._most_bytes and len(self._sizes) > 1:
                self._drop(next(iter(self._sizes)))
        return path

    def drop(self, path: Path) -> None:
        """Nobody needs it any more."""
        with self._guard:
            self._drop(path.name)

    def close(self) -> None:
        """Remove the folder with all that is in it.  May be called twice."""
        if self._lock >= 0:
            _remove(self.folder, self._lock)
            self._lock = -1

    def _drop(self, name: str) -> None:
        self._total -= self._sizes.pop(name, 0)
        with suppress(OSError):  # Windows keeps what somebody reads
            (self.folder / name).unlink(missing_ok=True)


def sweep(parent: Path) -> None:
    """Remove the folders in `parent` whose processes have ended."""
    for path in parent.glob(f"{PREFIX}*{LOCK}"):
        with suppress(OSError):
            lock = _try_lock(path)
            if lock is not None:
                _remove(path.with_suffix(""), lock)


def _own(parent: Path) -> tuple[Path, int]:
    """A folder that nobody else has, and its lock."""
    for number in itertools.count():
        folder = parent / f"{PREFIX}{os.getpid()}{f'-{number}' if number else ''}"
        lock = _try_lock(folder.with_name(folder.name + LOCK))
        if lock is None:  # a process of this number in another container
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        return folder, lock
    raise AssertionError("there is always another number")


def _try_lock(path: Path) -> int | None:
    """An open file that is locked, or None when somebody has it.  Raises `OSError`."""
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody who swept may have removed the file between our two steps: then we hold the lock of nothing.
        if os.path.samestat(os.fstat(number), path.stat()):
            return number
    except OSError:
        pass
    os.close(number)
    return None


def _remove(folder: Path, lock: int) -> None:
    """The lock goes last: until then nobody takes the folder for theirs."""
    shutil.rmtree(folder, ignore_errors=True)
    path = folder.with_name(folder.name + LOCK)
    if sys.platform == "win32":  # an open file cannot be removed there
        os.close(lock)
        with suppress(OSError):
            path.unlink()
        return
    with suppress(OSError):
        path.unlink()
    os.close(lock)
