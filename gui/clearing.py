"""At a quiet moment: renders and dropped copies that nobody has wanted for a month go to the system's trash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from PyQt6.QtCore import QFile, QObject

from engine.api.project import SUFFIX
from engine.folders import data_folder
from gui.document.inbox import inbox_folder
from gui.document.leftovers import clear
from gui.document.recent import Recent
from gui.document.recovery import recovery_folder
from gui.document.renders import renders_folder
from gui.document.song import Song
from gui.widgets.background import Background


class Clearing(QObject):
    """`begin` works beside the window.  What the song in the window, a recent one, an autosaved one or the settings
    name is needed."""

    def __init__(self, song: Song, recent: Recent, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song, self._recent = song, recent
        self._background = Background(self)

    def begin(self) -> None:
        clip = self._song.project.clip
        here = (clip.name if clip else "", str(self._song.path or ""))
        # Nothing is told of it: what could not be cleared stays for the next time.
        self._background.run(lambda: _clear(here, self._recent), lambda _: None, lambda _: None)

    def close(self) -> None:
        """Waits for the file that is being moved."""
        self._background.close()


def _clear(here: Iterable[str], recent: Recent) -> tuple[Path, ...]:
    texts = [name.encode() for name in here] + list(_texts(recent))

    def needed(file: Path) -> bool:
        if file.suffix.lower() == SUFFIX:
            return True  # a song is never ours to clear
        names = {file.name.encode(), json.dumps(file.name)[1:-1].encode()}
        return any(name in text for text in texts for name in names)

    return clear((renders_folder(), inbox_folder()), needed, lambda file: QFile.moveToTrash(str(file))[0])


def _texts(recent: Recent) -> Iterator[bytes]:
    """Everything in which a file may be named."""
    files = [*data_folder().glob("*.json"), *recovery_folder().glob("*.json"), *recovery_folder().glob(f"*{SUFFIX}")]
    files += [entry.path for entry in recent.files()]
    for file in files:
        with suppress(OSError):
            yield file.read_bytes()
