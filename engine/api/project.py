"""Projects: made of a clip, brought up to date with it, shown, checked; and every edit of `engine.project`.

Who edits a song needs no voice: what sings (`compare_takes`, `missing_singers`) is imported when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.api.project_facts import loose_ends, missing_singers, project_facts, takes_facts
from engine.errors import InputError
from engine.phonemize.phones import is_vowel
from engine.project.checks import confined
from engine.project.edit import (
    draw,
    erase_drawn,
    set_blend,
    set_choir,
    set_curve,
    set_note,
    set_track,
    track_named,
    updated,
    with_notes,
)
from engine.project.file import (
    SUFFIX,
    Opened,
    edit_project,
    editing,
    is_project,
    parse_project,
    project_bytes,
    read_project,
    write_project,
)
from engine.project.line_text import project_line
from engine.project.model import NamedTake, Origin, PhraseTakes, Project, Tempi, Track, TrackChoir, TrackNote
from engine.project.phrases import TrackPhrase, find_phrase, find_track, phrases_of
from engine.project.score import project_of_score, track_of_score
from engine.project.takes import What, choose, first_take, forget, like, lock, name_take, retake
from engine.score import Problem, Score, read_score

if TYPE_CHECKING:
    from engine.api.project_compare import ComparedTake, compare_takes
else:

    def __getattr__(name):
        """What renders takes, when it is first asked for.  Raises `AttributeError`."""
        if name not in ("ComparedTake", "compare_takes"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from engine.api import project_compare

        return getattr(project_compare, name)


__all__ = [
    "SUFFIX",
    "ComparedTake",
    "NamedTake",
    "NewProject",
    "Opened",
    "Origin",
    "PhraseTakes",
    "Project",
    "Tempi",
    "Track",
    "TrackChoir",
    "TrackNote",
    "TrackPhrase",
    "What",
    "add_clip",
    "choose",
    "compare_takes",
    "draw",
    "edit_project",
    "editing",
    "erase_drawn",
    "find_phrase",
    "find_track",
    "first_take",
    "forget",
    "is_project",
    "is_vowel",
    "like",
    "lock",
    "loose_ends",
    "missing_singers",
    "name_take",
    "new_project",
    "parse_project",
    "phrases_of",
    "project_bytes",
    "project_facts",
    "project_line",
    "project_of_clip",
    "read_project",
    "retake",
    "set_blend",
    "set_choir",
    "set_curve",
    "set_note",
    "set_track",
    "takes_facts",
    "track_named",
    "update_from_clip",
    "with_notes",
    "write_project",
]


@dataclass(frozen=True, slots=True)
class NewProject:
    """What to make a project of.  `tracks`: names or numbers of the clip's tracks, each becomes one of the project's
    (none: the one with most lyrics); `position_s`: where the clip begins in the DAW; `replace`: over an older file."""

    clip: Path
    out: Path
    lyrics: Path | None = None
    voice: str = ""
    language: str | None = None
    tracks: tuple[str, ...] = ()
    name: str = ""
    position_s: float = 0.0
    replace: bool = False


def new_project(request: NewProject) -> tuple[Project, tuple[Problem, ...]]:
    """Make a project of a clip and write it; also what is wrong with the clip.

    Raises `InputError` for a clip that cannot be read, and a file that is already there.
    """
    if request.out.suffix.lower() != SUFFIX:
        raise InputError(f"{request.out.name} is no name for a project.", f"End it in {SUFFIX}.")
    if request.lyrics is not None and len(request.tracks) > 1:
        raise InputError("One text of words is not for several tracks.", "Add them one by one.", command="project add")
    project, problems = project_of_clip(request)
    with editing(request.out):
        if request.out.exists() and not request.replace:
            raise InputError(f"{request.out} is already there.", "Give another name, or replace it.", option="replace")
        write_project(project, request.out)
    return project, problems


def project_of_clip(request: NewProject) -> tuple[Project, tuple[Problem, ...]]:
    """As `new_project`, with nothing written."""
    scores = [_read(request.clip, request.lyrics, name, request.language) for name in request.tracks or (None,)]
    name = request.name or request.out.stem
    project = project_of_score(scores[0], name, origin_of(request), request.voice)
    for score in scores[1:]:
        project = _with_score(project, score, request.voice)
    return project, tuple(problem for score in scores for problem in score.problems)


def add_clip(
    path: Path, clip: Path, lyrics: Path | None = None, track: str | None = None, voice: str = "", name: str = ""
) -> tuple[Project, tuple[Problem, ...]]:
    """Add a clip's notes to a project as one more track, at the project's tempo."""
    score = _read(clip, lyrics, track, None)
    score = replace(score, title=name or score.title or clip.stem)
    project = edit_project(path, lambda project: _with_score(project, score, voice))
    return project, score.problems


def update_from_clip(
    path: Path, clip: Path, lyrics: Path | None = None, clip_track: str | None = None, track: str | None = None
) -> tuple[Project, tuple[Problem, ...]]:
    """Take a clip's notes, words and tempo as they are now; expression and takes stay on the notes that were there."""
    score = _read(clip, lyrics, clip_track, None)

    def newer(project: Project) -> Project:
        edited = updated(project, track, score.notes, score.phrase_breaks)
        tempo = score.tempo_map
        return replace(edited, tempo_map=Tempi(tempo.tempi, tempo.meters, tempo.pickup, edited.tempo_map.more))

    return edit_project(path, newer), score.problems


def _read(clip: Path, lyrics: Path | None, track: str | None, language: str | None) -> Score:
    from engine.api.words import count_syllables

    chosen = int(track) if track and track.isdecimal() else track
    score = read_score(clip, lyrics, chosen, count_syllables=lambda word: count_syllables(word, language))
    if not score.notes:
        raise InputError(f"{clip.name} has no notes to sing.", "Choose another track of it.", option="track")
    return replace(score, language=language) if language else score


def origin_of(request: NewProject) -> Origin:
    """The clip's place below the project's folder; only its name where it lies elsewhere."""
    try:
        path = request.clip.resolve().relative_to(request.out.resolve().parent).as_posix()
    except ValueError:
        path = ""
    return Origin(request.clip.name, path if confined(path) else "", request.position_s)


def _with_score(project: Project, score: Score, voice: str) -> Project:
    track = track_named(project, track_of_score(score, score.title or f"Track {len(project.tracks) + 1}", voice))
    return replace(project, tracks=(*project.tracks, track))
