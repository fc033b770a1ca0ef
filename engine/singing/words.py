"""Which phones are sung on which note.

Syllables are joined into words (a word is pronounced whole), words of one language into lines, the pronunciation is
divided again and spread over the word's notes.  A clip with problems still sings what it can: each problem is reported
with its note, and a note without words is sung on "la".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.phonemize import phonemize_line, phonemizer, primary_language, spread, word_language
from engine.phonemize.base import Pronunciation
from engine.phonemize.phones import ANY_PHONE, BREATH, is_vowel
from engine.score import Note, Problem, TempoMap
from engine.score.syllables import is_kana

PAUSE_S = 0.25
"""After a rest this long the next word no longer changes the one before it."""
WORDLESS = ("L", "AA")
"""Sung on a note that has no lyric."""


@dataclass(frozen=True, slots=True)
class NotePhones:
    """`phones[i]` is sung on note i (empty: the vowel before is held), in `languages[i]` (primary IETF tag).

    What was wrong is in `problems`.
    """

    phones: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """Indices of the notes that carry a word's syllables, what is written on them, and its language."""

    notes: tuple[int, ...]
    written: tuple[str, ...]
    language: str

    @property
    def text(self) -> str:
        """The whole word."""
        return "".join(self.written)


def phones_of_notes(notes: Sequence[Note], language: str, tempo_map: TempoMap) -> NotePhones:
    """Pronounce the words of `notes` (in time order), each in its note's language, else in that of its letters, else
    in `language` (IETF tag).

    Raises `InputError` for a language that nobody here can pronounce.
    """
    phonemizer(language)
    words = _with_languages(notes, _words(notes), primary_language(language))
    phones: list[tuple[str, ...]] = [()] * len(notes)
    problems: list[Problem] = []
    for line in _lines(notes, words, tempo_map):
        spoken = phonemize_line(phonemizer(line[0].language), [(word.text, word.written) for word in line])
        for word, said in zip(line, spoken, strict=True):
            for index, sung in _sing_word(notes, word, said, tempo_map, problems).items():
                phones[index] = sung
    _open_with_sound(notes, phones)
    return NotePhones(tuple(phones), tuple(problems), _languages(len(notes), words, primary_language(language)))


def _with_languages(notes: Sequence[Note], words: Sequence[Sequence[int]], language: str) -> list[_Word]:
    han = "ja" if any(is_kana(char) for note in notes for char in note.lyric) else "zh"
    found = []
    for word in words:
        # A continued syllable has no text of its own, but it counts: "heaven +" has two, "heaven" on one note has one.
        written = tuple(notes[index].lyric for index in word)
        own = primary_language(notes[word[0]].language) or word_language("".join(written), language, han)
        found.append(_Word(tuple(word), written, own))
    return found


def _lines(notes: Sequence[Note], words: Sequence[_Word], tempo_map: TempoMap) -> list[list[_Word]]:
    """Words that follow each other in one language and one breath."""
    lines: list[list[_Word]] = []
    for word in words:
        first = notes[word.notes[0]]
        before = lines[-1][-1] if lines else None
        joins = before is not None and before.language == word.language and bool(before.text and word.text)
        if before is not None and joins and not (first.phones or notes[before.notes[0]].phones):
            between = notes[before.notes[-1] : word.notes[0]]
            rest_s = tempo_map.seconds(first.start) - tempo_map.seconds(between[-1].end)
            if rest_s < PAUSE_S and not any(note.breath for note in between):
                lines[-1].append(word)
                continue
        lines.append([word])
    return lines


def _languages(count: int, words: Sequence[_Word], language: str) -> tuple[str, ...]:
    """Of each note; what carries no word goes on in the language before it."""
    told = [""] * count
    for word in words:
        for index in word.notes:
            told[index] = word.language
    last = next(filter(None, told), language)
    for index, own in enumerate(told):
        last = told[index] = own or last
    return tuple(told)


def _words(notes: Sequence[Note]) -> list[list[int]]:
    """Indices of the notes that carry each word's syllables; held notes and breaths belong to none."""
    words: list[list[int]] = []
    open_word = False
    for index, note in enumerate(notes):
        if note.holds or note.breath:
            continue
        if words and (note.continues_word or open_word):
            words[-1].append(index)
        else:
            words.append([index])
        open_word = not note.ends_word and bool(note.lyric)
    return words


def _sing_word(
    notes: Sequence[Note], word: _Word, spoken: Pronunciation, tempo_map: TempoMap, problems: list[Problem]
) -> dict[int, tuple[str, ...]]:
    first, text, count = notes[word.notes[0]], word.text, len(word.notes)
    if first.phones:
        spoken = Pronunciation(_divided(tuple(p for p in first.phones if p in ANY_PHONE), count), True)
    elif not text:
        return dict.fromkeys(word.notes, WORDLESS)
    remedy = f": {spoken.remedy}" if spoken.remedy else ""
    if not spoken.syllables:
        message = f"“{text}” cannot be pronounced and is sung as “la”{remedy}"
        problems.append(_problem("unpronounceable", message, first, tempo_map))
        return dict.fromkeys(word.notes, WORDLESS)
    if not spoken.known:
        why = "cannot be read in full" if remedy else "is not in the dictionary; its sounds are a guess"
        problems.append(_problem("unknown_word", f"“{text}” {why}{remedy}", first, tempo_map))
    if len(spoken.syllables) > count:
        surplus = len(spoken.syllables) - count
        more = f"{surplus} more syllable{'s' * (surplus > 1)}"
        message = f"“{text}” has {more} than notes; the last note sings them together"
        problems.append(_problem("too_many_syllables", message, notes[word.notes[-1]], tempo_map))
    return dict(zip(word.notes, spread(spoken, count), strict=True))


def _divided(phones: tuple[str, ...], num_notes: int) -> tuple[tuple[str, ...], ...]:
    """Phones written by hand, one vowel a syllable, single consonants to the vowel after them."""
    nuclei = [i for i, p in enumerate(phones) if is_vowel(p)]
    if len(nuclei) < 2 or num_notes < 2:
        return (phones,) if phones else ()
    cuts = [0, *(max(before + 1, after - 1) for before, after in pairwise(nuclei)), len(phones)]
    return tuple(phones[a:b] for a, b in pairwise(cuts))


def _open_with_sound(notes: Sequence[Note], phones: list[tuple[str, ...]]) -> None:
    """Breaths get their phone; a hold with nothing to hold sings "la"."""
    for index, note in enumerate(notes):
        if note.breath:
            phones[index] = (BREATH,)
        elif not phones[index] and (index == 0 or notes[index - 1].breath):
            phones[index] = WORDLESS


def _problem(kind: str, message: str, note: Note, tempo_map: TempoMap) -> Problem:
    bar, beat = tempo_map.bar_beat(note.start)
    return Problem(kind, f"Bar {bar}, beat {beat:g}: {message}.", note.id, bar, beat)
