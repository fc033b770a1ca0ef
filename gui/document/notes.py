"""Edits of notes.  Every function gives a new project, and the same object where nothing changes.

Notes of a track never overlap.  A note that is moved stops at its neighbours, or jumps over them whole into the next
free place (`gui.document.room`); an edge that is moved stops at the neighbour and leaves `SHORTEST` of its note; a new
note takes the room that there is.  Nothing else is pushed or cut.  Drawn pitch goes along; curves of knobs stay, for
they belong to the song's time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter

from engine.api.project import Project, Track, TrackNote
from engine.score import NoteId
from gui.document.carried_pitch import laid, lifted, without
from gui.document.copies import CopiedNotes, copied, duplicate, new_notes, paste
from gui.document.note_cuts import join, split
from gui.document.quantise import quantise
from gui.document.room import free_shift, gap_at
from gui.document.tracks import LONGEST_QUARTERS, SHORTEST, chosen, fresh_ids, placed, put_changed, put_notes, track_of

__all__ = [
    "SHORTEST",
    "CopiedNotes",
    "add",
    "copied",
    "duplicate",
    "join",
    "move",
    "new_notes",
    "paste",
    "quantise",
    "remove",
    "resize",
    "resize_left",
    "resize_right",
    "set_boundary",
    "split",
]

HIGHEST_KEY = 127


def add(project: Project, track: str, start: float, duration: float, key: int, lyric: str = "") -> Project:
    """A new note at `start` quarters, as long as wished or as the room there is; none inside another note, or where
    less than `SHORTEST` is free."""
    part = track_of(project, track)
    gap = gap_at(part.notes, start)
    if gap is None or not 0 <= start < LONGEST_QUARTERS:
        return project
    end = min(start + max(duration, SHORTEST), gap[1])
    if end - start < SHORTEST:
        return project
    key = min(max(key, 0), HIGHEST_KEY)
    note = TrackNote(next(iter(fresh_ids(part))), start, end - start, key, lyric)
    return put_notes(project, part, [*part.notes, note])


def remove(project: Project, track: str, ids: Collection[NoteId]) -> Project:
    """Without notes, and without what was drawn over them."""
    part = track_of(project, track)
    gone = chosen(part, ids)
    if not gone:
        return project
    wanted = {note.id for note in gone}
    edited = put_notes(project, part, [note for note in part.notes if note.id not in wanted])
    return without(edited, track, gone)


def move(project: Project, track: str, ids: Collection[NoteId], quarters: float = 0.0, keys: int = 0) -> Project:
    """Notes later by `quarters` (negative: earlier) and higher by `keys`, all alike, as far as there is room."""
    part = track_of(project, track)
    moved = chosen(part, ids)
    if not moved:
        return project
    wanted = {note.id for note in moved}
    staying = [note for note in part.notes if note.id not in wanted]
    shift = free_shift(moved, staying, quarters)
    up = min(max(keys, -min(note.key for note in moved)), HIGHEST_KEY - max(note.key for note in moved))
    if not shift and not up:
        return project
    there = [placed(note, max(0.0, note.start + shift), note.duration, note.key + up) for note in moved]
    ordered = sorted([*staying, *there], key=attrgetter("start"))
    edited = project.with_track(replace(part, notes=tuple(ordered)))
    pieces = lifted(part, moved)
    return laid(without(edited, track, moved), track, pieces, shift, up) if pieces else edited


def resize(project: Project, track: str, note: NoteId, start: float, end: float) -> Project:
    """A note from `start` to `end` quarters, as far as its neighbours let it."""
    part = track_of(project, track)
    for own, low, high in _with_room(part, (note,)):
        begins = min(max(start, low), high - _shortest(own))
        ends = min(max(end, begins + _shortest(own)), high)
        return put_changed(project, part, [_bounded(own, begins, ends)])
    return project


def resize_right(project: Project, track: str, ids: Collection[NoteId], quarters: float) -> Project:
    """Ends later by `quarters`, each as far as its neighbour lets it."""
    part = track_of(project, track)
    changed = []
    for note, _, high in _with_room(part, ids):
        end = min(max(note.end + quarters, note.start + _shortest(note)), max(high, note.end))
        changed.append(_bounded(note, note.start, end))
    return put_changed(project, part, changed)


def resize_left(project: Project, track: str, ids: Collection[NoteId], quarters: float) -> Project:
    """Starts later by `quarters`, each as far as its neighbour lets it; ends stay."""
    part = track_of(project, track)
    changed = []
    for note, low, _ in _with_room(part, ids):
        start = max(min(note.start + quarters, note.end - _shortest(note)), min(low, note.start))
        changed.append(_bounded(note, start, note.end))
    return put_changed(project, part, changed)


def set_boundary(project: Project, track: str, note: NoteId, at: float) -> Project:
    """Where a note begins and the one before it, which it touches, ends; without one, as `resize_left`."""
    part = track_of(project, track)
    for before, after in pairwise(part.notes):
        if after.id == note and after.start - before.end < TOUCHING:
            low, high = before.start + _shortest(before), after.end - _shortest(after)
            here = min(max(at, low), high)
            pair = [_bounded(before, before.start, here), _bounded(after, here, after.end)]
            return put_changed(project, part, pair)
    found = chosen(part, (note,))
    return resize_left(project, track, (note,), at - found[0].start) if found else project


TOUCHING = 1e-6
"""Notes closer than this are one after the other without a rest."""


def _with_room(track: Track, ids: Collection[NoteId]) -> Iterator[tuple[TrackNote, float, float]]:
    """Each note of `ids` with the quarters that it may reach: the end of the one before, the start of the next."""
    wanted, row = frozenset(ids), track.notes
    for i, note in enumerate(row):
        if note.id in wanted:
            low = row[i - 1].end if i else 0.0
            yield note, low, row[i + 1].start if i + 1 < len(row) else LONGEST_QUARTERS


def _shortest(note: TrackNote) -> float:
    return min(SHORTEST, note.duration)


def _bounded(note: TrackNote, start: float, end: float) -> TrackNote:
    if (start, end) == (note.start, note.end):
        return note
    return placed(note, start, end - start, note.key)
