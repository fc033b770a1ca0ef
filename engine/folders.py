"""Where things lie: the presets that come along, and the user's data, cache, logs and what a running program leaves.

`MELISMA_DATA` moves the four of the user below one folder (for tests, and for portable installations).
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import platformdirs

from engine.errors import InputError

_APP = "melisma"


def presets_folder() -> Path:
    """The read-only presets of this installation."""
    return Path(__file__).resolve().parent.parent / "presets"


def data_folder() -> Path:
    """Voices that the user installed.  May not exist yet."""
    return _user_folder("data")


def cache_folder() -> Path:
    """Rendered phrases; safe to delete at any time.  May not exist yet."""
    return _user_folder("cache")


def log_folder() -> Path:
    """Details of failures.  May not exist yet."""
    return _user_folder("logs")


def runtime_folder() -> Path:
    """Ports, tokens and the mailboxes of DAWs: for this user only (0700), made here when missing.

    Raises `InputError` when it is a link, somebody else's, or cannot be made: a token must not lie in the open.
    """
    folder = _user_folder("runtime")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name == "posix":
            facts = folder.lstat()
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
                raise InputError(
                    f"The folder {folder} is not yours.", "Remove it, or set MELISMA_DATA to a folder of yours."
                )
            folder.chmod(0o700)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"The folder {folder} cannot be made: {reason}.", "Check its permissions.") from error
    return folder


def _user_folder(kind: str) -> Path:
    override = os.environ.get("MELISMA_DATA")
    if override:
        return Path(override).expanduser() / kind
    by_kind: dict[str, Callable[..., Path]] = {
        "data": platformdirs.user_data_path,
        "cache": platformdirs.user_cache_path,
        "logs": platformdirs.user_log_path,
        "runtime": _runtime_path,
    }
    return by_kind[kind](_APP, appauthor=False)


def _runtime_path(app: str, appauthor: Literal[False]) -> Path:
    """As platformdirs says, but never below a shared temporary folder, where another user may have been first.

    It goes there where `XDG_RUNTIME_DIR` is not set, and where that names no folder of this user's alone.
    """
    given = os.environ.get("XDG_RUNTIME_DIR")
    if sys.platform == "linux" and not (given and _is_private(Path(given))):
        return platformdirs.user_state_path(app, appauthor=appauthor) / "runtime"
    return platformdirs.user_runtime_path(app, appauthor=appauthor)


def _is_private(folder: Path) -> bool:
    try:
        facts = folder.stat()
    except OSError:
        return False
    return facts.st_mode == stat.S_IFDIR | 0o700 and facts.st_uid == os.getuid()
