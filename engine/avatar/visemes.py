"""The mouth of every phone: where lips and tongue aim while it sounds.

Targets after the mouth charts of animation (Rhubarb's A to H) and of singing: vowels as open as a singer holds them,
consonants as they are spoken.  `hold` says how stubborn a phone is against its neighbours (Cohen and Massaro 1993,
"Modeling coarticulation in synthetic visual speech"): lips that must meet do.
"""

from __future__ import annotations

from typing import NamedTuple


class Mouth(NamedTuple):
    """A target of the five parameters of lips and tongue, and how strongly it is held: 0.2 (gives way) to 3."""

    open: float
    wide: float = 0.0
    round: float = 0.0
    tuck: float = 0.0
    tongue: float = 0.0
    hold: float = 1.0


REST = Mouth(0.0, hold=0.8)
BREATH = Mouth(0.35, hold=0.7)
_VOWELS = {
    "AA": Mouth(1.0, 0.05),
    "AE": Mouth(0.85, 0.4),
    "AH": Mouth(0.65, 0.05),
    "AO": Mouth(0.8, -0.3, 0.55),
    "EH": Mouth(0.62, 0.4),
    "ER": Mouth(0.42, -0.15, 0.4),
    "IH": Mouth(0.42, 0.45),
    "IY": Mouth(0.34, 0.85),
    "UH": Mouth(0.4, -0.35, 0.65),
    "UW": Mouth(0.28, -0.7, 1.0),
}
_CLOSED = Mouth(0.0, hold=3.0)
_TEETH = Mouth(0.12, 0.1, tuck=1.0, hold=2.2)
_TIP = Mouth(0.22, 0.1, tongue=0.35, hold=0.45)
_HISS = Mouth(0.1, 0.4, hold=0.9)
_HUSH = Mouth(0.18, -0.25, 0.55, hold=0.9)
_BACK = Mouth(0.32, hold=0.3)
_CONSONANTS = {
    **dict.fromkeys(("P", "B", "M"), _CLOSED),
    **dict.fromkeys(("F", "V"), _TEETH),
    **dict.fromkeys(("T", "D", "N"), _TIP),
    **dict.fromkeys(("S", "Z"), _HISS),
    **dict.fromkeys(("SH", "ZH", "CH", "JH"), _HUSH),
    **dict.fromkeys(("K", "G", "NG"), _BACK),
    **dict.fromkeys(("TH", "DH"), Mouth(0.2, 0.15, tongue=0.85, hold=0.8)),
    "L": Mouth(0.32, 0.1, tongue=0.75, hold=0.6),
    "R": Mouth(0.26, -0.2, 0.4, hold=0.6),
    "W": Mouth(0.14, -0.65, 1.0, hold=1.4),
    "Y": Mouth(0.22, 0.6, hold=0.7),
    "HH": Mouth(0.5, hold=0.1),
}
CLOSURES = frozenset(("P", "B", "M"))
"""Phones in which the lips meet."""
MOUTHS = _VOWELS | _CONSONANTS
_GLIDES = {"AW": ("AA", "UW"), "AY": ("AA", "IY"), "EY": ("EH", "IY"), "OW": ("AO", "UW"), "OY": ("AO", "IY")}
GLIDE_AT = 0.62
"""Where in a diphthong its second vowel takes over."""


def mouths_of(label: str) -> tuple[Mouth, ...]:
    """One mouth, or a diphthong's two; a rest is closed, a breath open."""
    if label in _GLIDES:
        first, second = _GLIDES[label]
        return MOUTHS[first], MOUTHS[second]._replace(open=0.8 * MOUTHS[second].open)
    if label == "AP":
        return (BREATH,)
    return (MOUTHS.get(label, REST),)
