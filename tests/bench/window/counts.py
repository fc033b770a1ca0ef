"""What a process holds, as Linux tells: threads, processes, open files, files in its folders, memory; Qt's objects."""

from __future__ import annotations

import gc
import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from engine.folders import cache_folder, data_folder

_PHRASES = "phrases"
"""Of the cache: what was sung stays there, that is what it is for."""


@dataclass(frozen=True, slots=True)
class Counts:
    """`processes`: the children, and those beside them that were started with our folders; `temporary`, `kept`: names
    of files in the folder for temporary ones and in the user's; `objects`: Qt's that Python knows."""

    threads: int
    processes: int
    open_files: int
    temporary: frozenset[str]
    kept: frozenset[str]
    widgets: int
    objects: int
    memory_mb: float

    def more_than(self, before: Counts) -> dict[str, object]:
        """What is there now that was not: by name."""
        told: dict[str, object] = {}
        for field in fields(self):
            now, then = getattr(self, field.name), getattr(before, field.name)
            if isinstance(now, frozenset):
                if now - then:
                    told[field.name] = sorted(now - then)
            elif field.name != "memory_mb" and now > then:
                told[field.name] = now - then
        return told


def count() -> Counts:
    """Now, garbage taken away."""
    for _ in range(3):
        gc.collect()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    own = Path("/proc/self")
    return Counts(
        threads=len(list((own / "task").iterdir())),
        processes=len(processes_of(os.environ.get("MELISMA_DATA", ""))),
        open_files=len(list((own / "fd").iterdir())),
        temporary=_files(Path(tempfile.gettempdir())),
        kept=_files(data_folder()) | _files(cache_folder()),
        widgets=len(app.allWidgets()),
        objects=sum(isinstance(one, QObject) for one in gc.get_objects()),
        memory_mb=int((own / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6,
    )


def processes_of(folder: str) -> list[int]:
    """Our children, and every other process but us that was given this MELISMA_DATA: also one that lost its parent."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _is_ours(entry, folder)]


def _is_ours(entry: Path, folder: str) -> bool:
    if entry.name == str(os.getpid()):
        return False
    try:
        parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        given = (entry / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended meanwhile, or is not ours to read
        return False
    return parent == os.getpid() or (bool(folder) and f"MELISMA_DATA={folder}".encode() in given)


def _files(folder: Path) -> frozenset[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return frozenset(path.as_posix() for path in found if _PHRASES not in path.parts)
