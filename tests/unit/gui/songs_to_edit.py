"""Small projects for tests of edits, and what must hold of any."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from engine.api.project import Project, Tempi, Track, TrackNote, parse_project, project_bytes
from engine.score import Note, NoteId

TRACK = "t1"


def song(*notes: TrackNote, **track: object) -> Project:
    """A project of one track with these notes, at 120 quarters a minute."""
    return Project("test", Tempi(((0.0, 120.0),)), (Track(TRACK, "Lead", notes=notes, **track),))  # type: ignore[arg-type]


def row(*words: str, length: float = 1.0, rest: float = 0.0, key: int = 60) -> tuple[TrackNote, ...]:
    """Notes one after the other: ids n0, n1 ..., each `length` quarters and `rest` quarters apart."""
    return tuple(TrackNote(NoteId(f"n{i}"), i * (length + rest), length, key, word) for i, word in enumerate(words))


def notes_of(project: Project) -> tuple[TrackNote, ...]:
    """Of the only track."""
    return project.tracks[0].notes


def words_of(project: Project) -> list[str]:
    """Lyrics as they are typed."""
    from gui.document.lyrics import written

    return [written(note) for note in notes_of(project)]


def check_sound(project: Project) -> None:
    """Ids unique, notes sorted, none over another, none before 0, and the file can be read again."""
    for track in project.tracks:
        check_notes(track.notes)
    assert parse_project(project_bytes(project)) == project


def check_notes(notes: Sequence[Note]) -> None:
    """As `check_sound`, of notes."""
    assert len({note.id for note in notes}) == len(notes)
    assert all(note.start >= 0 and note.duration > 0 and 0 <= note.key <= 127 for note in notes)
    for before, after in pairwise(notes):
        assert before.start <= after.start
        assert before.end <= after.start + 1e-7
