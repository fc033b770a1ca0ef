"""Hangul as letters: a syllable block is opening consonant, vowel and closing consonants, by Unicode arithmetic."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_FIRST, _LAST = 0xAC00, 0xD7A3
_CONJOINING = (
    {chr(0x1100 + i): letter for i, letter in enumerate(ONSETS)}
    | {chr(0x1161 + i): letter for i, letter in enumerate(VOWELS)}
    | {chr(0x11A7 + i): letter for i, letter in enumerate(CODAS) if letter}
)


@dataclass(frozen=True, slots=True)
class Block:
    """One syllable in letters; onset ㅇ is none, `coda` may be empty.

    `begins_word` and `begins_line`: what was before it, another word or nothing.
    """

    onset: str
    vowel: str
    coda: str = ""
    begins_word: bool = False
    begins_line: bool = False

    @property
    def text(self) -> str:
        """The block as one character."""
        letters = (ONSETS.index(self.onset) * len(VOWELS) + VOWELS.index(self.vowel)) * len(CODAS)
        return chr(_FIRST + letters + CODAS.index(self.coda))


def normalize(text: str) -> str:
    """Blocks put together, half-width and lone letters in their usual form; everything else as it was."""
    folded = "".join(unicodedata.normalize("NFKC", c) if "\uffa0" <= c <= "\uffdc" else c for c in text)
    return "".join(_CONJOINING.get(char, char) for char in unicodedata.normalize("NFC", folded))


def is_korean(char: str) -> bool:
    """A block or a lone letter in use today (after `normalize`)."""
    return _FIRST <= ord(char) <= _LAST or char in ONSETS or char in VOWELS or char in CODAS[1:]


def blocks(text: str) -> list[Block]:
    """`text` (Korean letters only) as blocks.

    A lone vowel is sung by itself, a lone consonant with ㅡ (ㅋㅋ: 크크), ㅇ alone is 응.
    """
    return [_block(char) for char in text]


def _block(char: str) -> Block:
    if char in VOWELS:
        return Block("ㅇ", char)
    if char == "ㅇ":
        return Block("ㅇ", "ㅡ", "ㅇ")
    if char in ONSETS:
        return Block(char, "ㅡ")
    if char in CODAS:
        return Block("ㅇ", "ㅡ", char)
    number, coda = divmod(ord(char) - _FIRST, len(CODAS))
    onset, vowel = divmod(number, len(VOWELS))
    return Block(ONSETS[onset], VOWELS[vowel], CODAS[coda])
