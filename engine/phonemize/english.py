"""English: CMUdict first, then how songs spell, then known parts, then the letters.

Numbers of syllables come from the score: "every" is EH V R IY on two notes and EH V ER IY on three,
"heaven" on one note is heav'n, "blessed" on two is bless-ed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import chain

from engine.phonemize import lexicon
from engine.phonemize.base import Pronunciation
from engine.phonemize.letters import letters_to_sounds
from engine.phonemize.morphology import (
    Phones,
    Variants,
    compound,
    derived,
    elisions,
    expansions,
    num_vowels,
    restored,
)
from engine.phonemize.numbers import spell_numbers
from engine.phonemize.phones import SPEECH
from engine.phonemize.songwords import INTERJECTIONS, SONG_WORDS
from engine.phonemize.syllables import syllabify

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`\u2032\uff07", "'"))
_NOT_IN_WORDS = re.compile(r"[^a-z' -]+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_DOUBLED_END = re.compile(r"(.)\1+$")
_REPEATED = re.compile(r"((?:sh|[bdhlmnrtwy])?(?:ah?|e[hy]?|ooh?|oh?|oo?|ee|um))\1{1,}")
_CACHE_SIZE = 16384


class EnglishPhonemizer:
    """American English, as CMUdict has it.  Safe to share between threads: it keeps only caches."""

    language = "en"
    phones = SPEECH

    def phonemize_word(self, word: str, written_syllables: tuple[str, ...] = ()) -> Pronunciation:
        """See `Phonemizer`.  Several words in one lyric are sung one after the other."""
        tokens = normalize(word).split()
        if len(tokens) == 1:
            return _word(tokens[0], written_syllables)
        if not tokens:
            return Pronunciation((), False, f"There is nothing to pronounce in {word!r}.")
        parts = [_word(token, ()) for token in tokens]
        syllables = tuple(syllable for part in parts for syllable in part.syllables)
        message = next((part.message for part in parts if not part.known), "")
        return Pronunciation(syllables, not message, message)


def normalize(text: str) -> str:
    """Lower case a-z, apostrophes, inner hyphens and single spaces only; digits and & become words."""
    folded = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    folded = folded.translate(_APOSTROPHES).replace("\u2010", "-").replace("\u2011", "-").replace("&", " and ")
    folded = folded.replace("\u00e6", "ae").replace("\u0153", "oe").replace("\u00f8", "o")
    folded = "".join(char for char in folded if not unicodedata.combining(char))
    folded = re.sub(r"[\u2013\u2014_/+~]|--+|\s", " ", folded)
    plain = _NOT_IN_WORDS.sub("", spell_numbers(folded))
    return " ".join(token for raw in plain.split() if (token := raw.strip("-")).strip("'"))


@lru_cache(maxsize=_CACHE_SIZE)
def _word(token: str, written: tuple[str, ...]) -> Pronunciation:
    variants, known = pronunciations(token)
    if not variants:
        return Pronunciation((), False, f"There is nothing to pronounce in {token!r}.")
    count = len(written)
    phones = _fit(token, variants, count) if count else variants[0]
    message = "" if known else f"The word {token!r} is in no dictionary; its sounds are guessed from its letters."
    return Pronunciation(syllabify(phones, written), known, message)


def pronunciations(token: str) -> tuple[Variants, bool]:
    """All ways to say a normalized token, usual first, and whether they are more than a guess."""
    for step in _STEPS:
        if found := step(token):
            return found, True
    if "-" in token:
        parts = [pronunciations(part)[0] for part in token.split("-") if part.strip("'")]
        return _joined(parts), False
    guess = letters_to_sounds(token.replace("'", ""))
    return ((guess,), False) if guess else ((), False)


def _fit(token: str, variants: Variants, count: int) -> Phones:
    """The variant with `count` syllables; else one shortened or lengthened by one; else the usual."""
    for variant in variants:
        if num_vowels(variant) == count:
            return variant
    for variant in variants:
        changed = elisions(variant) if num_vowels(variant) > count else expansions(variant, token)
        for candidate in changed:
            if num_vowels(candidate) == count:
                return candidate
    return min(variants, key=lambda variant: abs(num_vowels(variant) - count))


def _direct(token: str) -> Variants:
    return SONG_WORDS.get(token) or lexicon.lookup(token)


def _unquoted(token: str) -> Variants:
    """An apostrophe may be a quotation mark."""
    for bare in (token.strip("'"), token.lstrip("'"), token.rstrip("'")):
        if bare != token and (found := _direct(bare)):
            return found
    return ()


def _dropped_g(token: str) -> Variants:
    """wanderin', whisperin."""
    bare = token.removesuffix("'")
    if not bare.endswith("in") or len(bare) < 5:
        return ()
    found = _direct(bare + "g") or derived(bare + "g", _direct)
    return tuple((*variant[:-1], "N") for variant in found if variant[-1] == "NG")


def _interjection(token: str) -> Variants:
    for pattern, variants in INTERJECTIONS:
        if pattern.fullmatch(token):
            return variants
    return ()


def _repetition(token: str) -> Variants:
    """ohohoh, lalala, nananana, hahaha."""
    if not (match := _REPEATED.fullmatch(token)):
        return ()
    unit = match.group(1)
    found = _direct(unit) or _interjection(unit)
    return tuple(variant * (len(token) // len(unit)) for variant in found[:1])


def _unstretched(token: str) -> Variants:
    """looove, yesss, sooo: letters written as long as they are sung."""
    if not (_STRETCHED.search(token) or _DOUBLED_END.search(token)):
        return ()
    forms = [_STRETCHED.sub(r"\1\1", token), _STRETCHED.sub(r"\1", token)]
    forms += [_DOUBLED_END.sub(r"\1", form) for form in forms]
    return next((found for form in forms if form != token and (found := _direct(form))), ())


def _hyphenated(token: str) -> Variants:
    """a-ma-zing is one word; evergreen-tree is its parts one after the other."""
    if "-" not in token:
        return ()
    pieces = [part for part in token.split("-") if part.strip("'")]
    sounds = [_interjection(piece) or SONG_WORDS.get(piece, ()) for piece in pieces]
    if all(sounds):
        return _joined(sounds)  # sha-la-la is not the name Shalala
    if found := _plain(token.replace("-", "")):
        return found
    parts = [_plain(piece) for piece in pieces]
    return _joined(parts) if all(parts) else ()


def _joined(parts: list[Variants]) -> Variants:
    """The usual form of each part, then those with one part varied."""
    spoken = [part for part in parts if part]
    usual = [part[0] for part in spoken]
    forms = [usual]
    for index, part in enumerate(spoken):
        forms += [[*usual[:index], variant, *usual[index + 1 :]] for variant in part[1:]]
    return tuple(tuple(chain.from_iterable(form)) for form in forms if form)


def _plain(token: str) -> Variants:
    return next((found for step in _SIMPLE_STEPS if (found := step(token))), ())


def _restored(token: str) -> Variants:
    return restored(token, _direct)


def _derived(token: str) -> Variants:
    return derived(token, _direct) or (derived(token[:-1], _direct) if token.endswith("'") else ())


def _derived_twice(token: str) -> Variants:
    return derived(token, _derived)


def _compound(token: str) -> Variants:
    return compound(token, _direct, letters_to_sounds(token)) if "'" not in token else ()


_SIMPLE_STEPS: tuple[Callable[[str], Variants], ...] = (_interjection, _direct, _unquoted, _dropped_g)
_STEPS = (*_SIMPLE_STEPS, _repetition, _hyphenated, _restored, _unstretched, _derived, _compound, _derived_twice)
