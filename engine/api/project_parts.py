"""A clip with several parts as a project with a track for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.api.project import NewProject, Project, origin_of, project_of_score, track_named, track_of_score
from engine.errors import InputError
from engine.score import Problem, ScorePart, read_parts, worth_opening


@dataclass(frozen=True, slots=True)
class OpenedParts:
    """`problems`: what was wrong with each part, by its track's id; `left_out`: names of parts that are no tracks;
    `muted`: how many tracks have no words of their own beside others that have."""

    project: Project
    problems: Mapping[str, tuple[Problem, ...]]
    left_out: tuple[str, ...] = ()
    muted: int = 0


def project_of_parts(request: NewProject) -> OpenedParts:
    """A project of all parts of a clip that are worth it; those without words are muted beside others that have some.

    `tracks`, `lyrics` and `out` of the request do not count beyond the place of the clip.  Raises `InputError` for a
    clip that cannot be read, or has no notes.
    """
    parts = read_parts(request.clip)
    taken, left = worth_opening([part for part in parts if part.score.notes])
    if not taken:
        raise InputError(f"{request.clip.name} has no notes to sing.", "Choose a clip that has some.")
    spoken = any(part.words for part in taken)
    name = request.name or request.out.stem
    first = taken[0].score
    project = replace(project_of_score(first, name, origin_of(request), request.voice), tracks=())
    problems: dict[str, tuple[Problem, ...]] = {}
    for number, part in enumerate(taken, start=1):
        alone = first.title or name if len(taken) == 1 else f"Part {number}"
        track = track_of_score(part.score, part.name if len(taken) > 1 and part.name else alone, request.voice)
        track = track_named(project, replace(track, mute=spoken and not part.words))
        project = replace(project, tracks=(*project.tracks, track))
        problems[track.id] = part.score.problems
    return OpenedParts(project, problems, tuple(map(_named, left)), sum(track.mute for track in project.tracks))


def _named(part: ScorePart) -> str:
    return part.name or f"{len(part.score.notes)} notes"
