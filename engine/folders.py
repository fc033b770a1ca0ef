"""Where things lie: the presets that come along, and the user's data, cache and logs.

`MELISMA_DATA` moves the three of the user below one folder (for tests, and for portable installations).
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

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


def _user_folder(kind: str) -> Path:
    override = os.environ.get("MELISMA_DATA")
    if override:
        return Path(override).expanduser() / kind
    by_kind = {
        "data": platformdirs.user_data_path,
        "cache": platformdirs.user_cache_path,
        "logs": platformdirs.user_log_path,
    }
    return by_kind[kind](_APP, appauthor=False)
