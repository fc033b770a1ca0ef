"""Words to phones, one file per language; `phonemizer("en")` opens the one asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from engine.errors import InputError
from engine.phonemize.base import Phonemizer, Pronunciation, phonemize_line, spread
from engine.phonemize.guess import guess_language, word_language

__all__ = [
    "LANGUAGES",
    "Phonemizer",
    "Pronunciation",
    "guess_language",
    "phonemize_line",
    "phonemizer",
    "primary_language",
    "spread",
    "word_language",
]

LANGUAGES: dict[str, tuple[str, str, str]] = {
    "de": ("German", "engine.phonemize.german", "GermanPhonemizer"),
    "en": ("English", "engine.phonemize.english", "EnglishPhonemizer"),
    "ja": ("Japanese", "engine.phonemize.japanese", "JapanesePhonemizer"),
    "ko": ("Korean", "engine.phonemize.korean", "KoreanPhonemizer"),
    "la": ("Latin", "engine.phonemize.latin", "LatinPhonemizer"),
    "zh": ("Chinese", "engine.phonemize.chinese", "ChinesePhonemizer"),
}
"""IETF tag -> name for people, module, class; modules are imported when first asked for."""


def primary_language(tag: str) -> str:
    """ "en-GB" -> "en"."""
    return tag.replace("_", "-").split("-")[0].strip().lower()


def phonemizer(language: str) -> Phonemizer:
    """The phonemizer of an IETF tag; a region or script is ignored ("en-GB" is "en")."""
    primary = primary_language(language)
    if primary not in LANGUAGES:
        known = ", ".join(f"{tag} ({name})" for tag, (name, _, _) in LANGUAGES.items())
        raise InputError(f"There is no pronunciation for the language {language!r}.", f"Known languages: {known}.")
    return _open(primary)


@cache
def _open(tag: str) -> Phonemizer:
    _, module, name = LANGUAGES[tag]
    opened: Phonemizer = getattr(import_module(module), name)()
    return opened
