"""The knife and the glue: one note made two, several made one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from engine.api.project import Project, Track, TrackNote
from engine.score import NoteId
from gui.document.tracks import SHORTEST, fresh_ids, put_notes, track_of

_SHARED = frozenset({"dynamics", "breathiness", "tension", "gender"})
"""Knobs that a second piece keeps: the sound goes on.  The others shape a beginning, or a sway of its own."""


def split(project: Project, track: str, note: NoteId, at: float, count: Callable[[str], int] | None = None) -> Project:
    """A note made two at quarters `at`; nothing happens nearer than `SHORTEST` to its ends.

    The second piece holds the vowel; where `count` (syllables of a word) says that the word written on the note has
    more syllables than notes, it sings the next of them.
    """
    part = track_of(project, track)
    index = next((i for i, own in enumerate(part.notes) if own.id == note), None)
    if index is None:
        return project
    whole = part.notes[index]
    if not whole.start + SHORTEST <= at <= whole.end - SHORTEST:
        return project
    goes_on = count is not None and _has_more(part.notes, index, count)
    second = TrackNote(
        id=next(iter(fresh_ids(part))),
        start=at,
        duration=whole.end - at,
        key=whole.key,
        ends_word=whole.ends_word,
        holds=not goes_on and not whole.breath,
        continues_word=goes_on,
        breath=whole.breath,
        velocity=whole.velocity,
        language=whole.language,
        expression={name: value for name, value in whole.expression.items() if name in _SHARED},
    )
    first = replace(whole, duration=at - whole.start, ends_word=whole.ends_word and not goes_on)
    edited = put_notes(project, part, [*part.notes[:index], first, second, *part.notes[index + 1 :]])
    return _with_break_at(edited, track, whole.id, second.id)


def join(project: Project, track: str, ids: Collection[NoteId]) -> Project:
    """Notes that follow each other made one each, at the key of the first; a rest between them is sung.

    Their syllables stand together on the one note; takes and line ends pass on to it.
    """
    part = track_of(project, track)
    wanted = frozenset(ids)
    notes: list[TrackNote] = []
    renamed: dict[NoteId, NoteId] = {}
    for run in _runs(part, wanted):
        notes.append(run[0] if len(run) == 1 else _one(run))
        renamed |= {gone.id: run[0].id for gone in run[1:]}
    if not renamed:
        return project
    breaks = tuple(dict.fromkeys(renamed.get(name, name) for name in part.phrase_breaks))
    edited = put_notes(project, part, notes)
    return edited.with_track(replace(track_of(edited, track), phrase_breaks=breaks))


def _has_more(notes: Sequence[TrackNote], index: int, count: Callable[[str], int]) -> bool:
    """Whether the word that is written whole on a note has syllables without a note."""
    whole = notes[index]
    if not whole.lyric or whole.phones:
        return False
    carried = 1
    for note in notes[index + 1 :]:
        if not note.holds and not note.continues_word:
            break
        carried += note.continues_word
    return count(whole.lyric) > carried


def _with_break_at(project: Project, track: str, before: NoteId, after: NoteId) -> Project:
    """A line that ended with the first piece ends with the second."""
    part = track_of(project, track)
    if before not in part.phrase_breaks:
        return project
    breaks = tuple(after if name == before else name for name in part.phrase_breaks)
    return project.with_track(replace(part, phrase_breaks=breaks))


def _runs(track: Track, wanted: frozenset[NoteId]) -> list[list[TrackNote]]:
    """All notes in order; those of `wanted` that follow each other together."""
    runs: list[list[TrackNote]] = []
    for note in track.notes:
        if runs and note.id in wanted and runs[-1][-1].id in wanted:
            runs[-1].append(note)
        else:
            runs.append([note])
    return runs


def _one(run: Sequence[TrackNote]) -> TrackNote:
    first = run[0]
    sung = [note for note in run if note.lyric or note.phones]
    written = ""
    for note in sung:
        written += note.lyric + (" " if note.ends_word else "")
    # Own phones stand on a word's first note and are the whole word's.
    heads = [note for i, note in enumerate(sung) if i == 0 or sung[i - 1].ends_word]
    phones = tuple(phone for note in heads for phone in note.phones) if all(note.phones for note in heads) else ()
    return replace(
        first,
        duration=run[-1].end - first.start,
        lyric=written.strip(),
        ends_word=run[-1].ends_word,
        holds=first.holds and not sung,
        continues_word=first.continues_word and not sung,
        breath=all(note.breath for note in run),
        phones=phones,
    )
