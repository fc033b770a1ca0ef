"""Sounds by hand: a word's own phones, and boundaries between phones that are moved.

A renderer times phones by rules; two knobs of a note bend them: `timing` moves the note's beat, where its vowel
begins, with all its sounds, and `consonants` makes what is no vowel longer or shorter.  A moved boundary is told in
these, so it lands where the rules let it; the next plan shows where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from engine.api.project import Project, TrackNote, is_vowel
from engine.score import KNOBS, Note, NoteId
from gui.document.tracks import chosen, put_changed, track_of

SILENT = frozenset({"SP"})
BREATH = "AP"
SHORTEST_S = 0.005
"""A consonant that is dragged keeps this much."""
_SAME_S = 1e-4


class TimedPhone(Protocol):
    """A phone as the renderer has planned it, seconds from the clip's start."""

    @property
    def label(self) -> str: ...
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def note(self) -> NoteId: ...


@dataclass(frozen=True, slots=True)
class Boundary:
    """What moving the end of a phone changes: `knob` of `note`.  For `consonants`: they reach from the boundary, now
    at `at_s`, to `anchor_s`, which stays."""

    knob: Literal["timing", "consonants"]
    note: NoteId
    at_s: float
    anchor_s: float = 0.0


def word_notes(notes: Sequence[Note], index: int) -> list[int]:
    """Indices of the notes that sing the word of note `index`, held ones left out; [] on a breath or where nothing is
    to be held."""
    word: list[int] = []
    goes_on = False
    for i, note in enumerate(notes):
        if note.holds or note.breath:
            # A held note belongs to the word that it holds.
            if i == index:
                return [] if note.breath else _whole(notes, word)
            continue
        word = [*word, i] if word and (note.continues_word or goes_on) else [i]
        goes_on = not note.ends_word and bool(note.lyric)
        if i == index:
            return _whole(notes, word)
    return []


def set_phones(project: Project, track: str, note: NoteId, phones: Sequence[str]) -> Project:
    """With own phones for the whole word that `note` sings (they stand on its first note); none: as it is spelled."""
    part = track_of(project, track)
    index = next((i for i, own in enumerate(part.notes) if own.id == note), None)
    word = [] if index is None else word_notes(part.notes, index)
    if not word:
        return project
    first = part.notes[word[0]]
    wanted = tuple(phone.strip().upper() for phone in phones if phone.strip())
    return project if first.phones == wanted else put_changed(project, part, [replace(first, phones=wanted)])


def boundary(phones: Sequence[TimedPhone], index: int) -> Boundary | None:
    """What can be moved between phone `index` and the one after it; None where the notes alone decide."""
    if not 0 <= index < len(phones) - 1:
        return None
    before, after = phones[index], phones[index + 1]
    if abs(after.start_s - before.end_s) > _SAME_S:
        return None
    if after.label in SILENT:
        return _coda(phones, index)
    first, end = _syllable(phones, index + 1)
    beat = next((i for i in range(first, end) if _nucleus(phones[i])), None)
    if beat is None:
        return None
    if index + 1 == beat:
        # The vowel stands on the beat: its beginning is the note's.
        return Boundary("timing", after.note, before.end_s)
    if _nucleus(after):
        return None
    # From here on consonants, up to the next vowel or the syllable's end.
    last = next((i for i in range(index + 1, end) if _nucleus(phones[i])), end) - 1
    return Boundary("consonants", after.note, before.end_s, phones[last].end_s)


def move_boundary(project: Project, track: str, phones: Sequence[TimedPhone], index: int, to_s: float) -> Project:
    """With the end of phone `index` brought towards `to_s` (seconds from the clip's start), as far as the knob goes."""
    found = boundary(phones, index)
    part = track_of(project, track)
    notes = chosen(part, (found.note,)) if found else []
    if found is None or not notes:
        return project
    own = notes[0].expression
    if found.knob == "timing":
        value = own.get("timing", 0.0) + to_s - found.at_s
    else:
        was = found.anchor_s - found.at_s
        side = 1.0 if was > 0 else -1.0
        wished = max(side * (found.anchor_s - to_s), SHORTEST_S)
        value = own.get("consonants", 1.0) * wished / max(abs(was), SHORTEST_S)
    return put_changed(project, part, [with_value(notes[0], found.knob, value)])


def with_value(note: TrackNote, knob: str, value: float | None) -> TrackNote:
    """A note with a knob's value, kept within its range; None or the neutral value: without."""
    facts = KNOBS[knob]
    held = None if value is None else min(max(value, facts.low), facts.high)
    rest = {name: own for name, own in note.expression.items() if name != knob}
    if held is not None and held != facts.neutral:
        rest[knob] = held
    return note if rest == note.expression else replace(note, expression=rest)


def _whole(notes: Sequence[Note], begun: Sequence[int]) -> list[int]:
    """The word with the notes behind that go on with it."""
    word = list(begun)
    if not word:
        return word
    goes_on = not notes[word[-1]].ends_word and bool(notes[word[-1]].lyric)
    for i in range(word[-1] + 1, len(notes)):
        note = notes[i]
        if note.holds or note.breath:
            continue
        if not (note.continues_word or goes_on):
            break
        word.append(i)
        goes_on = not note.ends_word and bool(note.lyric)
    return word


def _nucleus(phone: TimedPhone) -> bool:
    return is_vowel(phone.label) or phone.label == BREATH


def _syllable(phones: Sequence[TimedPhone], index: int) -> tuple[int, int]:
    """[first, end) of the sounds that belong to the note of phone `index`, without a silence between."""
    first = end = index
    while first and phones[first - 1].note == phones[index].note and phones[first - 1].label not in SILENT:
        first -= 1
    while end < len(phones) and phones[end].note == phones[index].note and phones[end].label not in SILENT:
        end += 1
    return first, end


def _coda(phones: Sequence[TimedPhone], index: int) -> Boundary | None:
    """The end of the consonants that close a note, before a silence: they reach back to its vowel."""
    begin = _syllable(phones, index)[0]
    first = index + 1
    while first > begin and not _nucleus(phones[first - 1]):
        first -= 1
    if first in (begin, index + 1):
        return None
    return Boundary("consonants", phones[index].note, phones[index].end_s, phones[first].start_s)
