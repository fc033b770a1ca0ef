"""The voices that come along, and the numbers by which the networks know them and their languages."""

from __future__ import annotations

from dataclasses import dataclass

from engine.phonemize.phones import BREATH, EVERY_SPEECH, SILENCE
from engine.train.corpus.bandwidth import Knee


@dataclass(frozen=True, slots=True)
class CastVoice:
    """A voice: its number, the language of its recordings, how often it sings that in the corpus."""

    name: str
    speaker: int
    language: str
    own_share: float = 0.6
    knee: Knee | None = None
    """Where the recordings end, if they end early."""


CAST = (
    CastVoice("kathleen", 0, "en"),
    CastVoice("kerstin", 1, "de", knee=Knee(1000.0, 5700.0, 6600.0)),
    CastVoice("yuki", 2, "ja"),
)
LANGUAGE_IDS = {"en": 0, "de": 1, "ja": 2, "la": 3, "ko": 4, "zh": 5}
LANGUAGE_TAGS = {number: tag for tag, number in LANGUAGE_IDS.items()}


def phone_ids() -> dict[str, int]:
    """The shared phone table: silence, breath, then all sounds of all languages in order."""
    return {phone: index for index, phone in enumerate((SILENCE, BREATH, *sorted(EVERY_SPEECH)))}
