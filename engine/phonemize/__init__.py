"""Words to phones, one file per language; `phonemizer("en")` opens the one asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from engine.errors import InputError
from engine.phonemize.base import Phonemizer, Pronunciation, spread

__all__ = ["LANGUAGES", "Phonemizer", "Pronunciation", "guess_language", "phonemizer", "spread"]

LANGUAGES: dict[str, tuple[str, str, str]] = {
    "de": ("German", "engine.phonemize.german", "GermanPhonemizer"),
    "en": ("English", "engine.phonemize.english", "EnglishPhonemizer"),
    "ja": ("Japanese", "engine.phonemize.japanese", "JapanesePhonemizer"),
    "la": ("Latin", "engine.phonemize.latin", "LatinPhonemizer"),
}
"""IETF tag -> name for people, module, class; modules are imported when first asked for."""

_KANA_RANGES = ((0x3041, 0x30FF), (0xFF66, 0xFF9F))


def phonemizer(language: str) -> Phonemizer:
    """The phonemizer of an IETF tag; a region or script is ignored ("en-GB" is "en")."""
    primary = language.replace("_", "-").split("-")[0].strip().lower()
    if primary not in LANGUAGES:
        known = ", ".join(f"{tag} ({name})" for tag, (name, _, _) in LANGUAGES.items())
        raise InputError(f"There is no pronunciation for the language {language!r}.", f"Known languages: {known}.")
    return _open(primary)


@cache
def _open(tag: str) -> Phonemizer:
    _, module, name = LANGUAGES[tag]
    opened: Phonemizer = getattr(import_module(module), name)()
    return opened


def guess_language(lyrics: Iterable[str]) -> str:
    """Kana means Japanese; everything else is taken for English.  German and Latin are sung only when told so."""
    for lyric in lyrics:
        if any(low <= ord(char) <= high for char in lyric for low, high in _KANA_RANGES):
            return "ja"
    return "en"
