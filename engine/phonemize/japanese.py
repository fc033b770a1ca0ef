"""Japanese: kana and romaji, mora by mora.

The sounds: a A, i IY, u U, e EH, o AO; r is DX, one tap; hi and hya begin with HY; f is F, ts TS, sh SH, ch CH, j JH;
the n of its own mora is M before p b m, NG before k g, else N; the small tsu holds the next consonant: K IY T | T EH.

Without a division by the score, n, small tsu and long marks belong to the syllable before them, and "ou", "uu"
are long.  With one, each written part is a note: a part that is only n hums it, a part that is only a long mark
or small tsu sings the vowel before it again, and two vowels in one part become a diphthong (ai AY).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from engine.phonemize.base import Pronunciation, Word
from engine.phonemize.english import EnglishPhonemizer
from engine.phonemize.kanji import HINT, in_kana
from engine.phonemize.phones import AFFRICATES, FRICATIVES, SPEECH, STOPS, is_vowel

VOWEL_PHONES = {"a": "A", "i": "IY", "u": "U", "e": "EH", "o": "AO"}
_CONSONANT_PHONES = {
    "": "", "k": "K", "g": "G", "s": "S", "sh": "SH", "z": "Z", "j": "JH", "t": "T", "ch": "CH", "ts": "TS",
    "d": "D", "n": "N", "h": "HH", "f": "F", "b": "B", "p": "P", "m": "M", "y": "Y", "r": "DX", "w": "W", "v": "V",
    "kw": "K W", "gw": "G W",
    "ky": "K Y", "gy": "G Y", "ny": "N Y", "hy": "HY", "by": "B Y", "py": "P Y", "my": "M Y", "ry": "DX Y",
    "fy": "F Y", "ty": "T Y", "dy": "D Y", "vy": "V Y",
}  # fmt: skip
_ROWS = (
    ("", "あいうえお"), ("k", "かきくけこ"), ("g", "がぎぐげご"), ("s", "さ すせそ"), ("z", "ざ ずぜぞ"),
    ("t", "た  てと"), ("d", "だ  でど"), ("n", "なにぬねの"), ("h", "はひ へほ"), ("b", "ばびぶべぼ"),
    ("p", "ぱぴぷぺぽ"), ("m", "まみむめも"), ("y", "や ゆ よ"), ("r", "らりるれろ"), ("w", "わゐ ゑ "),
    ("sh", " し   "), ("j", " じ   "), ("ch", " ち   "), ("ts", "  つ  "), ("f", "  ふ  "), ("v", "  ゔ  "),
    ("j", " ぢ   "), ("z", "  づ  "), ("", "    を"),
)  # fmt: skip
_GLIDED = {"し": "sh", "じ": "j", "ち": "ch", "ぢ": "j", "き": "ky", "ぎ": "gy", "に": "ny", "ひ": "hy", "び": "by",
           "ぴ": "py", "み": "my", "り": "ry", "ふ": "fy", "て": "ty", "で": "dy", "ゔ": "vy"}  # fmt: skip
_LOAN = {"ふ": "f", "ゔ": "v", "つ": "ts", "う": "w", "し": "sh", "じ": "j", "ち": "ch", "て": "t", "で": "d",
         "と": "t", "ど": "d", "く": "kw", "ぐ": "gw", "い": "y", "す": "s", "ず": "z"}  # fmt: skip
_SMALL_VOWELS = dict(zip("ぁぃぅぇぉ", "aiueo", strict=True))
_SMALL_GLIDES = dict(zip("ゃゅょ", "auo", strict=True))

NASAL, CLOSURE, LONG = "N", "Q", "-"
_DIPHTHONGS = {("A", "IY"): "AY", ("A", "U"): "AW", ("EH", "IY"): "EY", ("AO", "IY"): "OY"}
_LONG_MARKS = "ー〜～-"
_ROMAJI_MORA = re.compile(
    r"(?P<onset>sh|ch|ts|[kgnhbpmrfdvt]y|[sztj]y|kw|gw|[kgszjtdnhfbpmyrwv])?(?P<vowel>[aiueo])"
    r"|(?P<nasal>n'|n(?![aiueoy])|m(?=[bpm]))|(?P<closure>t(?=ch)|(?P<c>[kgsztdhfbpr])(?=(?P=c)))|(?P<long>-)"
)
_KUNREI = {"sy": "sh", "zy": "j", "jy": "j", "ty": "ch", "dy": "j"}
_KUNREI_SYLLABLES = {"si": "sh", "ti": "ch", "tu": "ts", "hu": "f", "zi": "j", "di": "j", "du": "z"}


def _kana_table() -> dict[str, tuple[str, str]]:
    """Kana of one or two characters -> (consonant, vowel)."""
    table = {kana: (c, v) for c, row in _ROWS for kana, v in zip(row, "aiueo", strict=True) if kana != " "}
    table |= {k + small: (c, v) for k, c in _GLIDED.items() for small, v in _SMALL_GLIDES.items()}
    table |= {k + "ぇ": (c, "e") for k, c in _GLIDED.items()}
    table |= {k + small: (c, v) for k, c in _LOAN.items() for small, v in _SMALL_VOWELS.items()}
    return table | dict(zip(_SMALL_VOWELS, (("", v) for v in "aiueo"), strict=True))


_KANA = _kana_table()
_VOICED = str.maketrans("かきくけこさしすせそたちつてとはひふへほ", "がぎぐげござじずぜぞだぢづでどばびぶべぼ")


@dataclass(frozen=True, slots=True)
class Mora:
    """`vowel` is a-o, or `NASAL`, `CLOSURE`, `LONG`; `starts` says whether it begins a written part."""

    consonant: str
    vowel: str
    starts: bool

    @property
    def onset(self) -> tuple[str, ...]:
        """Phones before the vowel."""
        if (self.consonant, self.vowel) == ("h", "i"):
            return ("HY",)
        return tuple(_CONSONANT_PHONES[self.consonant].split())


class JapanesePhonemizer:
    """Kana and romaji; words in other Latin letters are said in English; kanji where their dictionary is installed."""

    language = "ja"
    phones = SPEECH | {"A", "U", "HY", "TS", "DX"}

    def phonemize_word(self, word: str, written_syllables: tuple[str, ...] = ()) -> Pronunciation:
        """See `Phonemizer`."""
        return self.phonemize_line(((word, written_syllables),))[0]

    def phonemize_line(self, words: Sequence[Word]) -> tuple[Pronunciation, ...]:
        """See `LinePhonemizer`: kanji are read by their neighbours."""
        return tuple(self._word(word, written) for word, written in in_kana(words))

    def _word(self, word: str, written_syllables: tuple[str, ...]) -> Pronunciation:
        parts = tuple(normalize(part) for part in written_syllables)
        divided = bool(parts) and "".join(parts) == normalize(word)
        moras: list[Mora] = []
        unread = ""
        for part in parts if divided else (normalize(word),):
            found, rest = _read(part)
            moras += found
            unread += rest
        if unread.isascii() and unread.isalpha():
            return EnglishPhonemizer().phonemize_word(word, written_syllables)
        syllables = tuple(tuple(syllable) for syllable in _syllables(moras, divided))
        if unread:
            return Pronunciation(syllables, False, f"There is no reading for “{unread}”: {HINT}.", HINT)
        message = "" if syllables else f"There is nothing to pronounce in {word!r}."
        return Pronunciation(syllables, not message, message)


def normalize(text: str) -> str:
    """Hiragana, lower case Latin letters and marks; half-width and katakana folded; repeat marks resolved."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in folded)
    out = ""
    for char in folded:
        if char in "ゝヽゞヾ" and out:
            out += out[-1].translate(_VOICED) if char in "ゞヾ" else out[-1]
        elif unicodedata.category(char)[0] in "LM" or char in _LONG_MARKS + "'’":
            out += char
    return out.replace("’", "'").strip("'")


