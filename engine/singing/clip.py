"""A whole clip: its phrases rendered (or found in the cache) and laid on one timeline."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, fade_edges
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import NoteId, Problem, Score
from engine.singing.cache import PhraseCache
from engine.singing.clip_plan import (
    F0_RATE_HZ,
    RENDERER_VERSION,
    PlacedPhrase,
    SungTiming,
    phrase_key,
    plan_score,
    rendering_key,
    span_of,
    time_score,
    timing_of,
)
from engine.singing.pipeline import STAGE, render_phrase
from engine.singing.render_ahead import in_order
from engine.singing.settings import SingSettings
from engine.singing.takes import Take

__all__ = [
    "F0_RATE_HZ",
    "FADE_S",
    "RENDERER_VERSION",
    "SungClip",
    "SungTiming",
    "cached_phrase",
    "phrase_key",
    "rendering_key",
    "sing_phrase",
    "sing_score",
    "time_score",
]

Floats = NDArray[np.float32]
FADE_S = 0.008


@dataclass(frozen=True, slots=True)
class SungClip:
    """`audio` mono at the voice's rate; its first sample sounds `offset_s` after the clip's start (<= 0)."""

    audio: Audio
    offset_s: float
    phrases: int
    cached_phrases: int
    problems: tuple[Problem, ...]
    timing: SungTiming


def sing_score(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    cache: PhraseCache | None = None,
    takes: Mapping[NoteId, Take] | None = None,
) -> SungClip:
    """Sing every phrase of `score`; `takes` by the id of a phrase's first note, otherwise by the settings' seeds.

    Raises `InputError` for expression out of range, `Cancelled` at the next step after a cancel.
    """
    rate = voice.codec.sample_rate
    placed, problems = plan_score(score, voice, settings, language, context, takes)
    rendering = rendering_key(voice, settings, language)
    begin, end = span_of(placed, score, rate)
    joined = np.zeros((1, end - begin), np.float32)
    cached = 0
    keys = [phrase_key(rendering, entry.phrase, entry.plan, entry.take) for entry in placed]
    same = {key: Lock() for key in keys}

    def sing(task: tuple[PlacedPhrase, str]) -> tuple[Floats, bool]:
        """Samples of a phrase, and whether they were in the cache.  Runs on any thread."""
        entry, key = task
        with same[key]:  # one that is sung again waits for the first, and finds it
            return sing_phrase(entry, key, voice, settings, context, cache)

    context.step(STAGE, 0, len(placed))
    with closing(in_order(list(zip(placed, keys, strict=True)), sing)) as results:
        for number, (entry, (samples, known)) in enumerate(zip(placed, results, strict=True), start=1):
            cached += known
            # Phrases begin and end in near silence: where a tail meets the next lead-in both are heard.
            joined[:, entry.start - begin : entry.end - begin] += fade_edges(samples[None], round(FADE_S * rate))
            context.step(STAGE, number, len(placed))
    timing = timing_of(placed, score, begin, end, rate)
    return SungClip(Audio(joined, rate), begin / rate, len(placed), cached, tuple(problems), timing)


def sing_phrase(
    entry: PlacedPhrase,
    key: str,
    voice: HiddenSinger,
    settings: SingSettings,
    context: JobContext,
    cache: PhraseCache | None = None,
) -> tuple[Floats, bool]:
    """Samples [N] of a phrase without its fades, and whether they were in the cache under `key`.

    Raises `Cancelled`, and `MelismaError` when a network fails.
    """
    context.token.raise_if_cancelled()
    samples = cached_phrase(entry, key, cache)
    if samples is not None:
        return samples, True
    samples = render_phrase(entry.phrase, entry.plan, voice, settings, context, entry.take).samples
    if cache:
        cache.put(key, samples)
    return samples, False


def cached_phrase(entry: PlacedPhrase, key: str, cache: PhraseCache | None) -> Floats | None:
    """Samples [N] that the cache has under `key`, if they are as long as the plan says."""
    samples = cache.get(key) if cache else None
    return samples if samples is not None and len(samples) == entry.end - entry.start else None
