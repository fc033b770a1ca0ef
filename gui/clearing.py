"""At a quiet moment: copies of dropped files that nobody has wanted for a month go to the system's trash.  Renders
stay: a DAW's project may play them, and we cannot look into it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from PyQt6.QtCore import QFile, QObject

from engine.api.project import SUFFIX
from engine.files import clear_unfinished
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
        # Nothing is told of it: what could not be cleared stays for the next time.
        self._background.run(self._clear, lambda _: None, lambda _: None)

    def close(self) -> None:
        """Waits for the file that is being moved."""
        self._background.close()

    def _clear(self) -> None:
        clear_unfinished(renders_folder(), ours=True)
        clear(inbox_folder(), self._needed, lambda file: QFile.moveToTrash(str(file))[0])

    def _needed(self, file: Path) -> bool:
        """Looked up anew for each: songs are opened and saved meanwhile."""
        if file.suffix.lower() == SUFFIX:
            return True  # a song is never ours to clear
        names = {os.fsencode(file.name), json.dumps(file.name)[1:-1].encode()}
        return any(name in text for text in self._texts() for name in names)

    def _texts(self) -> Iterator[bytes]:
        """Everything in which a file may be named."""
        clip = self._song.project.clip
        yield os.fsencode(clip.name if clip else "")
        yield os.fsencode(self._song.path or "")
        files = [*data_folder().glob("*.json"), *recovery_folder().glob("*.json")]
        files += [*recovery_folder().glob(f"*{SUFFIX}"), *(entry.path for entry in self._recent.files())]
        for file in files:
            with suppress(OSError):
                yield file.read_bytes()
