"""German by rule: words are divided into parts, parts are read letter by letter.

Standard pronunciation as it is sung: b d g and s are hard where a part ends; ch is KH after a o u au, else HY; -ig is
IH HY; st and sp begin with SH where a part begins; s before a vowel is Z.  A vowel is long (IY E AA O UW UE OE) when
doubled, before h, before one consonant and where a part ends open, short (IH EH A AO UH UEH OEH) before several; weak e
is AX, weak er AXR, r after a vowel RV.  What the letters do not show is in `german_morphs`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from engine.phonemize.base import Pronunciation
from engine.phonemize.german_morphs import parts_of
from engine.phonemize.german_numbers import spell_german_numbers
from engine.phonemize.phones import EVERY_SPEECH, is_vowel
from engine.phonemize.syllables import syllabify

_LENGTHS = {
    "a": ("AA", "A"), "e": ("E", "EH"), "i": ("IY", "IH"), "o": ("O", "AO"), "u": ("UW", "UH"),
    "ä": ("EH", "EH"), "ö": ("OE", "OEH"), "ü": ("UE", "UEH"), "y": ("UE", "UEH"),
}  # fmt: skip
"""Letter -> (long, short)."""
_MARKED = {
    "ā": "AA", "ē": "E", "ī": "IY", "ō": "O", "ū": "UW", "ǟ": "EH", "ȫ": "OE", "ǖ": "UE",
    "ă": "A", "ĕ": "EH", "ĭ": "IH", "ŏ": "AO", "ŭ": "UH",
}  # fmt: skip
_V = "aeiouäöüyāēīōūǟȫǖăĕĭŏŭ"
_DIPHTHONGS = re.compile(r"(?P<AY>[ae][iy])|(?P<AW>au)|(?P<OY>äu|eu|oi)")
_DOUBLED = re.compile(r"(?P<IY>ieh?(?![aou])|īh?)|(?P<AA>aa)|(?P<E>ee)|(?P<O>oo)|(?P<UW>ou)")
_SILENT_H = re.compile(rf"h(?![aouäöü])(?=[eiu]|[^{_V}]|$)|h(?=ung)")
_WEAK_E = re.compile(
    rf"e(?=$|[bdfghklmnprstwz](?:[{_V}]|$)|(?:n[ds]|r[nst]|l[nst]|nds|rns|s?t|ts|ms|sten?|rst|lst|dst|tst)"
    rf"(?:$|e)|(?:nd|r[nl]|l[nd]|t|s)[{_V}]|n(?:$|t$))"
)
_SHORT_FINALS = re.compile(r"(?:as|us|um|am|on|an|is|os|or|at|it|in|ik|of|ig|ut|al)$")
_OPEN_CLUSTER = re.compile(rf"(?:[bdgkptf][lr]|[dg]n)[{_V}]")
_LONG_BEFORE = re.compile(r"(?:[bg]s?t|gd)(?:e?s)?$")
_CONSONANTS: tuple[tuple[str, str], ...] = (
    ("tsch", "CH"),
    ("dsch", "JH"),
    ("sch", "SH"),
    ("ch", "?ch"),
    ("ck", "K"),
    ("tz|zz?", "TS"),
    ("pf", "P F"),
    ("ph", "F"),
    ("rh", "?r"),
    ("qu", "K V"),
    ("dt", "T"),
    ("ng", "NG"),
    ("n(?=[kx])", "NG"),
    ("x", "K S"),
    (r"(?<=^)s(?=[pt])", "SH"),
    ("ss|ß", "S"),
    ("s", "?s"),
    ("bb?", "?B P"),
    ("dd?", "?D T"),
    ("gg?", "?G K"),
    (rf"(?<=[{_V}])v(?=[{_V}])", "V"),
    ("v|ff?", "F"),
    ("w", "V"),
    ("j", "Y"),
    ("c(?=[eiäy])", "TS"),
    ("cc?|kk?", "K"),
    ("ll?", "L"),
    ("mm?", "M"),
    ("nn?", "N"),
    ("pp?", "P"),
    ("rr?", "?r"),
    ("tt?", "T"),
    ("h", "HH"),
)
_PATTERN = re.compile("|".join(f"(?P<c{index}>{letters})" for index, (letters, _) in enumerate(_CONSONANTS)))
_BACK = frozenset({"A", "AA", "AO", "O", "UH", "UW", "AW"})
_ONSETS = frozenset(
    {f"{stop} {liquid}" for stop in ("P", "B", "K", "G", "F") for liquid in ("L", "RR")}
    | {f"{first} {second}" for first in ("T", "D", "V", "SH", "P F") for second in ("RR",)}
    | {f"SH {second}" for second in ("L", "M", "N", "V", "P", "T", "P L", "P RR", "T RR")}
    | {"L Y", "N Y", "P F", "P F L", "K N", "G N", "K V", "TS V", "S T", "S P", "S K", "S T RR", "S P L"}
)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`\u2032\uff07", "'"))
_KEPT = str.maketrans({"ä": "\ue000", "ö": "\ue001", "ü": "\ue002", "ß": "\ue003"})
_RESTORED = str.maketrans({"\ue000": "ä", "\ue001": "ö", "\ue002": "ü", "\ue003": "ß", "æ": "ä", "œ": "ö", "ø": "ö"})
_WEAK_PREFIXES = {"be": "B AX", "ge": "G AX", "er": "EH RV", "ver": "F EH RV", "zer": "TS EH RV"}
_TIED = frozenset({"dar", "wor", "her", "vor"})
_VERSE_NUMBER = re.compile(r"^\s*\d+\.\s+(?=\S)")
_CACHE_SIZE = 16384


class GermanPhonemizer:
    """Rules only: everything in Latin letters is known.  Safe to share between threads: it keeps only a cache."""

    language = "de"
    phones = EVERY_SPEECH - {"AE", "AH", "DH", "DX", "ER", "EY", "OW", "Q", "R", "TH", "U", "W"}

    def phonemize_word(self, word: str, written_syllables: tuple[str, ...] = ()) -> Pronunciation:
        """See `Phonemizer`.  Fewer notes than vowels: weak vowels between others glide; more: gehn is ge-hen."""
        phones: list[str] = []
        unread = ""
        for token in normalize(word).split():
            said, rest = sounds(token)
            phones += said
            unread += rest
        count, contracted = len(written_syllables), False
        while count and _num_vowels(phones) > count and (shorter := _contracted(phones)):
            phones, contracted = shorter, True
        if count == _num_vowels(phones) + 1:
            phones = _expanded(phones)
        written = tuple(normalize(part).replace(" ", "") for part in written_syllables)
        syllables = syllabify(tuple(phones), () if contracted else _respelled_for_cuts(written), _legal)
        if unread:
            return Pronunciation(syllables, False, f"German does not know how to say {unread!r}.")
        message = "" if syllables else f"There is nothing to pronounce in {word!r}."
        return Pronunciation(syllables, not message, message)


def normalize(text: str) -> str:
    """Lower case letters with umlauts and ß; other accents dropped, numbers spelled, words parted by single spaces."""
    text = _VERSE_NUMBER.sub("", text)
    folded = unicodedata.normalize("NFC", text.translate(_APOSTROPHES)).lower().translate(_KEPT)
    folded = unicodedata.normalize("NFKD", folded).casefold().translate(_RESTORED)
    folded = "".join(char for char in folded if not unicodedata.combining(char)).replace("&", " und ")
    folded = re.sub(r"[\s\-_/+~\u2010-\u2014.,;:!?]+", " ", spell_german_numbers(folded))
    return " ".join("".join(c for c in token if c.isalpha()) for token in folded.split()).strip()


@lru_cache(maxsize=_CACHE_SIZE)
def sounds(token: str) -> tuple[tuple[str, ...], str]:
    """Phones of one normalized token, and the letters that German lacks."""
    plain = "".join(c for c in token if c in "abcdefghijklmnopqrstuvwxyzäöüß")
    unread = "".join(c for c in token if c not in plain)
    phones: list[str] = []
    parts = parts_of(plain) if plain else []
    for index, part in enumerate(parts):
        phones += _read(part, first=index == 0 or parts[index - 1].endswith("'"), before=phones[-1:])
        if part in _TIED and parts[index + 1 :] and parts[index + 1][0] in _V:
            phones[-1] = "RR"  # da-rum, he-raus
    return tuple(phones), unread


def _read(part: str, first: bool, before: list[str]) -> list[str]:
    """Phones of one part.  `first`: its first vowel is a full one; `before`: the phone before it, if any."""
    weak_prefix = part.endswith("'")
    letters = part.rstrip("'")
    if weak_prefix and letters in _WEAK_PREFIXES:
        return _WEAK_PREFIXES[letters].split()
    phones: list[str] = []
    at = 0
    full = first or (letters not in {"e", "en", "er", "es", "em"} and not letters.startswith("chen"))
    while at < len(letters):
        if letters[at] in _V:
            said, size = _vowel(letters, at, full)
            full = False
        elif match := _PATTERN.match(letters, at):
            said, size = _consonant(letters, match, (before + phones)[-1:]), len(match.group())
        else:
            said, size = [], 1  # our own marks
        phones += said
        at += size
    return phones


def _vowel(letters: str, at: int, full: bool) -> tuple[list[str], int]:
    """Phones of the vowel at `at`, and how many letters it took."""
    here = letters[at]
    if here == "y" and at == 0 and letters[1:2] and letters[1] in _V:
        return ["Y"], 1
    if match := _DIPHTHONGS.match(letters, at):
        size = len(match.group())
        return [str(match.lastgroup)], size + _silent_h(letters, at + size)
    if match := _DOUBLED.match(letters, at):
        size = len(match.group())
        return [str(match.lastgroup)], size + _silent_h(letters, at + size)
    if here in _MARKED:
        return [_MARKED[here]], 1 + _silent_h(letters, at + 1)
    if here == "e" and not full and _WEAK_E.match(letters, at):
        return _weak_e(letters, at)
    if letters[at:] == "ig" or (not full and re.match(r"ig[st]", letters[at:])):
        return ["IH", "HY"], 2
    long, short = _LENGTHS[here]
    if not full and re.match(rf"ig[{_V}]", letters[at:]):
        return [short], 1
    if silent := _silent_h(letters, at + 1):
        return [long], 1 + silent
    return [long if _is_long(letters, at + 1, full) else short], 1


def _weak_e(letters: str, at: int) -> tuple[list[str], int]:
    if letters[at + 1 : at + 2] == "r" and letters[at + 2 : at + 3] not in set(_V) | {"r"}:
        return ["AXR"], 2
    if letters[at + 1 : at + 2] == "r" and letters[at + 2 :] == "":
        return ["AXR"], 2
    return ["AX"], 1


def _silent_h(letters: str, at: int) -> int:
    return 1 if _SILENT_H.match(letters, at) else 0


def _is_long(letters: str, after: int, full: bool) -> bool:
    """Whether a vowel that ends before `after` is long, by the consonants that follow."""
    rest = letters[after:]
    run = re.match(rf"[^{_V}]*", rest)
    consonants = run.group() if run else ""
    if not consonants or rest.startswith("ß"):
        return True
    if consonants == "x" or consonants.startswith(("ch", "ck")):
        return False
    if len(consonants) == 1 or consonants in {"ph", "th"}:
        at_end = len(rest) == 1
        return not (at_end and not full and _SHORT_FINALS.search(letters))
    return bool(_OPEN_CLUSTER.match(rest) or (full and _LONG_BEFORE.match(rest)))


def _consonant(letters: str, match: re.Match[str], before: list[str]) -> list[str]:
    """Phones of the consonant that matched; those with a ? depend on their neighbours."""
    said = _CONSONANTS[int(str(match.lastgroup)[1:])][1]
    if not said.startswith("?"):
        return said.split()
    following = letters[match.end() : match.end() + 1]
    vowel_follows = following != "" and following in _V
    last = before[0] if before else ""
    if said == "?ch":
        return [_ch(letters, match, last)]
    if said == "?r":
        return ["RV"] if last and is_vowel(last) and not vowel_follows else ["RR"]
    if said == "?s":
        soft = vowel_follows and (match.start() == 0 or not last or is_vowel(last) or last in _SOFT_BEFORE_S)
        return ["Z" if soft else "S"]
    voiced, hard = said[1:].split()
    return [hard if following == "" or following in "bdfgkpstzcqxvßw'" else voiced]


_SOFT_BEFORE_S = frozenset({"L", "M", "N", "NG", "RV", "RR"})


def _ch(letters: str, match: re.Match[str], last: str) -> str:
    if match.start() == 0:
        return "HY" if letters[2:3] in {"e", "i", "ē", "ī"} else "K"
    return "KH" if last in _BACK else "HY"


def _legal(cluster: tuple[str, ...], _vowel: str) -> bool:
    """Whether a German syllable may begin with `cluster`."""
    if len(cluster) < 2:
        return cluster not in {("NG",), ("RV",)}
    return " ".join(cluster) in _ONSETS


def _respelled_for_cuts(written: tuple[str, ...]) -> tuple[str, ...]:
    """Umlauts and ß as letters that `syllabify` knows."""
    table = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "s"})
    return tuple(part.translate(table) for part in written)


def _num_vowels(phones: list[str]) -> int:
    return sum(map(is_vowel, phones))


def _contracted(phones: list[str]) -> list[str] | None:
    """One vowel fewer, the weakest first: seh(e)n, Famil(i)e, ew(i)ge, and(e)re, Mar(i)a."""
    for i in range(len(phones) - 1, 0, -1):
        before, here = phones[i - 1], phones[i]
        after = phones[i + 1] if i + 1 < len(phones) else ""
        if before in {"IY", "IH"} and is_vowel(here) and _num_vowels(phones[: i - 1]):
            return [*phones[: i - 1], "Y", *phones[i:]]
        if here in {"AX", "AXR"} and is_vowel(before):
            return [*phones[:i], *(["RV"] if here == "AXR" else []), *phones[i + 1 :]]
        if here == "AX" and after in {"N", "L", "RR", "M"} and i + 2 < len(phones):
            return [*phones[:i], *phones[i + 1 :]]
    for i in range(len(phones) - 2, 0, -1):
        if phones[i] == "AX" and phones[i + 1] in {"N", "L", "M", "S", "T"}:
            return [*phones[:i], *phones[i + 1 :]]
    return [*phones[:-1]] if phones and phones[-1] == "AX" else None


def _expanded(phones: list[str]) -> list[str]:
    """One vowel more: seh-en for sehn, Fei-er for feir, i-hr."""
    for i in range(1, len(phones)):
        if is_vowel(phones[i - 1]) and phones[i] == "RV":
            return [*phones[:i], "AXR", *phones[i + 1 :]]
        if is_vowel(phones[i - 1]) and phones[i] == "N" and i + 1 == len(phones):
            return [*phones[:i], "AX", *phones[i:]]
    return phones
