"""How many notes a word needs."""

from __future__ import annotations

from engine.errors import InputError
from engine.phonemize import guess_language, phonemizer


def count_syllables(word: str, language: str | None = None) -> int:
    """Syllables of `word` by the dictionary, at least 1; `language` an IETF tag, None: as the letters look.

    One for a language that nobody here can pronounce: the singing will say so.
    """
    try:
        return max(1, len(phonemizer(language or guess_language([word])).phonemize_word(word).syllables))
    except InputError:
        return 1
