"""Korean: Hangul by rule, a syllable of the text for every syllable of the song.

The letters are first brought to their standard pronunciation (`korean_rules`): 독립 is 동닙.  Then every letter is a
phone: ㄱ ㄷ ㅂ ㅈ G D B JH, tense KK TT PP SS JJ, with breath K T P CH, ㅅ S (SH before ㅣ), ㅎ HH (HY before ㅣ),
ㄹ DX before a vowel and L else; closing ㄱ ㄷ ㅂ KQ TQ PQ; ㅏ A, ㅓ EO, ㅗ O, ㅜ UW, ㅡ EU, ㅣ IY, ㅐ and ㅔ EH.

English words in the text are said in English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.phonemize.base import Pronunciation, Word
from engine.phonemize.english import EnglishPhonemizer
from engine.phonemize.hangul import Block, is_korean, normalize
from engine.phonemize.korean_numbers import spell_korean_numbers
from engine.phonemize.korean_rules import sounds
from engine.phonemize.phones import SPEECH

_ONSETS = dict(
    zip("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
        ("G", "KK", "N", "D", "TT", "DX", "M", "B", "PP", "S", "SS", "", "JH", "JJ", "CH", "K", "T", "P", "HH"),
        strict=True)
)  # fmt: skip
_VOWELS = dict(
    zip("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
        ("A", "EH", "Y A", "Y EH", "EO", "EH", "Y EO", "Y EH", "O", "W A", "W EH", "W EH", "Y O", "UW", "W EO", "W EH",
         "W IY", "Y UW", "EU", "WX IY", "IY"),
        strict=True)
)  # fmt: skip
_CODAS = {"": "", "ㄱ": "KQ", "ㄴ": "N", "ㄷ": "TQ", "ㄹ": "L", "ㅁ": "M", "ㅂ": "PQ", "ㅇ": "NG"}
_SOFTENED = {"S": "SH", "SS": "SH", "HH": "HY"}
"""Before ㅣ and its glides."""
_PAUSES = re.compile(r"[,.!?;:…。、，！？；：]\s*$")
_SPLIT = re.compile(r"[a-z'’]+", re.IGNORECASE)


class KoreanPhonemizer:
    """Hangul, digits, and English words between them.  Keeps nothing: safe to share between threads."""

    language = "ko"
    phones = SPEECH | {
        "A", "O", "EO", "EU", "WX", "HY", "DX", "PP", "TT", "KK", "SS", "JJ", "PQ", "TQ", "KQ",
    }  # fmt: skip

    def phonemize_word(self, word: str, written_syllables: tuple[str, ...] = ()) -> Pronunciation:
        """See `Phonemizer`.  The division of the score is that of the letters: it need not be told."""
        return self.phonemize_line(((word, written_syllables),))[0]

    def phonemize_line(self, words: Sequence[Word]) -> tuple[Pronunciation, ...]:
        """See `LinePhonemizer`: 못 잊어 is 몬 니저.

        A row of words of one syllable each is taken for one long word: most songs are written a syllable a note.
        """
        pieces = [_pieces(word) for word, _ in words]
        single = sum(len(found) == len(found[0]) == 1 for found in pieces if found)
        glued = single > 0.8 * len(pieces) and len(pieces) > 2
        heard: list[list[tuple[str, ...]]] = [[] for _ in words]
        line: list[tuple[int, str]] = []
        for number, ((word, written), found) in enumerate(zip(words, pieces, strict=True)):
            for piece in found:
                if is_korean(piece[0]):
                    line.append((number, piece))
                else:
                    _sing(line, heard, glued)
                    heard[number] += EnglishPhonemizer().phonemize_word(piece, _as_written(piece, written)).syllables
            if _PAUSES.search(word):
                _sing(line, heard, glued)
        _sing(line, heard, glued)
        return tuple(_answer(word, tuple(said)) for (word, _), said in zip(words, heard, strict=True))


def _pieces(word: str) -> list[str]:
    """Korean and English tokens of a lyric, in order; everything else is no sound."""
    pieces: list[str] = []
    for token in spell_korean_numbers(normalize(word)).split():
        at = 0
        for match in _SPLIT.finditer(token):
            pieces += ["".join(filter(is_korean, token[at : match.start()])), match.group()]
            at = match.end()
        pieces.append("".join(filter(is_korean, token[at:])))
    return [piece for piece in pieces if piece.strip("'’")]


def _as_written(piece: str, written: tuple[str, ...]) -> tuple[str, ...]:
    return written if "".join(written).casefold() == piece.casefold() else ()


def _sing(line: list[tuple[int, str]], heard: list[list[tuple[str, ...]]], glued: bool) -> None:
    """Pronounce `line` (number of the word, letters) into `heard`, and empty it."""
    words = ["".join(text for _, text in line)] if glued and line else [text for _, text in line]
    blocks = [block for word in sounds(words) for block in word]
    said = [_phones(block, before) for before, block in zip([None, *blocks], blocks, strict=False)]
    for number, text in line:
        heard[number] += said[: len(text)]
        del said[: len(text)]
    line.clear()


def _phones(block: Block, before: Block | None) -> tuple[str, ...]:
    onset, vowel, coda = _ONSETS[block.onset], _VOWELS[block.vowel], _CODAS[block.coda]
    if onset in _SOFTENED and block.vowel in "ㅣㅑㅒㅕㅖㅛㅠ":
        onset, vowel = _SOFTENED[onset], vowel.removeprefix("Y ")
    elif block.onset in "ㅅㅆ" and block.vowel == "ㅟ":
        onset = "SH"
    elif onset == "DX" and before and before.coda == "ㄹ":
        onset = "L"
    return tuple(f"{onset} {vowel} {coda}".split())


def _answer(word: str, syllables: tuple[tuple[str, ...], ...]) -> Pronunciation:
    unread = next((char for char in normalize(word) if char.isalpha() and not (is_korean(char) or char.isascii())), "")
    if unread:
        return Pronunciation(syllables, False, f"Korean does not know how to say {unread!r}: write it in Hangul.")
    message = "" if syllables else f"There is nothing to pronounce in {word!r}."
    return Pronunciation(syllables, not message, message)