def moras_of(text: str) -> list[Mora]:
    """The moras of kana or romaji; what cannot be read is left out."""
    return _read(normalize(text))[0]


def _read(part: str) -> tuple[list[Mora], str]:
    """Moras of one written part, and the characters nobody could read."""
    romaji = unicodedata.normalize("NFKD", part).replace("\u0304", "-").replace("\u0302", "-")
    if part and all(char.isascii() and (char.isalpha() or char in "'-") for char in romaji):
        return _read_romaji(romaji)
    moras: list[Mora] = []
    unread = ""
    at = 0
    while at < len(part):
        size = 2 if part[at : at + 2] in _KANA else 1
        mora = _kana_mora(part[at : at + size], starts=at == 0)
        if mora is None:
            unread += part[at]
        else:
            moras.append(mora)
        at += size
    return moras, unread


def _kana_mora(kana: str, starts: bool) -> Mora | None:
    if kana in _KANA:
        return Mora(*_KANA[kana], starts)
    vowel = NASAL if kana == "ん" else CLOSURE if kana == "っ" else LONG if kana in _LONG_MARKS else ""
    return Mora("", vowel, starts) if vowel else None


def _read_romaji(part: str) -> tuple[list[Mora], str]:
    moras: list[Mora] = []
    at = 0
    while at < len(part):
        match = _ROMAJI_MORA.match(part, at)
        if match is None:
            return [], re.sub(r"[^a-z]", "", part)
        onset, vowel = match["onset"] or "", match["vowel"]
        if vowel:
            onset = _KUNREI_SYLLABLES.get(onset + vowel) or _KUNREI.get(onset, onset)
            moras.append(Mora(onset, vowel, at == 0))
        else:
            kind = NASAL if match["nasal"] else CLOSURE if match["closure"] else LONG
            moras.append(Mora("", kind, at == 0))
        at = match.end()
    return moras, ""


