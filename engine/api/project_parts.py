"""A clip with several parts as a project with a track for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.api.project import NewProject, Project, origin_of, track_named
from engine.errors import InputError
from engine.project.score import project_of_score, track_of_score
from engine.score import Problem, ScorePart, read_parts, worth_opening


@dataclass(frozen=True, slots=True)
class OpenedParts:
    """`problems`: what was wrong with each part, by its track's id; `left_out`: names of parts that are no tracks."""

    project: Project
    problems: Mapping[str, tuple[Problem, ...]]
    left_out: tuple[str, ...] = ()


def project_of_parts(request: NewProject) -> OpenedParts:
    """A project of all parts of a clip that are worth it; those without words are muted beside others that have some.

    Nothing is written; `lyrics`, `tracks` and `language` do not count.  Raises `InputError` for a clip that cannot be
    read, or has no notes.
    """
    parts = read_parts(request.clip)
    taken, left = worth_opening([part for part in parts if part.score.notes])
    if not taken:
        raise InputError(f"{request.clip.name} has no notes to sing.", "Choose a clip that has some.")
    spoken = any(part.words for part in taken)
    name = request.name or request.out.stem
    project = replace(project_of_score(taken[0].score, name, origin_of(request), request.voice), tracks=())
    problems: dict[str, tuple[Problem, ...]] = {}
    for number, part in enumerate(taken, start=1):
        called = part.name or f"Part {number}" if len(parts) > 1 else part.score.title or name
        track = track_of_score(part.score, called, request.voice)
        track = track_named(project, replace(track, mute=spoken and not part.words))
        project = replace(project, tracks=(*project.tracks, track))
        problems[track.id] = part.score.problems
    return OpenedParts(project, problems, tuple(map(_named, left)))


def _named(part: ScorePart) -> str:
    return part.name or f"{len(part.score.notes)} notes"
