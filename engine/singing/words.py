"""Which phones are sung on which note.

Syllables are joined into words (a word is pronounced whole), the pronunciation is divided again and
spread over the word's notes.  A clip with problems still sings what it can: each problem is reported
with its note, and a note without words is sung on "la".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.phonemize import phonemizer, spread
from engine.phonemize.base import Phonemizer, Pronunciation
from engine.phonemize.phones import BREATH, EVERY_PHONE, is_vowel
from engine.score import Note, Problem, TempoMap

WORDLESS = ("L", "AA")
"""Sung on a note that has no lyric."""


@dataclass(frozen=True, slots=True)
class NotePhones:
    """`phones[i]` is sung on note i (empty: the vowel before is held); what was wrong is in `problems`."""

    phones: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]


def phones_of_notes(notes: Sequence[Note], language: str, tempo_map: TempoMap) -> NotePhones:
    """Pronounce the words of `notes` (in time order) in `language` (IETF tag)."""
    speak = phonemizer(language)
    phones: list[tuple[str, ...]] = [()] * len(notes)
    problems: list[Problem] = []
    for word in _words(notes):
        for index, sung in _sing_word(notes, word, speak, tempo_map, problems).items():
            phones[index] = sung
    _open_with_sound(notes, phones)
    return NotePhones(tuple(phones), tuple(problems))


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
    notes: Sequence[Note], word: list[int], speak: Phonemizer, tempo_map: TempoMap, problems: list[Problem]
) -> dict[int, tuple[str, ...]]:
    first = notes[word[0]]
    # A continued syllable has no text of its own, but it counts: "heaven +" has two, "heaven" on one note has one.
    written = tuple(notes[i].lyric for i in word)
    text = "".join(written)
    if not text and not first.phones:
        return dict.fromkeys(word, WORDLESS)
    spoken = _pronounce(text, written, len(word), first, speak)
    if not spoken.syllables:
        message = f"“{text}” cannot be pronounced and is sung as “la”"
        problems.append(_problem("unpronounceable", message, first, tempo_map))
        return dict.fromkeys(word, WORDLESS)
    if not spoken.known:
        message = f"“{text}” is not in the dictionary; its sounds are a guess"
        problems.append(_problem("unknown_word", message, first, tempo_map))
    if len(spoken.syllables) > len(word):
        surplus = len(spoken.syllables) - len(word)
        more = f"{surplus} more syllable{'s' * (surplus > 1)}"
        message = f"“{text}” has {more} than notes; the last note sings them together"
        problems.append(_problem("too_many_syllables", message, notes[word[-1]], tempo_map))
    return dict(zip(word, spread(spoken, len(word)), strict=True))


def _pronounce(text: str, written: tuple[str, ...], num_notes: int, first: Note, speak: Phonemizer) -> Pronunciation:
    if first.phones:
        return Pronunciation(_divided(tuple(p for p in first.phones if p in EVERY_PHONE), num_notes), True)
    return speak.phonemize_word(text, written)


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
