"""A song as it was read: of a project, of a clip, or new.  Nothing here needs a window; any thread may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.api.project import (
    SUFFIX,
    NewProject,
    Project,
    Tempi,
    Track,
    editing,
    is_project,
    read_project,
    write_project,
)
from engine.api.project_parts import OpenedParts, project_of_parts
from engine.errors import InputError
from gui.document.clip_problems import ClipProblems
from gui.texts import document as texts
from gui.texts import plural

CLIPS = (".mid", ".midi", ".kar", ".musicxml", ".xml", ".mxl")
"""What a new song can be made of."""
OPENED = (SUFFIX, *CLIPS)
"""What `read_song` reads, by the end of its name."""
_TOLD = 4


@dataclass(frozen=True, slots=True)
class SongFile:
    """`path`: the project's own file, None for a song that has none yet; `stamp`: what lay there (see
    `engine.api.project.write_project`), None with `path`; `problems`: of the clips that tracks were made of, by the
    tracks' ids; `folder`: what the project's `clip.path` is told from; `unsaved`: there is more in it than in any file;
    `remark`: what the user should hear when it is opened, "" for nothing."""

    project: Project
    path: Path | None = None
    stamp: str | None = None
    problems: Mapping[str, ClipProblems] = field(default_factory=dict)
    folder: Path | None = None
    unsaved: bool = False
    remark: str = ""


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
    read = project_of_parts(NewProject(path, path.with_suffix(SUFFIX), name=path.stem))
    problems = {track.id: ClipProblems(track, read.problems[track.id]) for track in read.project.tracks}
    return SongFile(read.project, problems=problems, folder=path.parent, remark=_remark(path.name, read))


def _remark(name: str, opened: OpenedParts) -> str:
    """What became of a clip's parts, where there are several."""
    tracks = opened.project.tracks
    told = []
    if len(tracks) > 1:
        told.append(plural(texts.PARTS_ONE, texts.PARTS, len(tracks)).format(name=name))
    if muted := sum(track.mute for track in tracks):
        told.append(plural(texts.PARTS_MUTED_ONE, texts.PARTS_MUTED, muted))
    if opened.left_out:
        told.append(plural(texts.PARTS_LEFT_ONE, texts.PARTS_LEFT, len(opened.left_out)).format(names=_few(opened)))
    return " ".join(told)


def _few(opened: OpenedParts) -> str:
    names = opened.left_out
    return ", ".join(names[:_TOLD]) + (" …" if len(names) > _TOLD else "")


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
