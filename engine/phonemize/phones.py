"""The phones every language room speaks in: ARPAbet without stress, `SP` for silence, `AP` for a breath."""

from __future__ import annotations

SILENCE = "SP"
BREATH = "AP"
RESTS = frozenset({SILENCE, BREATH})

DIPHTHONGS = frozenset({"AW", "AY", "EY", "OW", "OY"})
MONOPHTHONGS = frozenset({"AA", "AE", "AH", "AO", "EH", "ER", "IH", "IY", "UH", "UW"})
VOWELS = DIPHTHONGS | MONOPHTHONGS

STOPS = frozenset({"B", "D", "G", "K", "P", "T"})
AFFRICATES = frozenset({"CH", "JH"})
FRICATIVES = frozenset({"DH", "F", "HH", "S", "SH", "TH", "V", "Z", "ZH"})
NASALS = frozenset({"M", "N", "NG"})
LIQUIDS = frozenset({"L", "R"})
GLIDES = frozenset({"W", "Y"})
CONSONANTS = STOPS | AFFRICATES | FRICATIVES | NASALS | LIQUIDS | GLIDES

UNVOICED = frozenset({"CH", "F", "HH", "K", "P", "S", "SH", "T", "TH"})
VOICED = (VOWELS | CONSONANTS) - UNVOICED

SPEECH = VOWELS | CONSONANTS
"""The 39 phones of CMUdict."""
PHONES = SPEECH | RESTS
"""All a phone may be: the 39 of CMUdict and the two rests."""

_CLASSES = (
    ("rest", RESTS),
    ("vowel", MONOPHTHONGS),
    ("diphthong", DIPHTHONGS),
    ("stop", STOPS),
    ("affricate", AFFRICATES),
    ("fricative", FRICATIVES),
    ("nasal", NASALS),
    ("liquid", LIQUIDS),
    ("glide", GLIDES),
)
PHONE_CLASS: dict[str, str] = {phone: name for name, members in _CLASSES for phone in sorted(members)}


def is_vowel(phone: str) -> bool:
    """Monophthong or diphthong; `ER` counts as a vowel."""
    return phone in VOWELS


def is_voiced(phone: str) -> bool:
    """Whether the vocal folds sound, so that the phone has a pitch; rests do not."""
    return phone in VOICED


def is_consonant(phone: str) -> bool:
    """Any speech phone that is not a vowel."""
    return phone in CONSONANTS


def without_stress(phone: str) -> str:
    """`AH0` -> `AH`."""
    return phone.rstrip("012")
