"""The shipped voice as a vocalist: it sings the words of a score."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.jobs import JobContext
from engine.models import find_model
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.score import Score
from engine.singing.clip import sing_score
from engine.singing.settings import SingSettings
from engine.train.mixes.vocals import add
from engine.train.mixes.writing import SAMPLE_RATE

NUM_STEPS = 4


def shipped_range() -> tuple[int, int]:
    """Lowest and highest MIDI number of the voice."""
    low, high = _voice().manifest.key_range
    return low, high


def sing_shipped(score: Score, seconds: float, transpose: int, seed: int) -> np.ndarray:
    """Float64 [N] of `seconds` at the songs' rate: the score in English, `transpose` semitones higher."""
    import soxr

    settings = SingSettings(seed=seed, num_steps=NUM_STEPS, transpose=transpose)
    sung = sing_score(score, _voice(), settings, "en", JobContext())
    samples = np.zeros(round(seconds * SAMPLE_RATE))
    rate = sung.audio.sample_rate
    add(samples, soxr.resample(sung.audio.samples[0].astype(np.float64), rate, SAMPLE_RATE), sung.offset_s)
    return samples


@lru_cache(maxsize=1)
def _voice() -> HiddenSinger:
    return build(find_model(), "cpu", 1)
