"""Real singing whose phones are known: voice banks with their marks (oto.ini), and vowels by their files' names.

A mark says where a syllable's vowel begins; its consonants stand before it, as long as such consonants are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.audio import read_audio
from engine.avatar.features import SAMPLE_RATE
from engine.avatar.line import RATE_HZ, SpokenPhone, loudness_curve
from engine.errors import MelismaError
from engine.phonemize import phonemizer
from engine.phonemize.phones import PHONES, accented, is_vowel
from engine.train.avatar.lines import at_16k, line_of, save_line

HELD_EVERY = 12
"""Of a bank's recordings, every so manieth is put aside."""
QUIET = 0.25
"""Below this level the last vowel has ended."""
LEAST_APART_S = 0.15
_MARK = re.compile(r"(?P<file>[^=]+)\.wav=(?P<alias>[^,]*),(?P<offset>[^,]*),[^,]*,[^,]*,(?P<before>[^,]*),")
_VOWELS = {"a": "AA", "i": "IY", "u": "UH", "e": "EH", "o": "AO"}
_CONSONANTS = {
    "b": "B", "ch": "CH", "d": "D", "f": "F", "g": "G", "h": "HH", "j": "JH", "k": "K", "m": "M", "n": "N", "p": "P",
    "r": "D", "s": "S", "sh": "SH", "t": "T", "ts": "T S", "w": "W", "y": "Y", "z": "Z",
}  # fmt: skip
_LENGTHS_S = defaultdict(lambda: 0.07, {"S": 0.12, "SH": 0.12, "Z": 0.09, "F": 0.1, "M": 0.08, "D": 0.04, "HH": 0.08})
_SUNG_VOWELS = {"aa": "AA", "oo": "UW"}


class _Syllable(NamedTuple):
    vowel_s: float
    phones: tuple[str, ...]


def make_banked(data: Path, out: Path, split: str) -> Iterator[str]:
    """The banks' recordings and the sung vowels of a split, into `out`; yields each name when it is there."""
    for number, (name, path, syllables) in enumerate(_recordings(data)):
        if (number % HELD_EVERY == HELD_EVERY - 1) != (split == "held"):
            continue
        full_name = f"banked-{split}-{name}"
        if not (out / f"{full_name}.npz").exists():
            samples = at_16k(read_audio(path))
            phones = _phones(syllables or [_Syllable(_onset_s(samples), (_SUNG_VOWELS[_sung(path)],))], samples)
            save_line(out / f"{full_name}.npz", samples, line_of(phones, samples, None, ()))
        yield full_name


def _recordings(data: Path) -> Iterator[tuple[str, Path, list[_Syllable]]]:
    banks = data / "voicebanks"
    for bank, spell in (("yuki", _from_kana), ("erithacus", _from_romaji)):
        marks = defaultdict(list)
        for line in (banks / bank / "oto.ini").read_text(encoding="utf-8").splitlines():
            match = _MARK.match(line)
            phones = spell(match["alias"]) if match else ()
            if match and phones:
                marks[match["file"]].append(_Syllable((float(match["offset"]) + float(match["before"])) / 1000, phones))
        for number, (file, syllables) in enumerate(sorted(marks.items())):
            yield f"{bank}-{number:03d}", banks / bank / f"{file}.opus", _apart(syllables)
    for path in sorted((data / "singing" / "berklee-vowels").glob("*.mp3")):
        yield path.stem, path, []


def _apart(syllables: list[_Syllable]) -> list[_Syllable]:
    """In order, one of those that mark the same place."""
    kept: list[_Syllable] = []
    for syllable in sorted(syllables):
        if not kept or syllable.vowel_s - kept[-1].vowel_s > LEAST_APART_S:
            kept.append(syllable)
    return kept


def _sung(path: Path) -> str:
    return "oo" if "_oo" in path.stem else "aa"


def _from_kana(alias: str) -> tuple[str, ...]:
    """`a い2` -> the phones of い."""
    kana = alias.rsplit(maxsplit=1)[-1].rstrip("0123456789") if alias.split() else ""
    try:
        (phones,) = phonemizer("ja").phonemize_word(kana).syllables
    except (MelismaError, ValueError):
        return ()
    # Faces know English phones.  The Japanese u is sung with lips that are hardly round.
    english = [phone for said in accented(phones, PHONES) for phone in said]
    return tuple("UH" if phone == "UW" else phone for phone in english)


def _from_romaji(alias: str) -> tuple[str, ...]:
    match = re.fullmatch(r"(ch|sh|ts|[bdfghjkmnprstwyz]?)(y?)([aiueo])", alias)
    if not match:
        return ("N",) if alias == "n" else ()
    consonant, glide, vowel = match.groups()
    spelled = [_CONSONANTS[consonant]] if consonant else []
    return tuple(" ".join([*spelled, *(["Y"] if glide else []), _VOWELS[vowel]]).split())


def _phones(syllables: list[_Syllable], samples: np.ndarray) -> tuple[SpokenPhone, ...]:
    phones: list[SpokenPhone] = []
    end_s = _last_s(samples)
    for number, syllable in enumerate(syllables):
        after_s = syllables[number + 1].vowel_s if number + 1 < len(syllables) else end_s
        *consonants, vowel = syllable.phones
        if not is_vowel(vowel):
            consonants, vowel = [], syllable.phones[-1]
        at_s = max(syllable.vowel_s - sum(_LENGTHS_S[c] for c in consonants), 0.0)
        if phones:
            at_s = max(at_s, phones[-1].start_s + 0.02)
            phones[-1] = phones[-1]._replace(end_s=at_s)
        for consonant in consonants:
            phones.append(SpokenPhone(consonant, at_s, at_s + _LENGTHS_S[consonant]))
            at_s += _LENGTHS_S[consonant]
        phones.append(SpokenPhone(vowel, at_s, max(after_s, at_s + 0.02)))
    return tuple(phones)


def _onset_s(samples: np.ndarray) -> float:
    return float(np.argmax(loudness_curve(samples, SAMPLE_RATE) > QUIET) / RATE_HZ)


def _last_s(samples: np.ndarray) -> float:
    loud = np.flatnonzero(loudness_curve(samples, SAMPLE_RATE) > QUIET)
    return float((loud[-1] + 1) / RATE_HZ) if len(loud) else len(samples) / SAMPLE_RATE
