"""Files that are whole or absent: written beside their place, then renamed."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
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


def check_space(folder: Path, needed_bytes: int) -> None:
    """Worth asking before long work: raises `InputError` when the disk of `folder` has not room for `needed_bytes`."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # some network drives do not say; the writing will
    if free < needed_bytes:
        what = (
            f"There is not enough space in {folder}: {needed_bytes / 1e6:.0f} MB are needed, {free / 1e6:.0f} are free."
        )
        raise InputError(what, "Make room, or name another folder.")


def make_folder(folder: Path) -> None:
    """Make `folder`, its parents too, and see that files can be made in it.

    Raises `InputError` when it is a file or cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file, not a folder.", "Name a folder to write to.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        what = f"The folder {folder} cannot be written to: {reason}."
        raise InputError(what, "Name another folder, or check its permissions.") from error
