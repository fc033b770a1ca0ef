"""Files that were opened lately, the newest first."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.folders import data_folder
from gui.document.json_file import read_object, write_object

MOST = 12


@dataclass(frozen=True, slots=True)
class RecentFile:
    """`when`: seconds since 1970."""

    path: Path
    name: str
    when: float

    @property
    def there(self) -> bool:
        """Whether the file can be opened now; a network drive may take its time to say."""
        return self.path.is_file()


class Recent:
    """Kept in `path`; read each time, so that two windows see each other's.  `clock`: seconds since 1970."""

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._path = path or data_folder() / "recent.json"
        self._clock = clock

    def files(self) -> tuple[RecentFile, ...]:
        """At most `MOST`; entries that are broken are left out."""
        entries = read_object(self._path).get("files")
        found = [_read(entry) for entry in entries] if isinstance(entries, list) else []
        return tuple(entry for entry in found if entry is not None)[:MOST]

    def add(self, path: Path, name: str = "") -> None:
        """The newest; one that was there before moves up."""
        whole = path.absolute()
        rest = [entry for entry in self.files() if entry.path != whole]
        self._write([RecentFile(whole, name or whole.stem, self._clock()), *rest])

    def remove(self, path: Path) -> None:
        """Without a file, as when it is gone."""
        whole = path.absolute()
        self._write([entry for entry in self.files() if entry.path != whole])

    def clear(self) -> None:
        """Without any."""
        self._write([])

    def _write(self, files: list[RecentFile]) -> None:
        entries = [{"path": str(entry.path), "name": entry.name, "when": entry.when} for entry in files[:MOST]]
        write_object(self._path, {"files": entries})


def _read(entry: Any) -> RecentFile | None:
    if not isinstance(entry, dict):
        return None
    path, name, when = entry.get("path"), entry.get("name"), entry.get("when")
    if not isinstance(path, str) or not path or "\0" in path or not Path(path).is_absolute():
        return None
    seconds = float(when) if isinstance(when, int | float) and not isinstance(when, bool) else 0.0
    return RecentFile(Path(path), name if isinstance(name, str) else Path(path).stem, seconds)
