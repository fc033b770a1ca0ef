"""The voices that come along, and the numbers by which the networks know them and their languages."""

from __future__ import annotations

from dataclasses import dataclass

from engine.phonemize.phones import BREATH, EVERY_SPEECH, SILENCE


@dataclass(frozen=True, slots=True)
class CastVoice:
    """A voice: its number, the language of its recordings, how often it sings its own in the corpus."""

    name: str
    speaker: int
    language: str
    own_share: float = 0.6


CAST = (CastVoice("kathleen", 0, "en"), CastVoice("kerstin", 1, "de"), CastVoice("yuki", 2, "ja"))
LANGUAGE_IDS = {"en": 0, "de": 1, "ja": 2, "la": 3, "ko": 4, "zh": 5}


def phone_ids() -> dict[str, int]:
    """The shared phone table: silence, breath, then all sounds of all languages in order."""
    return {phone: index for index, phone in enumerate((SILENCE, BREATH, *sorted(EVERY_SPEECH)))}
