"""Lyrics typed on a note, and verses spread over notes, in the notation of the sidecar (`engine.score.sidecar`).

Space: next word.  `-` inside a word: next syllable.  `-` or `_` alone: the note before is held.  `+`: next syllable of
a word written whole.  `/` or a new line: phrase end.  `word[ph ph]`: own pronunciation.  `(br)`: a breath.  Kana,
Chinese characters and hangul are a syllable each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.api.project import Project, Track, TrackNote
from engine.score import Note, NoteId, Score
from engine.score.sidecar import PHRASE_REST_QUARTERS, lay_text, parse_lyrics
from engine.score.syllables import Syllable, parse_syllable, plain_words, write_syllable
from gui.document.tracks import track_of

CountSyllables = Callable[[str], int]
_TRIED_RUNS = 3
"""How many runs of notes more or fewer than a verse's syllables ask for are tried."""
_TORN = 4
"""A line that is torn by a rest is as bad as two syllables that are not sung."""


@dataclass(frozen=True, slots=True)
class Laid:
    """`left_over`: syllables for which no note is left, as they are written; `last`: the last note that got one."""

    project: Project
    left_over: tuple[str, ...]
    last: NoteId | None

    def words_left(self, at_most: int) -> str:
        """The first words of what is left over, as people read them; "" for the rest of a word, holds and breaths."""
        return plain_words([parse_syllable(told) for told in self.left_over], at_most)


def written(note: Note) -> str:
    """What is typed on a note, for its field: `parse_lyrics` reads it back.  "" on a note without words."""
    if not (note.lyric or note.phones or note.breath or note.holds or note.continues_word):
        return ""
    return write_syllable(
        Syllable(
            note.lyric,
            note.ends_word,
            holds=note.holds,
            continues_word=note.continues_word,
            phones=note.phones,
            breath=note.breath,
        )
    )


def set_lyric(project: Project, track: str, note: NoteId, text: str, count: CountSyllables | None = None) -> Project:
    """With what was typed on a note; several syllables or words go on over the notes after it.

    One word without hyphens stays on its note, whatever its syllables.  What finds no note is not kept.
    """
    return typed(project, track, note, text, count).project


def typed(project: Project, track: str, note: NoteId, text: str, count: CountSyllables | None = None) -> Laid:
    """As `set_lyric`; also what was left over."""
    part = track_of(project, track)
    index = _index(part, note)
    if index is None:
        return Laid(project, (), None)
    if text.strip() == written(part.notes[index]):
        # Not read again: an elision (two syllables on one note) is written as two words.
        return Laid(project, (), note)
    if not text.strip():
        return _laid(project, part, [(index, Syllable())], ())
    syllables = _flat(text, count)
    places = range(index, min(len(part.notes), index + len(syllables)))
    left = syllables[len(places) :]
    return _laid(project, part, list(zip(places, syllables, strict=False)), left)


def spread(
    project: Project,
    track: str,
    first: NoteId,
    text: str,
    count: CountSyllables | None = None,
    keep_holds: bool = False,
) -> Project:
    """With a pasted verse on the notes from `first` on; notes behind it keep their words.

    Where the text has lines, each finds its own run of notes (runs end at rests longer than a quarter), so a missing
    note spoils only its line; of a verse that is too long for the notes, the end is left over.
    `count` says how many notes a word without hyphens takes (without it: one); `keep_holds`: melismas that are there
    stay, the text goes around them.
    """
    return laid(project, track, first, text, count, keep_holds).project


def laid(
    project: Project,
    track: str,
    first: NoteId,
    text: str,
    count: CountSyllables | None = None,
    keep_holds: bool = False,
) -> Laid:
    """As `spread`; also what was left over."""
    part = track_of(project, track)
    index = _index(part, first)
    phrases = parse_lyrics(text, count)
    if index is None or not phrases:
        return Laid(project, (), None)
    places = [i for i in range(index, len(part.notes)) if not (keep_holds and part.notes[i].holds and i > index)]
    syllables = [syllable for phrase in phrases for syllable in phrase]
    pairs, left = list(zip(places, syllables, strict=False)), syllables[len(places) :]
    if len(phrases) > 1:
        misfit = 2 * len(left) + _TORN * _rests_inside_lines(part, pairs)
        pairs, left = _by_lines(part, places, text, count, len(syllables), misfit) or (pairs, left)
    return _laid(project, part, pairs, left)


def after_typing(
    project: Project, track: str, note: NoteId, text: str, count: CountSyllables | None = None
) -> NoteId | None:
    """Where Tab goes from a field that holds `text`: the note after the last that it fills; None at the end."""
    filled = typed(project, track, note, text, count).last
    return next_note(project, track, filled or note)


def next_note(project: Project, track: str, note: NoteId) -> NoteId | None:
    """Tab; None after the last one."""
    return _beside(project, track, note, 1)


def previous_note(project: Project, track: str, note: NoteId) -> NoteId | None:
    """Shift+Tab; None before the first one."""
    return _beside(project, track, note, -1)


def _beside(project: Project, track: str, note: NoteId, step: int) -> NoteId | None:
    notes = track_of(project, track).notes
    index = next((i for i, own in enumerate(notes) if own.id == note), None)
    if index is None or not 0 <= index + step < len(notes):
        return None
    return notes[index + step].id


def _index(track: Track, note: NoteId) -> int | None:
    return next((i for i, own in enumerate(track.notes) if own.id == note), None)


