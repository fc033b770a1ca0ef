"""Our own copies of dropped files: of all files the only ones that are ever cleared away.

Beside a copy lies a mark.  Whatever is ever dragged, copied, opened or shown in its folder loses it and stays for good:
a DAW may play it from there for years.  What has no mark, as a render or a song, is not ours to clear.  Marks are files
of their own, so that two windows do not write over each other's; they are empty, so that a full disk takes nothing from
what they say.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

MARKS = ".copies"
KEPT_S = 30 * 24 * 3600.0
"""For how long a copy lies that nobody takes."""


def copied(file: Path) -> None:
    """`file` is a copy that was made just now.  A disk that refuses leaves it unmarked: it stays for ever."""
    mark = _mark(file)
    with suppress(OSError):
        mark.parent.mkdir(exist_ok=True)
        mark.touch()


def wanted_again(file: Path) -> None:
    """What lies there was dropped once more: its time begins anew, if it is ours to clear at all."""
    with suppress(OSError):
        os.utime(_mark(file))


def taken(files: Iterable[Path]) -> None:
    """Somebody has these now, and may need them where they lie."""
    for file in files:
        _forget(_mark(file))


def shown(folder: Path) -> None:
    """Somebody looks into `folder` with another program, and may take whatever lies there."""
    taken(folder / mark.name for mark in (folder / MARKS).glob("*"))


def clear(
    folder: Path,
    needed: Callable[[Path], bool],
    throw_away: Callable[[Path], bool],
    clock: Callable[[], float] = time.time,
) -> tuple[Path, ...]:
    """Throw away what nobody has taken for `KEPT_S` and nothing `needed`s; gives those files.

    `throw_away` says whether it went well.  Slow disks may take their time: not for the window's own thread.
    """
    before, gone = clock() - KEPT_S, []
    for mark in sorted((folder / MARKS).glob("*")):
        file = folder / mark.name
        if not file.is_file():
            _forget(mark)
        # The mark last: somebody may take the file while it is looked up who needs it.
        elif _is_old(mark, before) and not needed(file) and _is_old(mark, before) and throw_away(file):
            _forget(mark)
            gone.append(file)
    return tuple(gone)


def _is_old(mark: Path, before: float) -> bool:
    """Whether it is there, from `before` that time."""
    try:
        return mark.stat().st_mtime < before
    except OSError:
        return False


def _forget(mark: Path) -> None:
    with suppress(OSError):
        mark.unlink(missing_ok=True)


def _mark(file: Path) -> Path:
    return file.parent / MARKS / file.name
