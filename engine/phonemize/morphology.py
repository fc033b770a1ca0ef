"""Words built from known words: suffixes, prefixes, compounds, and letters left out for the metre.

All functions take `find`, which answers the pronunciations (with stress digits) of a known word or ().
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engine.phonemize.phones import UNVOICED, is_vowel, without_stress

Phones = tuple[str, ...]
Variants = tuple[Phones, ...]
Find = Callable[[str], Variants]

_SUFFIXES: tuple[tuple[str, str], ...] = (
    ("nesses", "N AH0 S IH0 Z"),
    ("ingly", "IH0 NG L IY0"),
    ("ness", "N AH0 S"),
    ("less", "L AH0 S"),
    ("ment", "M AH0 N T"),
    ("like", "L AY2 K"),
    ("ward", "W ER0 D"),
    ("some", "S AH0 M"),
    ("hood", "HH UH2 D"),
    ("ship", "SH IH0 P"),
    ("able", "AH0 B AH0 L"),
    ("ings", "IH0 NG Z"),
    ("ing", "IH0 NG"),
    ("in'", "IH0 N"),
    ("eth", "IH0 TH"),
    ("est", "IH0 S T"),
    ("'st", "S T"),
    ("ers", "ER0 Z"),
    ("ful", "F AH0 L"),
    ("ish", "IH0 SH"),
    ("ly", "L IY0"),
    ("er", "ER0"),
    ("in", "IH0 N"),
    ("y", "IY0"),
)
_ENDINGS = ("'s", "s'", "s", "es", "'d", "ed", "d")
_CONTRACTIONS: tuple[tuple[str, str], ...] = (
    ("'ll", "AH0 L"), ("'ve", "V"), ("'re", "ER0"), ("'m", "M"), ("n't", "AH0 N T"), ("'n", "AH0 N"), ("'em", "AH0 M"),
)  # fmt: skip
_PREFIXES: tuple[tuple[str, str], ...] = (
    ("under", "AH2 N D ER0"), ("over", "OW2 V ER0"), ("out", "AW2 T"), ("mis", "M IH0 S"), ("non", "N AA0 N"),
    ("fore", "F AO2 R"), ("dis", "D IH0 S"), ("un", "AH0 N"), ("re", "R IY0"),
)  # fmt: skip
_SIBILANTS = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_LEFT_OUT = ("e", "i", "o", "v", "a", "ee", "u", "")
_SHORTEST_PART = 4  # CMUdict is full of short names: three letters match by accident
_TRUSTED_PART = 5
_ALIKE = 2


def stems(word: str, suffix: str) -> Iterator[str]:
    """What `word` may have been before `suffix`: hop-ing: hop, hope; hopp-ing: hop; happi-er: happy."""
    bare = word.removesuffix(suffix)
    if suffix[0] in "aeiy":
        if len(bare) > 2 and bare[-1] == bare[-2] and bare[-1] not in "aeiou":
            yield bare
            yield bare[:-1]
        elif suffix == "y" or bare.endswith(("ch", "sh")):
            if bare[-1] not in "aeiou":
                yield bare
                yield bare + "e"
        else:
            yield bare + "e"
            yield bare
    else:
        yield bare
    if bare.endswith("i"):
        yield bare[:-1] + "y"
    if suffix in {"y", "ing", "in", "in'"} and bare.endswith("y"):
        yield bare[:-1] + "ie"


def plural(phones: Phones) -> Phones:
    """With the s of a plural, possessive or third person."""
    last = without_stress(phones[-1])
    if last in _SIBILANTS:
        return (*phones, "IH0", "Z")
    return (*phones, "S" if last in UNVOICED else "Z")


def past(phones: Phones) -> Phones:
    """With the d of a past tense."""
    last = without_stress(phones[-1])
    if last in {"T", "D"}:
        return (*phones, "IH0", "D")
    return (*phones, "T" if last in UNVOICED else "D")


def derived(word: str, find: Find) -> Variants:
    """A known stem with a suffix, contraction or prefix; () if there is none."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            inflect = plural if "s" in ending else past
            if found := _first(_ending_stems(word, ending), find):
                return tuple(inflect(variant) for variant in found)
    for suffix, sound in (*_CONTRACTIONS, *_SUFFIXES):
        if word.endswith(suffix) and len(word) > len(suffix) + 1:
            candidates = (s for s in stems(word, suffix) if len(s) > 3 or "'" in suffix or suffix in {"eth", "est"})
            if found := _first(candidates, find):
                joint = ("AH0",) if suffix in {"'ve", "'m"} else ()
                return tuple(
                    variant + (() if is_vowel(without_stress(variant[-1])) else joint) + tuple(sound.split())
                    for variant in found
                )
    for prefix, sound in _PREFIXES:
        if word.startswith(prefix) and len(word) > len(prefix) + 3 and (found := find(word.removeprefix(prefix))):
            return tuple(tuple(sound.split()) + variant for variant in found)
    return ()


