"""The song in the window: a project, its file, undo, and a signal when anything of it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from engine.api.project import SUFFIX, Project, track_named
from engine.errors import InputError
from gui.document.clip_problems import ClipProblems
from gui.document.history import History
from gui.document.song_file import SongFile, Writing, empty_song, read_song
from gui.texts import document as texts

_NOT_IN_NAMES = '<>:"/\\|?*'


class Song(QObject):
    """Lives as long as the window; another file is opened into it with `become`."""

    changed = pyqtSignal()
    """The project, its path, whether it is modified, or what can be undone."""
    replaced = pyqtSignal()
    """Another song was opened; comes before `changed`."""

    def __init__(self, file: SongFile | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file or empty_song()
        self._history = History(self._file.project)
        self._saved = None if self._file.unsaved else self._file.project

    @classmethod
    def open(cls, path: Path) -> Song:
        """Of a project or a clip.  Raises `InputError` as `read_song`, which may take long: see there."""
        return cls(read_song(path))

    @property
    def project(self) -> Project:
        """As it is now."""
        return self._history.present

    @property
    def path(self) -> Path | None:
        """The project's file; None until it was saved once."""
        return self._file.path

    @property
    def folder(self) -> Path | None:
        """Where the file lies, or the clip that the song was made of."""
        return self._file.path.parent if self._file.path else self._file.folder

    @property
    def problems(self) -> Mapping[str, ClipProblems]:
        """What was wrong with the clips that tracks were made of, by the tracks' ids."""
        return self._file.problems

    @property
    def name(self) -> str:
        """For people: of the file, else of the project."""
        return self._file.path.stem if self._file.path else self.project.name or texts.UNTITLED

    @property
    def modified(self) -> bool:
        """Whether closing would lose something: the project is another than the one that was read or saved."""
        return self.project is not self._saved

    @property
    def undo_label(self) -> str:
        """ "" when there is nothing to undo."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str:
        """ "" when there is nothing to redo."""
        return self._history.redo_label

    def file_name(self, suffix: str) -> str:
        """A name for a file of this song that every system takes."""
        kept = "".join("_" if char in _NOT_IN_NAMES or ord(char) < 32 else char for char in self.name).strip(" .")
        return (kept[:100] or texts.UNTITLED) + suffix

    def do(self, label: str, edit: Callable[[Project], Project], merge: str = "", within_s: float = 1.0) -> None:
        """One step of undo, called `label`.  Steps of the same non-empty `merge`, each at most `within_s` after the
        one before, are one.  What `edit` raises goes through, and nothing has happened then."""
        if self._history.do(label, edit(self.project), merge, within_s):
            self.changed.emit()

    def add_tracks(self, label: str, file: SongFile) -> None:
        """One step of undo: another song's tracks that have notes come at the end, at this song's tempo."""
        project, problems = self.project, dict(self._file.problems)
        for track in file.project.tracks:
            if not track.notes:
                continue
            added = track_named(project, track)
            project = replace(project, tracks=(*project.tracks, added))
            problems.pop(added.id, None)
            if track.id in file.problems:
                problems[added.id] = file.problems[track.id]
        self._file = replace(self._file, problems=problems)
        self.do(label, lambda _: project)

    def drop(self, merge: str) -> None:
        """As if the steps of `merge` had never been: Esc in a drag."""
        if self._history.drop(merge):
            self.changed.emit()

    def undo(self) -> None:
        """One step back, if there is one."""
        if self._history.undo():
            self.changed.emit()

    def redo(self) -> None:
        """One step forth again, if there is one."""
        if self._history.redo():
            self.changed.emit()

    def become(self, other: Song | SongFile) -> None:
        """Another song in this one's place; nothing can be undone then."""
        self._file = other.file() if isinstance(other, Song) else other
        self._history = History(self._file.project)
        self._saved = None if self._file.unsaved else self._file.project
        self.replaced.emit()
        self.changed.emit()

    def file(self) -> SongFile:
        """The song as it is now, for `become` and for autosaving."""
        return replace(self._file, project=self.project, unsaved=self.modified)

    def save(self, path: Path | None = None) -> None:
        """Write it to `path`, or to its own file, here and now; `gui.document.saver` does it beside.

        Raises `InputError` when it has none, when another program changed the file since (another `path` is then the
        way out), and as `engine.files.written_whole`; nothing has changed then.
        """
        writing = self.writing(path)
        self.written(writing, writing.write())

    def writing(self, path: Path | None = None) -> Writing:
        """What is to be written now.  Raises `InputError` for a song that has no file, without a `path`."""
        target = path or self._file.path
        if target is None:
            raise InputError(texts.NO_PATH, texts.NO_PATH_HINT)
        if target.suffix.lower() != SUFFIX:
            target = target.with_name(target.name + SUFFIX)
        # Who chose a file in a dialog has agreed to what lies there; the own file must be the one that was read.
        stamp = self._file.stamp if target == self._file.path else None
        return Writing(self.project, target, stamp, self._file.folder, self._history)

    def written(self, writing: Writing, stamp: str) -> bool:
        """`writing` is done; what was edited meanwhile is still to be saved.  False when another song was opened."""
        if writing.owner is not self._history:
            return False
        self._file, self._saved = replace(self._file, path=writing.target, stamp=stamp), writing.project
        self.changed.emit()
        return True
