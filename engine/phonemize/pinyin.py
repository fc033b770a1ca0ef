"""Pinyin: the table of syllables, and words divided into them.

Tones are read (ni3 hao3, nǐ hǎo) and mean nothing here: in a song the melody takes their place.  Inside this module ü
is v, as keyboards write it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_GROUPS = """
b: a o ai ei ao an en ang eng i ie iao ian in ing u
p: a o ai ei ao ou an en ang eng i ie iao ian in ing u
m: a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u
f: a o ei ou an en ang eng u
d: a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un
t: a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un
n: a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan un v ve
l: a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve
g k h: a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
j q x: i ia ie iao iu ian in iang ing iong u ue uan un
zh: a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
ch: a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang
sh: a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang
r: e i ao ou an en ang eng ong u ua uo ui uan un
z: a e i ai ei ao ou an en ang eng ong u uo ui uan un
c s: a e i ai ao ou an en ang eng ong u uo ui uan un
"""
_ALONE = """
a o e ê ai ei ao ou an en ang eng er yi ya yo ye yao you yan yin yang ying yong yai wu wa wo wai wei wan wen wang weng
yu yue yuan yun
"""
HUMMED = {"m": "M", "n": "N", "ng": "NG", "hm": "HH M", "hng": "HH NG", "r": "AXR"}
"""Interjections, and the r that is a syllable of its own."""
_ALIASES = {"lue": "lve", "nue": "nve", "jv": "ju", "qv": "qu", "xv": "xu", "yv": "yu"}
_INITIALS = {
    "b": "B", "p": "P", "m": "M", "f": "F", "d": "D", "t": "T", "n": "N", "l": "L", "g": "G", "k": "K", "h": "HH",
    "j": "JH", "q": "CH", "x": "SH", "zh": "JR", "ch": "CR", "sh": "SR", "r": "ZR", "z": "DZ", "c": "TS", "s": "S",
}  # fmt: skip
_FINALS = {
    "a": "A", "o": "W AO", "e": "EX", "ê": "EH", "ai": "AY", "ei": "EY", "ao": "AW", "ou": "OW", "an": "A N",
    "en": "AX N", "ang": "A NG", "eng": "AX NG", "ong": "UH NG", "er": "AXR", "i": "IY", "ia": "Y A", "ie": "Y EH",
    "iao": "Y AW", "iu": "Y OW", "ian": "Y EH N", "in": "IY N", "iang": "Y A NG", "ing": "IY NG", "iong": "Y UH NG",
    "u": "UW", "ua": "W A", "uo": "W AO", "uai": "W AY", "ui": "W EY", "uan": "W A N", "un": "W AX N",
    "uang": "W A NG", "v": "Y UE", "ve": "YW EH", "van": "YW EH N", "vn": "Y UE N",
}  # fmt: skip
_WHOLE = {
    "o": "AO", "lo": "L AO", "yi": "IY", "yin": "IY N", "ying": "IY NG", "ya": "Y A", "yo": "Y AO", "ye": "Y EH",
    "yao": "Y AW", "yai": "Y AY", "you": "Y OW", "yan": "Y EH N", "yang": "Y A NG", "yong": "Y UH NG", "wu": "UW",
    "wa": "W A", "wo": "W AO", "wai": "W AY", "wei": "W EY", "wan": "W A N", "wen": "W AX N", "wang": "W A NG",
    "weng": "W AX NG", "yu": "Y UE", "yue": "YW EH", "yuan": "YW EH N", "yun": "Y UE N",
}  # fmt: skip
_TONE_MARKS = "\u0300\u0301\u0304\u0306\u030c"
_SEPARATORS = re.compile(r"[\s'’‘ʼ·-]+")
_LONGEST = 7  # zhuangr
_MOST_LETTERS = 200
"""In one lyric.  The work grows with the square, and nobody sings that much on a note."""


def _table() -> dict[str, tuple[str, ...]]:
    spelled = [*_ALONE.split()]
    for group in _GROUPS.strip().splitlines():
        initials, finals = group.split(": ")
        spelled += [initial + final for initial in initials.split() for final in finals.split()]
    return {syllable: tuple(_said(syllable).split()) for syllable in spelled}


def _said(syllable: str) -> str:
    if syllable in _WHOLE:
        return _WHOLE[syllable]
    initial = next((syllable[:size] for size in (2, 1) if syllable[:size] in _INITIALS), "")
    final = syllable.removeprefix(initial)
    if initial in {"j", "q", "x"} and final.startswith("u"):
        final = "v" + final[1:]
    if final == "i" and initial in {"z", "c", "s", "zh", "ch", "sh", "r"}:
        return f"{_INITIALS[initial]} {'IX' if len(initial) == 1 and initial != 'r' else 'IR'}"
    return f"{_INITIALS[initial]} {_FINALS[final]}" if initial else _FINALS[final]


SYLLABLES = _table()
"""Syllable without tone -> phones."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """One syllable without tone: `syllable` of `SYLLABLES` or `HUMMED`, and whether an r is joined to it."""

    syllable: str
    r_joined: bool = False

    @property
    def phones(self) -> tuple[str, ...]:
        """With one vowel, except of what is hummed."""
        if self.syllable in HUMMED:
            return tuple(HUMMED[self.syllable].split())
        said = SYLLABLES[self.syllable]
        return _with_r(said) if self.r_joined else said


def _with_r(said: tuple[str, ...]) -> tuple[str, ...]:
    """huar, dianr, wanr: n falls, i and e make room (儿化)."""
    if said[-2:] == ("EH", "N"):
        said = (*said[:-2], "A")
    elif said[-1] in {"N", "NG"}:
        said = said[:-1]
    *before, vowel = said
    if vowel in {"IY", "UE"}:
        return (*before, *(["Y"] if vowel == "IY" else []), "AXR")
    if vowel in {"IX", "IR", "AX", "EY", "EX"}:
        return (*before, "AXR")
    return (*before, "A" if vowel == "AY" else vowel, "RV")


def is_pinyin(text: str) -> bool:
    """Whether all of `text` is pinyin, toned or not."""
    return bool(text.strip()) and split(text) is not None


def has_tones(text: str) -> bool:
    """Whether `text` is pinyin and says a tone that no European spelling has: a digit, a macron, a caron."""
    marked = unicodedata.normalize("NFD", text)
    return bool(re.search(r"[a-zA-Z\u0308:][1-5]|[\u0304\u030c]", marked)) and is_pinyin(text)


def split(text: str, count: int = 0) -> tuple[Spelled, ...] | None:
    """The syllables of a word or several; None where it is no pinyin.

    `count`: how many the score wants (0: does not say).  Without a wish a syllable inside a word begins with a
    consonant where it can: fangan is fan-gan, xian one syllable, as the spelling rules have it.
    """
    if len(text) > _MOST_LETTERS:
        return None
    folded = _fold(text)
    chunks = [chunk for chunk in re.split(r"[0-5]|\|", folded) if chunk]
    if not chunks or re.search(r"[0-5]{2}|\|[0-5]|^[0-5]", folded):
        return None
    ways = [_ways(chunk) for chunk in chunks]
    if not all(ways):
        return None
    found: dict[int, tuple[int, tuple[Spelled, ...]]] = {0: (0, ())}
    for way in ways:
        following: dict[int, tuple[int, tuple[Spelled, ...]]] = {}
        for done, (cost, said) in found.items():
            for size, (more, spelled) in way.items():
                _keep(following, done + size, cost + more, said + spelled)
        found = following
    wanted = count or min(found, key=lambda size: (found[size][0], size))
    return found[min(found, key=lambda size: (abs(size - wanted), found[size][0]))][1]


def _fold(text: str) -> str:
    """Lower case letters with v for ü, tone digits, and | where a syllable ends for certain; tone marks stay."""
    marked = unicodedata.normalize("NFD", text.strip().casefold()).replace("u:", "v")
    marked = re.sub(f"u([{_TONE_MARKS}]?)\u0308", r"v\1", marked).replace("e\u0302", "ê")
    return _SEPARATORS.sub("|", marked).strip("|")


_Ways = dict[int, tuple[int, tuple[Spelled, ...]]]


def _keep(ways: _Ways, size: int, cost: int, said: tuple[Spelled, ...]) -> None:
    if size not in ways or cost < ways[size][0]:
        ways[size] = (cost, said)


@lru_cache(maxsize=4096)
def _ways(chunk: str) -> _Ways:
    """All numbers of syllables that `chunk` can have -> (how unusual, the syllables)."""
    marks = [0]
    letters = ""
    for char in chunk:
        if char in _TONE_MARKS:
            marks[-1] += 1
        else:
            letters += char
            marks.append(marks[-1])
    start_of_all: _Ways = {0: (0, ())}
    reached = [start_of_all, *({} for _ in letters)]
    for start in range(len(letters)):
        for end in range(start + 1, min(start + _LONGEST, len(letters)) + 1):
            spelled = _spelled(letters[start:end])
            if spelled is None or marks[end] - marks[start] > 1 or not reached[start]:
                continue
            cost = (start > 0 and spelled.syllable[0] in "aoeê") + 2 * (spelled.syllable in HUMMED) + spelled.r_joined
            for size, (before, said) in reached[start].items():
                _keep(reached[end], size + 1, before + cost, (*said, spelled))
    return reached[-1]


def _spelled(letters: str) -> Spelled | None:
    letters = _ALIASES.get(letters, letters)
    if letters in SYLLABLES or letters in HUMMED:
        return Spelled(letters)
    base = letters.removesuffix("r")
    base = _ALIASES.get(base, base)
    return Spelled(base, r_joined=True) if base != letters and base in SYLLABLES else None
