"""Songs and clips that are dropped on the panel: opened, or put beside what is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QObject

from engine.api.project import Project, is_project
from engine.errors import MelismaError
from gui.desk import Desk
from gui.document.song import Song
from gui.document.song_file import SongFile, opens, read_song
from gui.document.sound_names import is_sound
from gui.texts import resing as resing_text
from gui.texts import sing as text
from gui.widgets.background import Background


def has_notes(project: Project) -> bool:
    """Whether there is anything to sing."""
    return any(track.notes for track in project.tracks)


def accepts(paths: Sequence[Path], dropped_here: bool) -> bool:
    """Songs and clips from anywhere; a sound that is dropped on the panel itself is a vocal to sing again, elsewhere it
    is a song to isolate."""
    return any(opens(path) or (dropped_here and is_sound(path)) for path in paths)


class Opening(QObject):
    """Reads files beside the window, one after the other.  `shown` is told when a song or a track came.

    Whether a song may take the place of the one that is there, is not decided here: the desk is asked.
    """

    def __init__(self, song: Song, desk: Desk, shown: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song, self._desk, self._shown = song, desk, shown
        self._background = Background(self)

    def take(self, paths: Sequence[Path]) -> None:
        """A project is opened, a clip too where nothing is yet; else its tracks go beside those that are there.

        Clips that come along with a project are for that one; of several projects the first is opened.  A recorded
        vocal is to be sung again."""
        songs = [path for path in paths if opens(path)]
        projects = [path for path in songs if is_project(path)]
        clips = [path for path in songs if not is_project(path)]
        vocals = [path for path in paths if is_sound(path)]
        for vocal in vocals[:1]:
            self._desk.resing(vocal)
        for left in vocals[1:]:
            self._desk.tell(resing_text.ONE_VOCAL.format(name=left.name), "warn")
        for left in projects[1:]:
            self._desk.tell(text.ONE_SONG.format(name=left.name), "warn")
        if projects:
            self._read(projects[0], lambda file: self._desk.open(file, lambda: self._opened(clips)))
        else:
            self._take_clips(clips)

    def close(self) -> None:
        """Waits for what is being read."""
        self._background.close()

    def _opened(self, clips: Sequence[Path]) -> None:
        self._shown()
        self._take_clips(clips)

    def _take_clips(self, clips: Sequence[Path]) -> None:
        for clip in clips:
            self._read(clip, lambda file, name=clip.name: self._clip(file, name))  # type: ignore[misc]

    def _read(self, path: Path, then: Callable[[SongFile], object]) -> None:
        self._background.run(lambda: read_song(path), then, self._fail)

    def _clip(self, file: SongFile, name: str) -> None:
        if not has_notes(self._song.project) and not self._song.modified:
            self._desk.open(file, self._shown)
            return
        self._song.add_tracks(text.DO_ADD_CLIP, file)
        self._desk.tell(file.remark or text.CLIP_ADDED.format(name=name), "good")
        self._shown()

    def _fail(self, error: Exception) -> None:
        self._desk.fail(error if isinstance(error, MelismaError) else MelismaError(text.OPEN_FAILED, str(error)))
