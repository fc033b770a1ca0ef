"""The files with answers to clients, in the runtime folder: each named by its content, none left when we end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.files import write_bytes_whole
from plugin_host.bridge.strict import dump

MOST_FILES = 64
"""Of one name: an answer may still be read while others are written."""

_OURS = re.compile(r"(?:jobs|daws)-[0-9a-f]{16}\.json")


def write_answer(folder: Path, name: str, facts: Mapping[str, Any]) -> Path:
    """Write `facts` to a file that no later answer changes while it is read; `name`: `jobs` or `daws`."""
    data = dump(facts)
    path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:16]}.json"
    if path.exists():
        with suppress(OSError):
            path.touch()  # it counts as new
    else:
        write_bytes_whole(path, data)
        _keep_newest(folder, f"{name}-*.json", path)
    return path


def remove_answers(folder: Path) -> None:
    """Take all away: nobody may be asking any more, and what a killed bridge left is not true now."""
    with suppress(OSError):
        for path in folder.iterdir():
            if _OURS.fullmatch(path.name):
                with suppress(OSError):
                    path.unlink()


def _keep_newest(folder: Path, pattern: str, new: Path) -> None:
    """By their times; `new` stays whatever they say, for the clock may have been set back."""
    files = []
    for path in folder.glob(pattern):
        with suppress(OSError):
            if path != new:
                files.append((path.stat().st_mtime_ns, path))
    for _, path in sorted(files)[: -(MOST_FILES - 1)]:
        with suppress(OSError):
            path.unlink(missing_ok=True)