def _flat(text: str, count: CountSyllables | None) -> list[Syllable]:
    """A field's syllables.  One word without hyphens is one there: who retypes a note means that note."""
    words = text.split()
    if len(words) == 1 or "[" in text:
        count = None
    found = [syllable for phrase in parse_lyrics(text, count) for syllable in phrase]
    if not found:
        return [parse_syllable(text)]
    # A field is no line: only a verse that is pasted ends one.
    found = [replace(syllable, breaks_phrase=False) for syllable in found]
    if parse_syllable(words[0]).joins_previous:
        found[0] = replace(found[0], joins_previous=True)
    return found


def _rests_inside_lines(track: Track, pairs: Sequence[tuple[int, Syllable]]) -> int:
    """How many runs of notes end in the middle of a line, where syllables are simply laid one after the other."""
    return sum(
        track.notes[after].start - track.notes[before].end > PHRASE_REST_QUARTERS and not syllable.breaks_phrase
        for (before, syllable), (after, _) in pairwise(pairs)
    )


def _by_lines(
    track: Track, places: Sequence[int], text: str, count: CountSyllables | None, wanted: int, misfit: int
) -> tuple[list[tuple[int, Syllable]], list[Syllable]] | None:
    """(note, syllable) of a text with lines, each line on its run of notes; and the syllables left over.

    None when no way of doing so fits better than `misfit`, or as well: where there are no rests, lines have no runs.
    """
    notes = [track.notes[i] for i in places]
    best: tuple[list[tuple[int, Syllable]], list[Syllable]] | None = None
    if misfit == 0:
        return best
    for end in _extents(notes, wanted):
        result = lay_text(Score(tuple(note.plain() for note in notes[:end])), text, count)
        if 0 in result.surplus:
            continue  # the verse was pasted on that note
        breaks = set(result.score.phrase_breaks)
        # Behind the text's last syllable nothing changes; between its lines a note without one holds or is bare.
        last = max((i for i in range(end) if i not in result.surplus), default=-1)
        pairs = [(places[i], _syllable(note, breaks)) for i, note in enumerate(result.score.notes[: last + 1])]
        left = [syllable for _, syllable in result.left_over]
        own = 2 * len(left) + sum(i <= last for i in result.surplus)
        if own < misfit or (best is None and own == misfit):
            misfit, best = own, (pairs, left)
    return best


def _extents(notes: Sequence[TrackNote], wanted: int) -> list[int]:
    """Ends of runs of notes that a text of so many syllables may reach, the likeliest first."""
    ends = [
        i
        for i in range(1, len(notes) + 1)
        if i == len(notes) or notes[i].start - notes[i - 1].end > PHRASE_REST_QUARTERS
    ]
    nearest = min(range(len(ends)), key=lambda i: abs(ends[i] - wanted))
    near = range(max(0, nearest - _TRIED_RUNS), min(len(ends), nearest + _TRIED_RUNS + 1))
    return [ends[i] for i in sorted(near, key=lambda i: abs(i - nearest))]


def _syllable(note: Note, breaks: set[NoteId]) -> Syllable:
    return Syllable(
        note.lyric,
        note.ends_word,
        holds=note.holds,
        continues_word=note.continues_word,
        phones=note.phones,
        breath=note.breath,
        breaks_phrase=note.id in breaks,
    )


def _laid(project: Project, track: Track, pairs: Sequence[tuple[int, Syllable]], left: Sequence[Syllable]) -> Laid:
    """With syllables on notes, by their places in the track."""
    notes = list(track.notes)
    for place, syllable in pairs:
        if syllable.joins_previous and not syllable.continues_word and place > 0:
            _join_before(notes, place)
        notes[place] = _with(notes[place], syllable)
    _settle_holds(notes, [place for place, _ in pairs])
    breaks = set(track.phrase_breaks) - {notes[place].id for place, _ in pairs}
    breaks |= {notes[place].id for place, syllable in pairs if syllable.breaks_phrase}
    kept = tuple(note.id for note in notes if note.id in breaks)
    last = notes[pairs[-1][0]].id if pairs else None
    told = tuple(write_syllable(syllable) for syllable in left)
    if all(a is b for a, b in zip(notes, track.notes, strict=True)) and kept == track.phrase_breaks:
        return Laid(project, told, last)
    return Laid(project.with_track(replace(track, notes=tuple(notes), phrase_breaks=kept)), told, last)


def _with(note: TrackNote, syllable: Syllable) -> TrackNote:
    same = (note.lyric, note.ends_word, note.holds, note.continues_word, note.phones, note.breath) == (
        syllable.text, syllable.ends_word, syllable.holds, syllable.continues_word, syllable.phones, syllable.breath
    )  # fmt: skip
    if same:
        return note
    return replace(
        note,
        lyric=syllable.text,
        ends_word=syllable.ends_word,
        holds=syllable.holds,
        continues_word=syllable.continues_word,
        phones=syllable.phones,
        breath=syllable.breath,
    )


def _join_before(notes: list[TrackNote], place: int) -> None:
    """`-la` typed: the syllable before goes on with this one."""
    for i in range(place - 1, -1, -1):
        if notes[i].ends_word and not notes[i].breath:
            notes[i] = replace(notes[i], ends_word=False)
        if not notes[i].holds:
            return


def _settle_holds(notes: list[TrackNote], places: Sequence[int]) -> None:
    """A held note says what its syllable says about the word's end."""
    for place in places:
        for i in range(place, len(notes)):
            if i > place and not notes[i].holds:
                break
            if i and notes[i].holds and notes[i].ends_word != notes[i - 1].ends_word:
                notes[i] = replace(notes[i], ends_word=notes[i - 1].ends_word)
