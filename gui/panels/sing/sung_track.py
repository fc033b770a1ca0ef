"""What of a song the singing of one track hangs on."""

from __future__ import annotations

from dataclasses import replace

from engine.api.project import Project, Track, project_line


def alone(project: Project, track: str) -> str:
    """The text of a song of that one track, as the engine reads it."""
    parts = tuple(part for part in project.tracks if part.id == track)
    return project_line(replace(project, tracks=parts))


def sung_alike(one: Track | None, other: Track) -> bool:
    """Whether two states of a track sound the same but for its place in the mix."""
    return one is not None and (one is other or _sung(one) == _sung(other))


def _sung(track: Track) -> Track:
    return replace(track, name="", gain_db=0.0, pan=0.0, mute=False, chain="", more={})
