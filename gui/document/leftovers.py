"""Files that we made or copied ourselves and that nobody has taken yet: the only ones that are ever cleared away.

Beside such a file lies a mark: empty while nobody has taken it, with a word in it once somebody has.  A file without a
mark is not ours to clear, nor is one that was ever dragged, copied or shown: a DAW may play it from there for years.
Marks are files of their own, so that two windows do not write over each other's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

MARKS = ".marks"
KEPT_S = 30 * 24 * 3600.0
"""For how long a file lies that nobody takes."""
_TAKEN = b"taken\n"


def made(file: Path) -> None:
    """`file` lies there now, or lies there anew.  One that was taken before stays taken.  A disk that refuses leaves
    it unmarked: it stays for ever."""
    mark = _mark(file)
    with suppress(OSError):
        mark.parent.mkdir(exist_ok=True)
        mark.touch()


def taken(files: Iterable[Path]) -> None:
    """Somebody has these now, and may need them where they lie."""
    for file in files:
        mark = _mark(file)
        with suppress(OSError):
            if mark.is_file():
                mark.write_bytes(_TAKEN)


def shown(folder: Path) -> None:
    """Somebody looks into `folder` with another program, and may take whatever lies there."""
    taken(folder / mark.name for mark in (folder / MARKS).glob("*"))


def clear(
    folders: Iterable[Path],
    needed: Callable[[Path], bool],
    throw_away: Callable[[Path], bool],
    clock: Callable[[], float] = time.time,
) -> tuple[Path, ...]:
    """Throw away what nobody has taken for `KEPT_S` and nothing `needed`s; gives those files.

    `throw_away` says whether it went well.  Slow disks may take their time: not for the window's own thread.
    """
    gone = []
    for folder in folders:
        for file, mark in _left(folder, clock() - KEPT_S):
            if not file.is_file():
                _forget(mark)
            elif not needed(file) and throw_away(file):
                _forget(mark)
                gone.append(file)
    return tuple(gone)


def _left(folder: Path, before: float) -> Iterator[tuple[Path, Path]]:
    """Marked files of a folder that nobody has taken since."""
    for mark in sorted((folder / MARKS).glob("*")):
        with suppress(OSError):
            facts = mark.stat()
            if facts.st_size == 0 and facts.st_mtime < before:
                yield folder / mark.name, mark


def _forget(mark: Path) -> None:
    with suppress(OSError):
        mark.unlink()


def _mark(file: Path) -> Path:
    return file.parent / MARKS / file.name
