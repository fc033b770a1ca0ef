"""Songs and clips that are dropped or chosen: opened, or put beside what is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject

from engine.api.project import Project, is_project, track_named
from engine.errors import MelismaError
from gui.desk import Desk
from gui.document.song import Song
from gui.document.song_file import SongFile, opens, read_song
from gui.texts import sing as text
from gui.widgets.background import Background


def has_notes(project: Project) -> bool:
    """Whether there is anything to sing."""
    return any(track.notes for track in project.tracks)


def beside(project: Project, other: Project) -> Project:
    """With another song's tracks that have notes at the end, at this song's tempo."""
    for track in other.tracks:
        if track.notes:
            project = replace(project, tracks=(*project.tracks, track_named(project, track)))
    return project


class Opening(QObject):
    """Reads files beside the window, one after the other.  `shown` is told when a song or a track came."""

    def __init__(self, song: Song, desk: Desk, shown: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song, self._desk, self._shown = song, desk, shown
        self._background = Background(self)

    def take(self, paths: Sequence[Path]) -> None:
        """A project is opened, a clip too where nothing is yet; else its tracks go beside those that are there."""
        for path in paths:
            if opens(path):
                self._open(path)

    def close(self) -> None:
        """Waits for what is being read."""
        self._background.close()

    def _open(self, path: Path) -> None:
        self._background.run(lambda: read_song(path), lambda file: self._read(path, file), self._fail)

    def _read(self, path: Path, file: SongFile) -> None:
        if not has_notes(self._song.project) and not self._song.modified:
            self._become(file)
        elif not is_project(path):
            self._song.do(text.DO_ADD_CLIP, lambda project: beside(project, file.project))
            self._desk.tell(text.CLIP_ADDED.format(name=path.name), "good")
            self._shown()
        elif not self._song.modified:
            self._become(file)
        else:
            told = text.UNSAVED.format(name=self._song.name)
            self._desk.tell(told, "warn", text.OPEN_ANYWAY, lambda: self._become(file))

    def _become(self, file: SongFile) -> None:
        self._song.become(file)
        self._shown()

    def _fail(self, error: Exception) -> None:
        self._desk.fail(error if isinstance(error, MelismaError) else MelismaError(text.OPEN_FAILED, str(error)))
