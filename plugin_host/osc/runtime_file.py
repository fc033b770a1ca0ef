"""The file by which programs of this user find the bridge: its ports and its secret, while it runs.

Beside it lies a lock, held for as long as the bridge runs; the system lets go of it however the bridge ends.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.errors import InputError, MelismaError
from engine.file_lock import open_lock, take_lock
from engine.files import written_whole
from engine.folders import runtime_folder
from engine.version import VERSION

FILE_NAME = "bridge.json"
_LOCK_NAME = "bridge.lock"
_NOT_RUNNING = "Start it with `melisma serve`."


@dataclass(frozen=True, slots=True)
class RuntimeEntry:
    """What the file says; `pid` is the process of the bridge, `version` its program's."""

    udp_port: int
    tcp_port: int
    token: str = field(repr=False)
    pid: int
    version: str = VERSION


def new_token() -> str:
    """256 random bits as 43 letters, fresh for every server."""
    return secrets.token_urlsafe(32)


def read_entry(folder: Path | None = None) -> RuntimeEntry:
    """Where the bridge is.  `folder`: the runtime folder when not the user's own.

    Raises `InputError` when none runs: the file is missing, nobody's any more, or damaged.
    """
    path = (folder or runtime_folder()) / FILE_NAME
    try:
        entry = _entry(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise InputError("The bridge is not running.", _NOT_RUNNING) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: it is damaged.", _NOT_RUNNING) from error
    if not is_running(entry.pid):
        raise InputError("The bridge is not running; it ended without saying so.", _NOT_RUNNING)
    return entry


def is_running(pid: int) -> bool:
    """Whether there is such a process.  Where the system cannot be asked without harm, yes."""
    if sys.platform == "win32":  # elsewhere signal 0 is not a question
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


class RuntimeFile:
    """The right to be this user's one bridge, and the file that says where it is.

    Enter before the server is opened, `publish` after; at the end the file goes away, if it is still ours.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._ours: RuntimeEntry | None = None

    def __enter__(self) -> RuntimeFile:
        """Raises `InputError` while another bridge runs."""
        folder = self._folder or runtime_folder()
        self._path = folder / FILE_NAME
        try:
            self._lock = open_lock(folder / _LOCK_NAME)
        except OSError as error:
            raise MelismaError(f"{folder} cannot be written to: {error.strerror}.", "Check its permissions.") from error
        if not take_lock(self._lock):
            os.close(self._lock)
            raise InputError(f"A bridge is already running{self._whose()}.", "Use that one, or end it first.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ours is not None and self._read() == self._ours:
            with suppress(OSError):
                self._path.unlink()
        os.close(self._lock)

    def publish(self, udp_port: int, tcp_port: int, token: str) -> RuntimeEntry:
        """Write the file, whole, readable for this user only.  What a dead bridge left there is replaced."""
        self._ours = RuntimeEntry(udp_port, tcp_port, token, os.getpid())
        data = json.dumps(asdict(self._ours), indent=1).encode()
        with written_whole(self._path, lasting=False) as part:
            number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as file:
                file.write(data)
        return self._ours

    def _read(self) -> RuntimeEntry | None:
        try:
            return _entry(json.loads(self._path.read_bytes()))
        except (OSError, ValueError):
            return None

    def _whose(self) -> str:
        entry = self._read()
        return f" (process {entry.pid})" if entry is not None else ""


def _entry(facts: Any) -> RuntimeEntry:
    """Raises `ValueError` when a fact is missing or impossible."""
    try:
        entry = RuntimeEntry(**{name: facts[name] for name in RuntimeEntry.__dataclass_fields__})
    except (TypeError, KeyError) as error:
        raise ValueError("a fact is missing") from error
    numbers = (entry.udp_port, entry.tcp_port, entry.pid)
    if not all(type(number) is int and number > 0 for number in numbers) or max(numbers[:2]) > 65535:
        raise ValueError("a number is impossible")
    if not isinstance(entry.token, str) or not isinstance(entry.version, str):
        raise ValueError("a word is missing")
    return entry