def _syllables(moras: list[Mora], divided: bool) -> list[list[str]]:
    syllables: list[list[str]] = []
    vowel = ""  # the last one sung
    for index, mora in enumerate(moras):
        following = moras[index + 1].onset if index + 1 < len(moras) else ()
        own_note = mora.starts and divided
        joins = bool(syllables) and not own_note
        if mora.vowel == NASAL:
            _extend(syllables, [_nasal(following)], joins)
        elif mora.vowel == CLOSURE:
            if vowel and (joins or own_note):
                _extend(syllables, ([vowel] if own_note else []) + _closure(following), joins)
        elif mora.vowel == LONG or (mora == Mora("", "u", mora.starts) and vowel in {"AO", "U"}):
            if own_note and vowel:
                syllables.append([vowel])
        else:
            sung = VOWEL_PHONES[mora.vowel]
            if not (divided and joins and not mora.consonant and _merge(syllables[-1], sung)):
                syllables.append([*mora.onset, sung])
            vowel = sung
    return syllables


def _extend(syllables: list[list[str]], phones: list[str], joins: bool) -> None:
    if joins:
        syllables[-1] += phones
    else:
        syllables.append(phones)


def _merge(syllable: list[str], sung: str) -> bool:
    """Let one note's syllable glide to, or stay on, a second vowel; False if English has no such glide."""
    if not is_vowel(syllable[-1]):
        return False
    merged = sung if syllable[-1] == sung else _DIPHTHONGS.get((syllable[-1], sung))
    if merged:
        syllable[-1] = merged
    return merged is not None


def _nasal(following: tuple[str, ...]) -> str:
    first = following[0] if following else ""
    return "M" if first in {"P", "B", "M"} else "NG" if first in {"K", "G"} else "N"


def _closure(following: tuple[str, ...]) -> list[str]:
    """The consonant held by a small tsu; none at the end of a word, where it is a catch of the breath."""
    first = following[0] if following else ""
    held = {"CH": "T", "JH": "D", "TS": "T"}.get(first, first)
    return [held] if held in STOPS | FRICATIVES | AFFRICATES else []
