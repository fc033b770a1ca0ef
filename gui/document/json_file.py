"""Small files of ours in JSON: read whatever lies there, written whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import MelismaError
from engine.files import make_folder, write_bytes_whole

MAX_BYTES = 4 * 1024 * 1024


def read_object(path: Path) -> dict[str, Any]:
    """The file's object; {} where there is no file, or it is broken: such a file costs nothing but itself."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        found = json.loads(data) if len(data) <= MAX_BYTES else None
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write_object(path: Path, values: Mapping[str, Any], lasting: bool = False) -> bool:
    """Write the object whole; whether that went well.  A disk that is full must not stop whoever works.

    `lasting`: as `engine.files.written_whole`; settings are written on the window's thread, which waits for no disk.
    """
    try:
        make_folder(path.parent)
        write_bytes_whole(path, (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode(), lasting)
    except (MelismaError, ValueError):
        return False
    return True
