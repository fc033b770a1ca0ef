"""Paths that came over the wire: only whole, regular files below folders that the user chose."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engine.errors import InputError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20
DEFAULT_MAX_BYTES = 4 << 30
_FOLDERS_SHOWN = 3


class Confined:
    """`folders`: where files may lie, at any depth; `max_bytes`: how large one may be."""

    def __init__(self, folders: Iterable[Path], max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._folders = tuple(folder.resolve() for folder in folders)
        self._max_bytes = max_bytes

    def checked(self, path: str, size: int, sha256: str, suffixes: Collection[str]) -> Path:
        """The file, free of links, when it is what the message says.

        `size` in bytes; `sha256` as 64 small hexadecimal digits; `suffixes` with their point, in small letters.
        Raises `InputError`: outside the folders, by a link too, no regular file, another suffix, size or content.
        """
        with self._opened(path, size, sha256, suffixes) as (resolved, file):
            digest, left = hashlib.sha256(), size
            while left and (block := file.read(min(_BLOCK, left))):
                digest.update(block)
                left -= len(block)
            _check_same(resolved, digest.hexdigest(), sha256, whole=not left and not file.read(1))
        return resolved

    def read(self, path: str, size: int, sha256: str, suffixes: Collection[str]) -> bytes:
        """The bytes themselves, so that nobody can change them after the check.  Raises as `checked`."""
        with self._opened(path, size, sha256, suffixes) as (resolved, file):
            data = file.read(size + 1)
            _check_same(resolved, hashlib.sha256(data).hexdigest(), sha256, whole=len(data) == size)
        return data

    @contextmanager
    def _opened(self, path: str, size: int, sha256: str, suffixes: Collection[str]) -> Iterator[tuple[Path, BinaryIO]]:
        if not _SHA256.fullmatch(sha256):
            raise InputError(f"{sha256!r} is no SHA-256.", "Send 64 small hexadecimal digits.")
        if not 0 <= size <= self._max_bytes:
            raise InputError(f"A file of {size} bytes is not taken.", f"At most {self._max_bytes} bytes are.")
        resolved = self._resolved(path, suffixes)
        # Neither waits for the other end of a FIFO nor follows a link that came in between.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        try:
            number = os.open(resolved, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
            with os.fdopen(number, "rb") as file:
                facts = os.fstat(number)
                if not stat.S_ISREG(facts.st_mode):
                    raise InputError(f"{path} is not a regular file.", "Send a file.")
                if facts.st_size != size:
                    what = f"{path} has {facts.st_size} bytes; the message says {size}."
                    raise InputError(what, "Write the file whole before telling about it.")
                yield resolved, file
        except OSError as error:
            raise _unreadable(path, error) from error

    def _resolved(self, path: str, suffixes: Collection[str]) -> Path:
        _check_plain(path)
        try:
            resolved = Path(path).resolve(strict=True)
            kind = resolved.stat().st_mode
        except (OSError, RuntimeError, ValueError) as error:  # missing, a circle of links, no name of a file
            raise _unreadable(path, error) from error
        if not any(resolved.is_relative_to(folder) for folder in self._folders):
            raise outside(path, self._folders)
        if not stat.S_ISREG(kind):  # asked before opening: some devices act when they are opened
            raise InputError(f"{path} is not a regular file.", "Send a file.")
        # The name as sent and the file behind a link: neither may pretend.
        if not {Path(path).suffix.lower(), resolved.suffix.lower()} <= set(suffixes):
            raise InputError(f"{path} is not of a kind that is taken here.", f"Taken are: {', '.join(suffixes)}.")
        return resolved


def outside(path: str, folders: Sequence[Path]) -> InputError:
    """What is said of a path that lies in none of `folders`, and how it can be allowed."""
    shown = " or ".join(map(str, folders[:_FOLDERS_SHOWN]))
    move = f", or put it into {shown}" if shown else ""
    hint = f"Start `melisma serve` with --folder DIR for its folder{move}."
    return InputError(f"{path} lies outside the folders that were allowed.", hint)


def _check_plain(path: str) -> None:
    """Absolute, on a drive of this machine, no name of a device."""
    if path.startswith(("\\\\", "//", "\\??\\")) or "\0" in path:
        raise InputError(f"{path!r} is no plain path of this machine.", "Send the full path of a local file.")
    if not Path(path).is_absolute():
        raise InputError(f"{path!r} is no full path.", "Send the full path of a local file.")
    if os.name == "nt" and (":" in path[2:] or Path(path).is_reserved()):
        raise InputError(f"{path!r} is no plain path of this machine.", "Send the full path of a local file.")


def _check_same(path: Path, found: str, said: str, whole: bool) -> None:
    if not whole or found != said:
        raise InputError(f"{path} is not the file that the message tells about.", "Tell its size and SHA-256 anew.")


def _unreadable(path: str, error: Exception) -> InputError:
    if isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.ENOTDIR):
        return InputError(f"{path} does not exist.", "Check its path.")
    reason = getattr(error, "strerror", None) or "it is no path of a file"
    return InputError(f"{path} cannot be read: {reason}.", "Check its path and permissions.")
