"""What no single field can be blamed for: ids, order, and what names what."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import PurePosixPath, PureWindowsPath

from engine.errors import InputError
from engine.project.model import Project, Track
from engine.project.schema import Faults, member

_TOUCHING_QUARTERS = 1e-6
"""Rounding of a file's numbers is no overlap."""


def check_project(project: Project, faults: Faults) -> None:
    """Adds to `faults` what does not fit together."""
    try:
        project.tempo_map.tempo_map()
    except InputError as error:
        faults.add("tempo_map", error.message[:1].lower() + error.message[1:].rstrip("."))
    if project.clip and not confined(project.clip.path):
        faults.add("clip.path", "must lead from the project's folder down, without `..`")
    _unique("tracks", (track.id for track in project.tracks), faults)
    for number, track in enumerate(project.tracks):
        _check_track(f"tracks[{number}]", track, faults)


def confined(path: str) -> bool:
    """Whether `path` is relative and stays below its folder on every system."""
    if "\\" in path or "\0" in path or PureWindowsPath(path).drive:
        return False
    return not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts


def _check_track(place: str, track: Track, faults: Faults) -> None:
    _unique(f"{place}.notes", (note.id for note in track.notes), faults)
    for number, (before, after) in enumerate(pairwise(track.notes), start=1):
        if after.start < before.end - _TOUCHING_QUARTERS:
            faults.add(f"{place}.notes[{number}].start", "must not come before the end of the note before it")
    for number, piece in enumerate(track.drawn):
        if piece.end <= piece.start:
            faults.add(f"{place}.drawn[{number}]", "must have a beginning and an end")
    for number, (first, second) in enumerate(pairwise(track.drawn), start=1):
        if second.start < first.end:
            faults.add(f"{place}.drawn[{number}]", "must not begin before the end of the piece before it")
    for name, takes in track.takes.items():
        inside = member(f"{place}.takes", name)
        _unique(f"{inside}.takes", (take.id for take in takes.takes), faults)
        if takes.chosen not in {take.id for take in takes.takes}:
            faults.add(f"{inside}.chosen", f"must be the id of one of the takes, is {takes.chosen!r}")
    if sum(track.blend.values()) > 1 + 1e-6:
        faults.add(f"{place}.blend", "must not add up to more than 1")


def _unique(place: str, ids: Iterable[str], faults: Faults) -> None:
    seen: set[str] = set()
    for number, name in enumerate(ids):
        if name in seen:
            faults.add(f"{place}[{number}].id", f"must be unique, but {name!r} was there before")
        seen.add(name)
