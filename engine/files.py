"""Files that are whole or absent: written beside their place, then renamed."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import InputError, MelismaError

_counter = itertools.count()


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; rename it to `path` when the block ends well.

    On any exception, a cancel and Ctrl-C included, the unfinished file goes away and `path` stays as it was.
    Raises `InputError` when the folder is missing or `path` is a folder, `MelismaError` when the disk refuses.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file.", "Name a file to write.")
    if not path.parent.is_dir():
        raise InputError(f"The folder {path.parent} does not exist.", "Make it first, or name another place.")
    # The suffix stays last: some writers choose the format by it.
    part = path.with_name(f".{path.stem}.{os.getpid()}-{next(_counter)}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{path} could not be written: {reason}.", "Check free space and permissions.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_bytes_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all.  Raises as `written_whole`."""
    with written_whole(path) as part:
        part.write_bytes(data)
