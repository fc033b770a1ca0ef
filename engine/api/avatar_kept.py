"""What shows keep: the last of each kind in memory, and sung sounds and motion in the cache folder, for a while."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from engine.files import make_folder
from engine.folders import cache_folder
from engine.project.file import SUFFIX

T = TypeVar("T")
MOST_FOLDERS = 8
"""Vocals whose sound and motion are kept on the disk."""
SONG = f"song{SUFFIX}"
SONGS_KEPT_S = 7 * 86_400.0
"""Videos are made of these songs later: jobs wait behind others, and are started again."""


class Last(Generic[T]):
    """Remembers what was made last, and of what."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self.last: T | None = None

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """The last one, if `key` was its too, else a new one.  Raises what `make` raises."""
        if self.last is None or self._key != key:
            self.last = make()
            self._key = key
        return self.last

    def forget(self) -> None:
        """Make a new one next time."""
        self.last = None


def stamp(path: Path | None) -> Hashable:
    """Tells one state of a file from another; None for no file."""
    if path is None:
        return None
    try:
        facts = path.stat()
    except OSError:
        return str(path)
    return str(path.absolute()), facts.st_mtime_ns, facts.st_size


def vocal_key(vocals: Path | None, project: str, track: str) -> str:
    """Names a vocal and its words: another when the song, the file, or a text beside a clip has changed."""
    if vocals is None:
        return digest((project, track))
    beside: list[str] = []
    with suppress(OSError):
        beside = sorted(str(stamp(path)) for path in vocals.parent.iterdir() if path.stem.startswith(vocals.stem))
    return digest((stamp(vocals), tuple(beside)))


def digest(value: object) -> str:
    """32 letters that name what `repr` says of a value."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def kept_folder(name: str) -> Path:
    """The folder of a vocal, made when missing; of those that were not used for longest only songs stay, for a while.

    Raises as `engine.files.make_folder`.
    """
    everything = cache_folder() / "avatar"
    folder = everything / name
    make_folder(folder)
    os.utime(folder)
    older = sorted((path for path in everything.iterdir() if path.is_dir()), key=_used_at, reverse=True)
    for path in older[MOST_FOLDERS:]:
        _clear(path)
    return folder


def _clear(folder: Path) -> None:
    """Remove what can be made again."""
    used_at = _used_at(folder)
    if not (folder / SONG).is_file() or time.time() - used_at > SONGS_KEPT_S:
        shutil.rmtree(folder, ignore_errors=True)
        return
    with suppress(OSError):
        made = [path for path in folder.iterdir() if path.name != SONG]
        for path in made:
            path.unlink()
        if made:  # to tidy up is no use
            os.utime(folder, (used_at, used_at))


def _used_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
