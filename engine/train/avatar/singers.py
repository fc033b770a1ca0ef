"""Who sings a line that a face learns from, in which language, in what manner, and with which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.models import VoiceManifest
from engine.models.registry import speaker_numbers
from engine.score import Score
from engine.score.expression import Curve
from engine.singing.settings import SingSettings
from engine.train.voices.texts import Syllables, japanese, sentences

_WORDS: dict[str, Callable[[Path, int], Syllables]] = {
    "de": lambda data, seed: sentences(data / "speech" / "kerstin", "de", seed),
    "ja": lambda _, seed: japanese(seed),
}
"""Languages in which few songs, or none, have words of their own."""
PLAIN = 0.4
"""Share of lines that are sung as the voice sings without being asked for anything."""
_MANNERS = {"gender": 2.5, "tension": 0.6, "breathiness": 0.5, "dynamics": 4.0}
"""Knob -> how far it is turned, at most, either way."""


@dataclass(frozen=True, slots=True)
class Part:
    """Who sings a line and in which language; `speaker` 0 in a voice of one."""

    speaker: str | int
    language: str


def part_of(voice: VoiceManifest, number: int) -> Part:
    """Of a line: all speakers in turn, every other line in their own language, else in English.

    Who is English sings every fourth line in German.
    """
    settings = voice.settings
    speakers = tuple(speaker_numbers(settings))
    if not speakers:
        return Part(0, "en")
    speaker, turn = speakers[number % len(speakers)], number // len(speakers)
    native = settings.get("voices", {}).get("native", {})
    own = next((language for language, name in native.items() if name == speaker and language in _WORDS), "en")
    others = ("en", "en", "en", "de") if own == "en" else (own, "en", own, "en")
    return Part(speaker, others[turn % len(others)])


def worded(score: Score, language: str, data: Path, seed: int) -> Score:
    """The same melody with words of `language`, where its own are not; each syllable is written by hand."""
    if language not in _WORDS:
        return score
    words = _WORDS[language](data, seed)
    return replace(
        score,
        notes=tuple(
            note
            if note.holds or note.breath
            else replace(note, lyric="la", phones=next(words), ends_word=True, continues_word=False)
            for note in score.notes
        ),
    )


def mannered(score: Score, rng: np.random.Generator) -> Score:
    """Sung plainly, or with other formants, pressed, breathy, or loud: as many throats as one voice has."""
    if rng.random() < PLAIN:
        return score
    turned = {name: Curve(((0.0, float(rng.uniform(-most, most))),)) for name, most in _MANNERS.items()}
    return replace(score, curves=dict(score.curves) | turned)


def sung_as_usual(voice: VoiceManifest, score: Score, part: Part, seed: int, rng: np.random.Generator) -> SingSettings:
    """As the package sings by itself, in a key that the voice has."""
    keys = [note.key for note in score.notes]
    low, high = voice.key_range
    lowest, highest = sorted((low - min(keys), high - max(keys)))
    sampling: dict[str, Any] = dict(voice.settings.get("sampling", {}))
    return SingSettings(seed=seed, transpose=int(rng.integers(lowest, highest + 1)), speaker=part.speaker, **sampling)
