"""Kanji brought to kana, where `pyopenjtalk-plus` (the extra "japanese") is installed; it brings its own dictionary.

A line is read as a whole, so that 今日 is kyō and not ima-hi, and the particles は and へ are wa and e.  A word of
several kanji on several notes is divided between them: 東|京 is とう|きょう.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any

from engine.phonemize.base import Word
from engine.phonemize.extras import optional
from engine.score.syllables import is_han

HINT = 'write it in kana or romaji, or install the extra: pip install "melisma[japanese]"'
_LONGEST_LINE = 400
_MOST_KANJI = 5
_MORA = re.compile(r".[ぁぃぅぇぉゃゅょゎ]*")
_MARKS = re.compile(r"[’'‘]")
_REPEATED = "々"
_LONG_O = frozenset("おこそとのほもよろをごぞどぼぽょ")


def in_kana(words: Sequence[Word]) -> Sequence[Word]:
    """`words` of one line with kana instead of kanji; as they were where no dictionary is installed."""
    parts = [written if "".join(written) == word and written else (word,) for word, written in words]
    line = "".join(unicodedata.normalize("NFKC", part) for written in parts for part in written)
    library = optional("pyopenjtalk") if len(line) <= _LONGEST_LINE and any(map(is_han, line)) else None
    if library is None:
        return words
    kana = _line_in_kana(line, library.run_frontend(line))
    read = []
    for (_, written), own in zip(words, parts, strict=True):
        said = tuple("".join(next(kana) for _ in unicodedata.normalize("NFKC", part)) for part in own)
        read.append(("".join(said), said if written else ()))
    return read


def _line_in_kana(line: str, morphemes: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What each character of `line` sounds like."""
    said = list(line)
    at = 0
    for morpheme in morphemes:
        surface = unicodedata.normalize("NFKC", morpheme["string"])
        start = line.find(surface, at)
        if start < 0:
            continue
        at = start + len(surface)
        if any(map(_is_kanji, surface)):
            said[start:at] = _divided(surface, _hiragana(morpheme["read"]))
        elif morpheme["pos"] == "助詞" and surface in {"は", "へ"}:
            said[start] = _hiragana(morpheme["pron"])
    return iter(said)


def _is_kanji(char: str) -> bool:
    return is_han(char) or char == _REPEATED


def _hiragana(katakana: str) -> str:
    bare = _MARKS.sub("", katakana)
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in bare)


def _divided(surface: str, reading: str) -> list[str]:
    """`reading` over the characters of `surface`: kana keep their own, kanji between them share the rest."""
    runs = re.findall(r"[^\u3400-\u9fff\uf900-\ufaff々]|[\u3400-\u9fff\uf900-\ufaff々]+", surface)
    pattern = "".join("(.+?)" if _is_kanji(run[0]) else f"({re.escape(_hiragana(run))})" for run in runs)
    match = re.fullmatch(pattern, reading)
    if match is None:
        return [reading, *[""] * (len(surface) - 1)]
    shared = (_shared(found, len(run)) for run, found in zip(runs, match.groups(), strict=True))
    return [kana for group in shared for kana in group]


def _shared(reading: str, count: int) -> list[str]:
    """Moras in `count` groups, as equal as can be, none beginning with what ends a reading."""
    moras = _MORA.findall(reading)
    if count == 1 or count > min(len(moras), _MOST_KANJI):
        return [reading, *[""] * (count - 1)]
    even = len(moras) / count

    def cost(cuts: tuple[int, ...]) -> float:
        edges = (0, *cuts, len(moras))
        uneven = sum((end - start - even) ** 2 for start, end in pairwise(edges))
        return uneven + sum(5.0 * (moras[cut] in "んっー") + (moras[cut] in "いう") for cut in cuts)

    cuts = min(combinations(range(1, len(moras)), count - 1), key=cost)
    for cut in cuts:  # 今|日 is kyo-o, not kyo-u
        if moras[cut] == "う" and moras[cut - 1][-1] in _LONG_O:
            moras[cut] = "お"
    return ["".join(moras[start:end]) for start, end in pairwise((0, *cuts, len(moras)))]
