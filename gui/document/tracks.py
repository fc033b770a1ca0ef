"""What all edits of notes share: a track by its id, its notes put back, ids that nothing had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import count
from operator import attrgetter

from engine.api.project import Project, Track, TrackNote, with_notes
from engine.errors import InputError
from engine.score import NoteId
from gui.texts import document as texts

SHORTEST = 1 / 32
"""Quarters that an edit leaves a note at least; shorter ones that were there stay as they are."""
LONGEST_QUARTERS = 1e6
"""What a project holds."""


def track_of(project: Project, track: str) -> Track:
    """By id.  Raises `InputError` for one that is gone, as after an undo."""
    found = find_track(project, track)
    if found is None:
        raise InputError(texts.NO_TRACK, texts.NO_TRACK_HINT)
    return found


def find_track(project: Project, track: str) -> Track | None:
    """By id."""
    return next((part for part in project.tracks if part.id == track), None)


def chosen(track: Track, ids: Collection[NoteId]) -> list[TrackNote]:
    """The notes of `ids` that there are, in time order."""
    wanted = frozenset(ids)
    return [note for note in track.notes if note.id in wanted]


def fresh_ids(track: Track, used: Iterable[NoteId] = ()) -> Iterable[NoteId]:
    """Ids that no note of the track has, and no takes wait for, without end."""
    taken = {note.id for note in track.notes} | set(track.takes) | set(used)
    # From behind: a thousand notes drawn one by one must not count through a thousand ids each.
    start = len(track.notes)
    names = (NoteId(f"n{number}") for number in count(start))
    return (name for name in names if name not in taken)


def placed(note: TrackNote, start: float, duration: float, key: int) -> TrackNote:
    """`note` elsewhere.  By hand, not by `replace`: a drag of ten thousand notes does this at each move."""
    return TrackNote(
        note.id,
        start,
        duration,
        key,
        note.lyric,
        note.ends_word,
        note.holds,
        note.phones,
        note.breath,
        note.velocity,
        note.continues_word,
        note.language,
        note.expression,
        note.more,
    )


def put_notes(project: Project, track: Track, notes: Sequence[TrackNote]) -> Project:
    """`project` with `notes` in `track`, in time order; takes and line ends of notes that went away pass on."""
    ordered = tuple(sorted(notes, key=attrgetter("start")))
    if len(ordered) == len(track.notes) and all(a is b for a, b in zip(ordered, track.notes, strict=True)):
        return project
    left = {note.id for note in ordered}
    gone = [note.id for note in track.notes if note.id not in left]
    if not gone:
        return project.with_track(replace(track, notes=ordered))
    if any(name in track.takes for name in gone):
        return with_notes(project, track.id, ordered)
    breaks = tuple(name for name in track.phrase_breaks if name in left)
    return project.with_track(replace(track, notes=ordered, phrase_breaks=breaks))


def put_changed(project: Project, track: Track, changed: Iterable[TrackNote]) -> Project:
    """As `put_notes`, of some notes that keep their ids and their order."""
    by_id = {note.id: note for note in changed}
    notes = tuple(by_id.get(note.id, note) for note in track.notes)
    if all(a is b for a, b in zip(notes, track.notes, strict=True)):
        return project
    return project.with_track(replace(track, notes=notes))
