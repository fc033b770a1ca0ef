"""A song as it was read: of a project, of a clip, or new.  Nothing here needs a window; any thread may read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine.api.project import (
    SUFFIX,
    NewProject,
    Project,
    Tempi,
    Track,
    editing,
    is_project,
    project_of_clip,
    read_project,
    write_project,
)
from engine.errors import InputError
from engine.score import Problem
from gui.texts import document as texts

CLIPS = (".mid", ".midi", ".kar", ".musicxml", ".xml", ".mxl")
"""What a new song can be made of."""
OPENED = (SUFFIX, *CLIPS)
"""What `read_song` reads, by the end of its name."""


@dataclass(frozen=True, slots=True)
class SongFile:
    """`path`: the project's own file, None for a song that has none yet; `stamp`: what lay there (see
    `engine.api.project.write_project`), None with `path`; `problems`: of the clip that it was made of; `folder`: what
    the project's `clip.path` is told from; `unsaved`: there is more in it than in any file."""

    project: Project
    path: Path | None = None
    stamp: str | None = None
    problems: tuple[Problem, ...] = ()
    folder: Path | None = None
    unsaved: bool = False


def opens(path: Path) -> bool:
    """Whether `read_song` is for such a file, by its name."""
    return path.suffix.lower() in OPENED


def read_song(path: Path) -> SongFile:
    """A project is opened, a clip becomes a new song beside it.

    Takes as long as the file is long: the window's thread gives it away.  Raises `InputError` for a file that is not
    there, of another kind, or faulty.
    """
    if is_project(path):
        opened = read_project(path)
        return SongFile(opened.project, path, opened.stamp, folder=path.parent)
    if not opens(path):
        raise InputError(texts.NOT_A_SONG.format(name=path.name), texts.NOT_A_SONG_HINT)
    project, problems = project_of_clip(NewProject(path, path.with_suffix(SUFFIX), name=path.stem))
    return SongFile(project, problems=problems, folder=path.parent)


def empty_song() -> SongFile:
    """One track without notes at 120 quarters a minute, to draw in."""
    track = Track("t1", texts.LEAD)
    return SongFile(Project(texts.UNTITLED, Tempi(((0.0, 120.0),)), (track,)))


@dataclass(frozen=True, slots=True)
class Writing:
    """A project on its way to the file `target`; `stamp`: what must lie there, None: anything; `owner`: whose it is."""

    project: Project
    target: Path
    stamp: str | None
    folder: Path | None
    owner: object

    def write(self) -> str:
        """On any thread; the new stamp.  Raises `InputError` when another program changed the file since, and as
        `engine.files.written_whole`."""
        project = written_at(self.project, self.target, self.folder)
        with editing(self.target):
            # A file that somebody has removed is written again.
            return write_project(project, self.target, self.stamp if self.target.exists() else None)


def written_at(project: Project, target: Path, folder: Path | None) -> Project:
    """`project` as it stands in the file `target`: one without a name gets the file's, and the place of its clip is
    told from `target`'s folder instead of `folder`; only its name, where the clip lies elsewhere."""
    if project.name in ("", texts.UNTITLED):
        project = replace(project, name=target.stem)
    clip = project.clip
    if clip is None or not clip.path or folder is None or folder.resolve() == target.resolve().parent:
        return project
    try:
        path = (folder.resolve() / clip.path).relative_to(target.resolve().parent).as_posix()
    except ValueError:
        path = ""
    return replace(project, clip=replace(clip, path=path))
