"""Notes copied: within the song, and through the clipboard as text that is a small project."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.api.project import Project, Tempi, Track, TrackNote, parse_project, project_line
from engine.errors import InputError
from engine.score import Curve, NoteId
from gui.document.carried_pitch import laid, lifted
from gui.document.room import free_shift, later_shift
from gui.document.tracks import chosen, fresh_ids, put_notes, track_of
from gui.texts import document as texts


@dataclass(frozen=True, slots=True)
class CopiedNotes:
    """Notes as they lay (in time order, at least one), what was drawn over them, and after which a line ended."""

    notes: tuple[TrackNote, ...]
    drawn: tuple[Curve, ...] = ()
    phrase_breaks: tuple[NoteId, ...] = ()

    @property
    def span(self) -> float:
        """Quarters from the first start to the last end."""
        return self.notes[-1].end - self.notes[0].start

    def text(self) -> str:
        """For the clipboard."""
        track = Track("t1", "copied", notes=self.notes, drawn=self.drawn, phrase_breaks=self.phrase_breaks)
        return project_line(Project("copied", Tempi(((0.0, 120.0),)), (track,)))

    @classmethod
    def read(cls, text: str) -> CopiedNotes:
        """What `text` wrote.  Raises `InputError` for any other text."""
        if not text.lstrip().startswith("{"):
            raise InputError(texts.NO_CLIP_NOTES, texts.NO_CLIP_NOTES_HINT)
        project = parse_project(text.encode("utf-8", "replace"))
        track = project.tracks[0] if project.tracks else None
        if track is None or not track.notes:
            raise InputError(texts.NO_CLIP_NOTES, texts.NO_CLIP_NOTES_HINT)
        return cls(track.notes, track.drawn, track.phrase_breaks)


def copied(project: Project, track: str, ids: Collection[NoteId]) -> CopiedNotes | None:
    """None when there are no such notes."""
    part = track_of(project, track)
    notes = chosen(part, ids)
    breaks = tuple(note.id for note in notes if note.id in part.phrase_breaks)
    return CopiedNotes(tuple(notes), lifted(part, notes), breaks) if notes else None


def paste(project: Project, track: str, copy: CopiedNotes, at: float) -> Project:
    """With the notes from quarters `at` on, or from the first place after it where they all fit between the others."""
    part = track_of(project, track)
    shift = later_shift(copy.notes, part.notes, max(0.0, at) - copy.notes[0].start)
    return _placed(project, part, copy, shift, 0)


def drop_copy(project: Project, track: str, copy: CopiedNotes, quarters: float, keys: int) -> Project:
    """With the notes once more, so much later and higher, or at the nearest place where they all fit."""
    part = track_of(project, track)
    up = min(max(keys, -min(note.key for note in copy.notes)), 127 - max(note.key for note in copy.notes))
    return _placed(project, part, copy, free_shift(copy.notes, part.notes, quarters), up)


def duplicate(project: Project, track: str, ids: Collection[NoteId]) -> Project:
    """With the same notes once more right behind themselves, or at the first place after where they all fit."""
    copy = copied(project, track, ids)
    return project if copy is None else paste(project, track, copy, copy.notes[-1].end)


def new_notes(before: Project, after: Project, track: str) -> tuple[NoteId, ...]:
    """Ids of the notes that an edit has put into a track: what is selected after it."""
    had = {note.id for note in track_of(before, track).notes}
    return tuple(note.id for note in track_of(after, track).notes if note.id not in had)


def _placed(project: Project, part: Track, copy: CopiedNotes, shift: float, up: int) -> Project:
    names = dict(zip((note.id for note in copy.notes), fresh_ids(part), strict=False))
    there = [
        replace(note, id=names[note.id], start=max(0.0, note.start + shift), key=note.key + up) for note in copy.notes
    ]
    breaks = tuple(names[name] for name in copy.phrase_breaks if name in names)
    edited = put_notes(project, part, [*part.notes, *there])
    if breaks:
        now = track_of(edited, part.id)
        edited = edited.with_track(replace(now, phrase_breaks=(*now.phrase_breaks, *breaks)))
    return laid(edited, part.id, copy.drawn, shift, up)
