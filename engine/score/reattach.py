"""Lyrics that stay on their notes while a producer edits, though a DAW gives notes no names.

`lay` puts a text on notes for the first time; `reattach` carries it over to the notes as they are now.  Both give a
`Score`, and what to remember (`LaidNote`s): the notes with their syllables, and among them the syllables that wait
because their note went away, so that an undo in the DAW brings them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.score.assemble import TOUCHING_QUARTERS, link_words
from engine.score.model import Note, Score
from engine.score.note_match import Matching, match_notes
from engine.score.settle import settle
from engine.score.sidecar import CountSyllables, lay_text
from engine.score.syllables import Syllable

_NEIGHBOURS = 2  # on either side, that say where a note which is gone would be by now


@dataclass(frozen=True, slots=True)
class LaidNote:
    """A note on which lyrics were laid; `start` and `duration` in quarters.

    `syllable` None: the text had none for it.  `gone`: the clip has this note no longer, its syllable waits.  A
    syllable that never had a note waits with duration 0 behind the note that it follows in the text.
    """

    start: float
    duration: float
    key: int
    syllable: Syllable | None = None
    gone: bool = False

    @property
    def unplaced(self) -> bool:
        """It waits for a first note."""
        return self.gone and self.duration == 0


@dataclass(frozen=True, slots=True)
class Attached:
    """`score` to be sung, `laid` to be remembered.

    `known`: how like the notes are to what they were, 1 where all are; two melodies by chance reach about 0.45.
    """

    score: Score
    laid: tuple[LaidNote, ...]
    known: float = 1.0


def lay(score: Score, text: str, count_syllables: CountSyllables | None = None) -> Attached:
    """Lay a text in the sidecar's notation (`apply_lyrics`) on the notes of `score`, whose own lyrics do not count."""
    result = lay_text(score, text, count_syllables)
    breaks = set(result.score.phrase_breaks)
    laid = [
        LaidNote(n.start, n.duration, n.key, None if i in result.surplus else _syllable(n, n.id in breaks))
        for i, n in enumerate(result.score.notes)
    ]
    for place, syllable in reversed(result.left_over):
        after = laid[place - 1] if place else LaidNote(0.0, 0.0, 60)
        laid.insert(place, LaidNote(after.start + after.duration, 0.0, after.key, syllable, gone=True))
    return _attached(score, _linked(laid), 1.0)


def reattach(laid: Sequence[LaidNote], score: Score) -> Attached:
    """Carry the syllables of `laid` over to the notes of `score`, whose own lyrics do not count.

    A note that was moved, transposed, stretched or quantised, alone or with others, keeps its syllable.  One that is
    gone leaves its syllable waiting: a problem names it, and it comes back with the note.  A new note takes a syllable
    that waits for a first note there, else holds the vowel before it where it touches it (so a note that was split
    becomes a melisma), else is reported.
    """
    timed = [note for note in laid if not note.unplaced]
    matching = match_notes(timed, [note.gone for note in timed], score.notes)
    merged = _merged(laid, timed, matching, score.notes)
    return _attached(score, merged, matching.likeness)


def _attached(score: Score, laid: Sequence[LaidNote], known: float) -> Attached:
    return Attached(settle(score, [(note.syllable, note.gone) for note in laid]), tuple(laid), known)


def _syllable(note: Note, breaks: bool) -> Syllable | None:
    """What lies on a note, None where nothing does."""
    if not (note.lyric or note.phones or note.breath or note.holds or note.continues_word):
        return None
    return Syllable(
        text=note.lyric,
        ends_word=note.ends_word,
        holds=note.holds,
        continues_word=note.continues_word,
        phones=note.phones,
        breath=note.breath,
        breaks_phrase=breaks,
    )


def _linked(laid: Sequence[LaidNote]) -> list[LaidNote]:
    """Words put together over the whole text, those parts that wait included."""
    linked = link_words([note.syllable or Syllable() for note in laid])
    return [
        replace(note, syllable=None if note.syllable is None else syllable)
        for note, syllable in zip(laid, linked, strict=True)
    ]


def _merged(
    laid: Sequence[LaidNote], timed: Sequence[LaidNote], matching: Matching, notes: Sequence[Note]
) -> list[LaidNote]:
    """The notes of now, and between them what waits, in the order of the text."""
    moved = _moved(timed, matching, notes)
    merged: list[LaidNote] = []
    gap: list[LaidNote] = []
    done = 0
    number = -1
    for note in laid:
        if note.unplaced:
            gap.append(note)
            continue
        number += 1
        after = matching.after_of[number]
        if after is None:
            if note.syllable is not None:
                gap.append(replace(moved[number], gone=True))
            continue
        _fill(merged, gap, notes, done, after)
        gap = []
        merged.append(_at(notes[after], note.syllable))
        done = after + 1
    _fill(merged, gap, notes, done, len(notes))
    return merged


def _fill(merged: list[LaidNote], gap: Sequence[LaidNote], notes: Sequence[Note], first: int, end: int) -> None:
    """Append the new notes [first, end) and what waits between them; syllables without a place take new notes."""
    gap = _worth_waiting(gap)
    for number in range(first, end):
        note = notes[number]
        while gap and not gap[0].unplaced and gap[0].start <= note.start:
            merged.append(gap.pop(0))
        if gap and gap[0].unplaced:
            merged.append(_at(note, gap.pop(0).syllable))
        else:
            holds = number > 0 and _goes_on(merged, notes[number - 1], note)
            merged.append(_at(note, Syllable(holds=True) if holds else None))
    merged += gap


def _worth_waiting(gap: Sequence[LaidNote]) -> list[LaidNote]:
    """A held note that is gone is no loss, unless a syllable would take its place when it comes back."""
    last = max((i for i, note in enumerate(gap) if note.unplaced), default=-1)
    return [note for i, note in enumerate(gap) if i <= last or not (note.syllable and note.syllable.holds)]


def _goes_on(merged: Sequence[LaidNote], before: Note, note: Note) -> bool:
    """Whether a new note holds the vowel before it: it touches, and no breath is drawn there."""
    last = next((entry for entry in reversed(merged) if not entry.gone), None)
    breath = last is not None and last.syllable is not None and last.syllable.breath
    return not breath and note.start - before.end < TOUCHING_QUARTERS


def _at(note: Note, syllable: Syllable | None) -> LaidNote:
    return LaidNote(note.start, note.duration, note.key, syllable)


def _moved(timed: Sequence[LaidNote], matching: Matching, notes: Sequence[Note]) -> list[LaidNote]:
    """Every note of before where it would be by now: those that are gone went with their neighbours."""
    kept = [(i, after) for i, after in enumerate(matching.after_of) if after is not None]
    moved: list[LaidNote] = []
    place = 0
    for i, note in enumerate(timed):
        while place < len(kept) and kept[place][0] < i:
            place += 1
        near = kept[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
        if not near:
            moved.append(note)
            continue
        before, after = min(near, key=lambda pair: abs(timed[pair[0]].start - note.start))
        start = notes[after].start + (note.start - timed[before].start) * matching.stretch
        ups = sorted(notes[n].key - timed[b].key for b, n in near)
        key = min(127, max(0, note.key + ups[len(ups) // 2]))
        moved.append(replace(note, start=max(0.0, start), duration=note.duration * matching.stretch, key=key))
    return _ascending(moved)


def _ascending(notes: Sequence[LaidNote]) -> list[LaidNote]:
    """In the text's order and in time: what waits never overtakes."""
    ordered = list(notes[:1])
    for _, note in pairwise(notes):
        ordered.append(replace(note, start=max(note.start, ordered[-1].start)))
    return ordered
