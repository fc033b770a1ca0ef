"""Chinese: pinyin as the user writes it, and characters where `pypinyin` (the extra "chinese") is installed.

b d g j zh z have no breath: B D G JH JR DZ; p t k q ch c have: P T K CH CR TS; x SH, sh SR, r ZR, h HH.  The i of zi
is IX, of zhi IR; e EX, in en and eng AX; ü Y UE, and YW as a glide; a final r is RV.  The tones move nothing: in a
song the melody has their place.

Words that are not pinyin are said in English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.phonemize.base import Pronunciation, Word
from engine.phonemize.english import EnglishPhonemizer
from engine.phonemize.extras import optional
from engine.phonemize.phones import SPEECH
from engine.phonemize.pinyin import split
from engine.score.syllables import is_han

_RUNS = re.compile(r"[a-zü:êA-ZÜÊ0-5\u0300-\u030c\u00c0-\u01dc'’‘ʼ·-]+")
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_DIGITS = ("ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3")
_NUMBERS = re.compile(r"(?<![a-zA-ZüÜê:\u0300-\u036f\u00c0-\u01dc0-9])[0-9]+")
_HINT = 'write it in pinyin (ni3 hao3), or install the extra: pip install "melisma[chinese]"'


class ChinesePhonemizer:
    """Pinyin with tone numbers, tone marks or none; characters with the extra.  Safe to share between threads."""

    language = "zh"
    phones = SPEECH | {"A", "AX", "AXR", "UE", "RV", "TS", "DZ", "JR", "CR", "SR", "ZR", "EX", "IX", "IR", "YW"}

    def phonemize_word(self, word: str, written_syllables: tuple[str, ...] = ()) -> Pronunciation:
        """See `Phonemizer`.  nihao is divided by the table of syllables, xian as the score wants it."""
        return self.phonemize_line(((word, written_syllables),))[0]

    def phonemize_line(self, words: Sequence[Word]) -> tuple[Pronunciation, ...]:
        """See `LinePhonemizer`: characters are read together, so that 行 is hang in 银行 on two notes."""
        texts = [_digits(word.translate(_FULL_WIDTH)) for word, _ in words]
        readings = _readings("".join(filter(is_han, "".join(texts))))
        found = []
        for text, (word, written) in zip(texts, words, strict=True):
            own = [readings.pop(0) for _ in filter(is_han, text)]
            found.append(_word(text, word, tuple(part.translate(_FULL_WIDTH) for part in written), own))
        return tuple(found)


def _digits(text: str) -> str:
    """Numbers digit by digit, as they are sung; a digit after letters is a tone."""
    return _NUMBERS.sub(lambda match: "".join(_DIGITS[int(digit)] for digit in match.group()), text)


def _readings(characters: str) -> list[str]:
    """Pinyin of each character, "" where it is not known."""
    library = optional("pypinyin") if characters else None
    if library is None:
        return [""] * len(characters)
    toned = library.lazy_pinyin(characters, style=library.Style.TONE3, errors=lambda unread: [""] * len(unread))
    return toned if len(toned) == len(characters) else [""] * len(characters)


def _word(text: str, word: str, written: tuple[str, ...], readings: list[str]) -> Pronunciation:
    syllables: list[tuple[str, ...]] = []
    message = ""
    unread = ""
    for piece in _pieces(text):
        if is_han(piece):
            reading = split(readings.pop(0) or "?")
            unread += "" if reading else piece
            syllables += [spelled.phones for spelled in reading or ()]
        else:
            said = _latin(piece, written if "".join(written) == text else ())
            syllables += said.syllables
            message = message or said.message
    if unread:
        return Pronunciation(tuple(syllables), False, f"There is no reading for “{unread}”: {_HINT}.", _HINT)
    if not syllables:
        message = f"There is nothing to pronounce in {word!r}."
    return Pronunciation(tuple(syllables), not message, message)


def _pieces(text: str) -> list[str]:
    """Single characters, and runs of Latin letters with their tones, in order."""
    pieces = []
    at = 0
    while at < len(text):
        match = _RUNS.match(text, at)
        if match and any(char.isalpha() for char in match.group()):
            pieces.append(match.group())
        elif is_han(text[at]):
            pieces.append(text[at])
        at = match.end() if match else at + 1
    return pieces


def _latin(piece: str, written: tuple[str, ...]) -> Pronunciation:
    parts = [split(part) for part in written]
    if written and all(parts):
        spelled = tuple(one for part in parts for one in part or ())
        if len(spelled) == len(written):
            return Pronunciation(tuple(one.phones for one in spelled), True)
    read = split(piece, len(written))
    if read is None:
        return EnglishPhonemizer().phonemize_word(piece, written)
    return Pronunciation(tuple(one.phones for one in read), True)
