"""What every language answers: a word in, its phones by sung syllable out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

Word = tuple[str, tuple[str, ...]]
"""A word, and the same as the score divides it over notes (empty: not said)."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """`syllables`: phones of each syllable, in order.

    A syllable has exactly one vowel; only a vowel-less utterance ("mm", "hmm", "shh") has none and is
    one syllable whose nucleus is its last voiced phone.  `known` is False where the sounds were guessed
    from the letters or left out, so that the note can be marked; `message` then says why in one sentence, and
    `remedy` what the user can do about it, if anything.  Nothing pronounceable: no syllables.
    """

    syllables: tuple[tuple[str, ...], ...]
    known: bool
    message: str = ""
    remedy: str = ""

    @property
    def phones(self) -> tuple[str, ...]:
        """All phones in a row."""
        return tuple(phone for syllable in self.syllables for phone in syllable)


class Phonemizer(Protocol):
    """One language."""

    @property
    def language(self) -> str:
        """IETF tag, such as "en"."""

    @property
    def phones(self) -> frozenset[str]:
        """Every phone that can come out."""

    def phonemize_word(self, word: str, written_syllables: tuple[str, ...] = ()) -> Pronunciation:
        """How `word` is sung.

        `written_syllables`: the word as the score divides it over notes, such as ("heav", "en"); it
        chooses among pronunciations the one with as many syllables, and hints at where to cut.
        """


@runtime_checkable
class LinePhonemizer(Phonemizer, Protocol):
    """A language in which words change beside each other, or are read by their neighbours."""

    def phonemize_line(self, words: Sequence[Word]) -> tuple[Pronunciation, ...]:
        """How each of `words` is sung when they follow each other without a breath."""


def phonemize_line(speak: Phonemizer, words: Sequence[Word]) -> tuple[Pronunciation, ...]:
    """`words` in any language, whether or not it reads lines."""
    if isinstance(speak, LinePhonemizer):
        return speak.phonemize_line(words)
    return tuple(speak.phonemize_word(word, written) for word, written in words)


def spread(pronunciation: Pronunciation, num_notes: int) -> tuple[tuple[str, ...], ...]:
    """Phones for each of `num_notes` (>= 1) notes of one word.

    Too many syllables: the surplus goes onto the last note.  Too few: the last notes hold (empty).
    """
    if num_notes < 1:
        raise ValueError("a word lies on at least one note")
    syllables = pronunciation.syllables
    if len(syllables) <= num_notes:
        return syllables + ((),) * (num_notes - len(syllables))
    last = tuple(phone for syllable in syllables[num_notes - 1 :] for phone in syllable)
    return (*syllables[: num_notes - 1], last)