def _ending_stems(word: str, ending: str) -> Iterator[str]:
    bare = word.removesuffix(ending)
    if ending == "s'":
        bare = word.removesuffix("'")  # dictionary plurals first: "angels'" is said as "angels"
        bare = bare.removesuffix("s")
    if ending in {"ed", "es", "'d"} and bare.endswith("i"):
        yield bare[:-1] + "y"
    if ending in {"ed", "'d"}:
        doubled = len(bare) > 2 and bare[-1] == bare[-2]
        if doubled or bare.endswith(("ch", "sh")):
            yield bare
        if doubled:
            yield bare[:-1]
        yield bare + "e"
    if ending == "d" and not bare.endswith("e"):
        return
    if ending == "s" and bare.endswith(("s", "i", "u")):
        return
    yield bare


def _first(candidates: Iterator[str], find: Find) -> Variants:
    for candidate in candidates:
        if len(candidate) > 1 and (found := find(candidate)):
            return found
    return ()


def compound(word: str, find: Find, guess: Phones) -> Variants:
    """Two known words in one, the most even division first.

    Short parts are believed only where they sound much as the letters alone would (`guess`).
    """
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    for cut in sorted(cuts, key=lambda at: abs(2 * at - len(word))):
        if (left := find(word[:cut])) and (right := find(word[cut:])):
            joint = tuple(a + b for a in left[:2] for b in right[:2])
            trusted = min(cut, len(word) - cut) >= _TRUSTED_PART
            if trusted or edit_distance([without_stress(phone) for phone in joint[0]], guess) <= _ALIKE:
                return joint
    return ()


def edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Phones to change, insert or delete to make one of the other."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def restored(word: str, find: Find) -> Variants:
    """A word with letters left out for the metre (heav'n, wand'ring, ev'ry, lov'd), shortest form first."""
    at = word.find("'")
    if at <= 0 or word.endswith("'st"):
        return ()
    for letters in _LEFT_OUT:
        full = word[:at] + letters + word[at + 1 :]
        found = find(full) or derived(full, find)
        if found and "'" not in full:
            shorter = tuple(short for variant in found for short in elisions(variant))
            most = max(num_vowels(variant) for variant in found)
            short_forms = tuple(v for v in (*found, *shorter) if num_vowels(v) < most)
            return (*short_forms, *found) if word[at + 1 :] != "d" else found
    return ()


def num_vowels(phones: Phones) -> int:
    """As many as there are syllables."""
    return sum(is_vowel(without_stress(phone)) for phone in phones)


def elisions(phones: Phones) -> Iterator[Phones]:
    """The same word one syllable shorter, as metre asks: flow'r, mem'ry, fam'ly, heav'n, glor-ious, jew'l."""
    plain = [without_stress(phone) for phone in phones]
    last = len(phones) - 1
    for i in range(1, len(phones)):
        before, here = plain[i - 1], phones[i]
        after = plain[i + 1] if i < last else ""
        if here == "ER0" and (is_vowel(before) or (after and is_vowel(after))):
            yield (*phones[:i], "R", *phones[i + 1 :])
        elif here in {"AH0", "IH0"} and not is_vowel(before) and after in {"L", "R", "N", "M"}:
            if (i + 1 < last and is_vowel(plain[i + 2])) or (after == "N" and (i + 1 == last or plain[i + 2] == "L")):
                yield (*phones[:i], *phones[i + 1 :])
        elif here == "AH0" and is_vowel(before) and after in {"L", "M", "N"}:
            yield (*phones[:i], *phones[i + 1 :])
        elif here in {"IY0", "IH0"} and after and is_vowel(after):
            yield (*phones[:i], "Y", *phones[i + 1 :])


def expansions(phones: Phones, word: str) -> Iterator[Phones]:
    """The same word one syllable longer: bless-ed, fi-re, re-al."""
    plain = [without_stress(phone) for phone in phones]
    if word.endswith("ed") and plain[-1] in {"T", "D"} and len(plain) > 1 and not is_vowel(plain[-2]):
        yield (*phones[:-1], "IH0", "D")
    for i in range(len(phones) - 1):
        if plain[i] in {"AY", "AW", "OY"} and plain[i + 1] == "R":
            yield (*phones[: i + 1], "ER0", *phones[i + 2 :])
        elif plain[i] in {"AY", "AW", "OY", "IY", "UW"} and plain[i + 1] == "L" and i + 1 == len(phones) - 1:
            yield (*phones[: i + 1], "AH0", *phones[i + 1 :])
