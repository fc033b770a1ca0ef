"""Files that are whole or absent: written beside their place, then renamed."""

from __future__ import annotations

import errno
import itertools
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import InputError, MelismaError

STALE_AFTER_S = 86_400.0
"""An unfinished file that nobody wrote to for so long was left by a process that was killed."""
_counter = itertools.count()
_tidied: set[Path] = set()
# Names with the writer's number: of a file of `written_whole`, and of a folder of pictures that a video becomes.
_FILE = re.compile(r"\..+\.(?P<pid>[1-9]\d{0,9})-(0|[1-9]\d*)\.part(\.[^.]+)?")
_PICTURES = re.compile(r"\..+\.(?P<pid>[1-9]\d{0,9})\.part")
_CANNOT_FLUSH = frozenset({errno.EINVAL, errno.ENOSYS, getattr(errno, "ENOTSUP", errno.EINVAL)})
"""What file systems say that know no flushing, some network drives; all else means that the data is not there."""


@contextmanager
def written_whole(path: Path, lasting: bool = True) -> Iterator[Path]:
    """Give a path beside `path` to write to; rename it to `path` when the block ends well.

    On any exception, a cancel and Ctrl-C included, the unfinished file goes away and `path` stays as it was.
    `lasting`: what is written survives a power cut too, which takes the disk's time; caches do without.
    Raises `InputError` when the folder is missing or `path` is a folder, `MelismaError` when the disk refuses.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file.", "Name a file to write.")
    if not path.parent.is_dir():
        raise InputError(f"The folder {path.parent} does not exist.", "Make it first, or name another place.")
    _tidy_once(path.parent)
    # The suffix stays last: some writers choose the format by it.
    part = path.with_name(f".{path.stem}.{os.getpid()}-{next(_counter)}.part{path.suffix}")
    try:
        yield part
        if lasting:
            _flush(part)
        part.replace(path)
        if lasting:
            _flush_folder(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{path} could not be written: {reason}.", "Check free space and permissions.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_bytes_whole(path: Path, data: bytes, lasting: bool = True) -> None:
    """Write `data` to `path`, whole or not at all.  `lasting` and what it raises: as `written_whole`."""
    with written_whole(path, lasting) as part:
        part.write_bytes(data)


def clear_unfinished(folder: Path, ours: bool = False) -> tuple[Path, ...]:
    """Remove what killed processes left half written in `folder`: of our own naming, and untouched for a day.

    `ours`: the folder belongs to this program, so that folders of pictures in it go too; in a user's only files do.
    Gives what went.  Raises nothing: who cannot tidy up can still work.
    """
    gone = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if _was_left(entry, ours) and _remove_stale(Path(entry.path)):
                    gone.append(Path(entry.path))
    return tuple(gone)


def _was_left(entry: os.DirEntry[str], ours: bool) -> bool:
    """Whether it is named as we name what is unfinished, by a process that has ended."""
    if entry.is_file(follow_symlinks=False):
        found = _FILE.fullmatch(entry.name)
    elif ours and entry.is_dir(follow_symlinks=False):
        found = _PICTURES.fullmatch(entry.name)
    else:
        return False
    return found is not None and _ended(int(found["pid"]))


def _tidy_once(folder: Path) -> None:
    """Before the first file that this process writes there."""
    if folder not in _tidied:
        _tidied.add(folder)
        clear_unfinished(folder)


def _remove_stale(path: Path) -> bool:
    """Whether it was.  A folder must be one of pictures: files and nothing else.  Raises `OSError`."""
    inside = list(path.iterdir()) if path.is_dir() else []
    newest_s = max(entry.lstat().st_mtime for entry in (path, *inside))
    if time.time() - newest_s < STALE_AFTER_S or not all(entry.is_file() for entry in inside):
        return False
    for entry in inside:
        entry.unlink()
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink()
    return True


def _ended(pid: int) -> bool:
    """Whether no process has this number.  Where asking is no light thing the age alone decides."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _flush(file: Path) -> None:
    """To the disk before the rename: else a power cut may leave the new name with nothing behind it."""
    with file.open("r+b") as opened:
        try:
            os.fsync(opened.fileno())
        except OSError as error:
            if error.errno not in _CANNOT_FLUSH:
                raise


def _flush_folder(folder: Path) -> None:
    """The name too, where the system knows how; the file is whole without it."""
    if os.name != "posix":
        return
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


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
