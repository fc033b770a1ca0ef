"""Where English phones divide into sung syllables.

Consonants between two vowels go to the later one as far as an English word could begin with them: a
singer holds the vowel and brings the consonants with the next note.  The score's own division ("mis-ter")
decides among the legal cuts of a cluster, but never takes the last consonant away from the next vowel:
"a-maz-ing" is sung a-ma-zing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from engine.phonemize.phones import is_vowel, without_stress

_CLUSTER_LIST = (
    "P L,P R,P Y,B L,B R,B Y,T R,T W,D R,D W,K L,K R,K W,K Y,G L,G R,G W,G Y,F L,F R,F Y,V Y,TH R,TH W,"
    "SH R,S P,S T,S K,S M,S N,S L,S W,S F,HH Y,HH W,M Y,S P L,S P R,S P Y,S T R,S K R,S K W,S K Y"
)
_CLUSTERS = frozenset(tuple(cluster.split()) for cluster in _CLUSTER_LIST.split(","))
_LETTER_GROUPS = re.compile(r"tch|[tcspwg]h|ck|ng|qu|(?P<double>[bcdfgklmnprstvz])(?P=double)|[bcdfghjklmnpqrstvwxz]")
_VOWEL_LETTERS = "aeiouy"


def legal_onset(cluster: tuple[str, ...], vowel: str) -> bool:
    """Whether an English syllable may begin with `cluster` before `vowel` (no stress digits)."""
    if len(cluster) < 2:
        return cluster != ("NG",)
    if len(cluster) == 2 and cluster[1] == "Y" and cluster[0] in {"T", "D", "N", "L", "TH", "S", "Z"}:
        return vowel in {"UW", "UH"}
    return cluster in _CLUSTERS


LegalOnset = Callable[[tuple[str, ...], str], bool]


def syllabify(
    phones: tuple[str, ...], written: tuple[str, ...] = (), legal: LegalOnset = legal_onset
) -> tuple[tuple[str, ...], ...]:
    """Cut `phones` (stress digits allowed, dropped) at one vowel a syllable; no vowel: one syllable.

    `written`: the letters of each syllable; ignored unless there are as many as vowels.
    `legal`: whether a syllable of the language may begin with a cluster before a vowel.
    """
    plain = tuple(without_stress(phone) for phone in phones)
    nuclei = [index for index, phone in enumerate(plain) if is_vowel(phone)]
    if not nuclei:
        return (plain,) if plain else ()
    wishes = _written_onsets(written) if len(written) == len(nuclei) else [None] * len(nuclei)
    cuts = [0]
    for (previous, nucleus), wish in zip(pairwise(nuclei), wishes[1:], strict=True):
        cluster = plain[previous + 1 : nucleus]
        cuts.append(nucleus - _onset_length(cluster, plain[nucleus], wish, legal))
    cuts.append(len(plain))
    return tuple(plain[start:end] for start, end in pairwise(cuts))


def _onset_length(cluster: tuple[str, ...], vowel: str, wish: int | None, legal: LegalOnset) -> int:
    """How many of the consonants between two vowels go to the later one."""
    count = len(cluster)
    lengths = [length for length in range(1, count + 1) if legal(cluster[count - length :], vowel)]
    if not lengths:
        return 0
    if wish is None:
        return lengths[-1]
    return min(lengths, key=lambda length: (abs(length - wish), -length))


def _written_onsets(written: tuple[str, ...]) -> list[int | None]:
    """For each written syllable, roughly how many consonants its letters begin with; None: cannot say."""
    return [_leading_consonants(syllable.lower()) for syllable in written]


def _leading_consonants(letters: str) -> int | None:
    bare = re.sub(r"[^a-z]", "", letters)
    if not bare:
        return None
    if bare[0] == "y" and bare[1:2] and bare[1] in _VOWEL_LETTERS:
        return 1
    count = position = 0
    while match := _LETTER_GROUPS.match(bare, position):
        count += 2 if match.group() in {"x", "qu"} else 1
        position = match.end()
    return count
