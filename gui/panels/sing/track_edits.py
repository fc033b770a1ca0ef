"""Edits of the list of tracks.  Pure: each gives a new project."""

from __future__ import annotations

from dataclasses import replace

from engine.api.project import Project, Track
from gui.document.tracks import find_track


def with_chain(project: Project, track_id: str, chain: str) -> Project:
    """With a chain behind a track ("": none)."""
    track = find_track(project, track_id)
    return project if track is None or track.chain == chain else project.with_track(replace(track, chain=chain))


def without_chain(project: Project, chain: str) -> Project:
    """Every track that has a chain, without it."""
    for track in project.tracks:
        if track.chain == chain:
            project = with_chain(project, track.id, "")
    return project


def added(project: Project, name: str) -> Project:
    """With an empty track at the end, sung by who sings the last one."""
    last = project.tracks[-1] if project.tracks else None
    voice, language = (last.voice, last.language) if last else ("", "")
    return replace(project, tracks=(*project.tracks, Track(_free_id(project), name, voice, language)))


def duplicated(project: Project, track_id: str, name: str) -> Project:
    """With a copy of a track right behind it."""
    track = find_track(project, track_id)
    if track is None:
        return project
    at = project.tracks.index(track) + 1
    copy = replace(track, id=_free_id(project), name=name)
    return replace(project, tracks=(*project.tracks[:at], copy, *project.tracks[at:]))


def removed(project: Project, track_id: str) -> Project:
    """Without a track; the last one stays, emptied: a song without tracks is no song."""
    rest = tuple(track for track in project.tracks if track.id != track_id)
    if not rest:
        track = project.tracks[0]
        rest = (Track(track.id, track.name, track.voice, track.language),)
    return replace(project, tracks=rest)


def newest(before: Project, after: Project) -> str:
    """Id of the track that `after` has and `before` has not; "" when there is none."""
    known = {track.id for track in before.tracks}
    return next((track.id for track in after.tracks if track.id not in known), "")


def _free_id(project: Project) -> str:
    used = {track.id for track in project.tracks}
    return next(f"t{number}" for number in range(1, len(used) + 2) if f"t{number}" not in used)
