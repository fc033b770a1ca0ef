"""Autosaved songs of windows that did not end well.

Each window keeps its own three files in the recovery folder: the song, a note of what it is, and a lock that ends with
the window's process.  Whose lock can be had has crashed, and is offered; the lock is held meanwhile, so that no two
windows get the same song.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.api.project import SUFFIX, parse_project, project_line
from engine.errors import InputError, MelismaError
from engine.files import make_folder, write_bytes_whole
from engine.folders import data_folder
from gui.document.held_file import HeldFile
from gui.document.json_file import read_object, write_object
from gui.document.song_file import SongFile
from gui.texts import document as texts

_LATEST_S = 32_503_680_000.0
"""The year 3000: what comes later, not every system's calendar can tell."""


def recovery_folder() -> Path:
    """The user's own."""
    return data_folder() / "recovery"


class Entry:
    """The files of one window.  Methods may be called on any thread, one at a time."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._song = folder / f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        self._clock = clock
        self._held: HeldFile | None = None

    def write(self, file: SongFile, name: str) -> None:
        """The song as it is now.  Raises `MelismaError` when the disk refuses."""
        make_folder(self._song.parent)
        self._held = self._held or HeldFile.hold(self._song.with_suffix(".lock"))
        write_bytes_whole(self._song, project_line(file.project).encode())
        facts = {
            "name": name,
            "path": str(file.path.absolute()) if file.path else "",
            "folder": str(file.folder.absolute()) if file.folder else "",
            "stamp": file.stamp or "",
            "when": self._clock(),
            "pid": os.getpid(),
        }
        # The note last: without it the song is not offered half.
        if not write_object(self._song.with_suffix(".json"), facts, lasting=True):
            raise MelismaError(texts.NO_AUTOSAVE, texts.NO_AUTOSAVE_HINT)

    def remove(self) -> None:
        """Nothing is left of it."""
        _remove(self._song)
        if self._held is not None:
            self._held.remove()
            self._held = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A song that a crashed window left; `path`: its own file, None when it had none; `when`: seconds since 1970.

    One of `forget` and `later` must be called.
    """

    name: str
    path: Path | None
    when: float
    _song: Path
    _folder: str
    _stamp: str
    _held: HeldFile

    def song(self) -> SongFile:
        """The song, to be saved again.  Raises `InputError` when its file is gone or broken."""
        try:
            data = self._song.read_bytes()
        except OSError as error:
            raise InputError(texts.NO_RECOVERY, texts.NO_RECOVERY_HINT) from error
        folder = Path(self._folder) if self._folder else None
        project = parse_project(data, self.name)
        return SongFile(project, self.path, self._stamp or None, folder=folder, unsaved=True)

    def forget(self) -> None:
        """It is not wanted, or kept elsewhere by now."""
        _remove(self._song)
        self._held.remove()

    def later(self) -> None:
        """To be offered again at the next start."""
        self._held.free()


def offers(folder: Path | None = None) -> tuple[Offer, ...]:
    """All songs of windows that are no more, the newest first."""
    home = folder or recovery_folder()
    found: list[Offer] = []
    for lock in sorted(home.glob("*.lock")):
        held = HeldFile.hold(lock)
        if held is None:
            continue
        song, note = lock.with_suffix(SUFFIX), lock.with_suffix(".json")
        facts = read_object(note)
        if not facts or not song.is_file():
            _remove(song)
            held.remove()
            continue
        own = facts.get("path")
        found.append(
            Offer(
                name=str(facts.get("name") or texts.UNTITLED),
                path=Path(own) if isinstance(own, str) and own else None,
                when=_moment(facts.get("when")),
                _song=song,
                _folder=str(facts.get("folder") or ""),
                _stamp=str(facts.get("stamp") or ""),
                _held=held,
            )
        )
    return tuple(sorted(found, key=lambda offer: -offer.when))


def _moment(told: object) -> float:
    """Seconds since 1970 that any calendar can tell; 0 for what is none."""
    if not isinstance(told, int | float) or not 0 <= told <= _LATEST_S:
        return 0.0
    return float(told)


def _remove(song: Path) -> None:
    """The note first: without it the song is offered to nobody."""
    for path in (song.with_suffix(".json"), song):
        with suppress(OSError):
            path.unlink(missing_ok=True)
