"""A whole clip: its phrases rendered (or found in the cache) and laid on one timeline."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, fade_edges
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import Phrase, Problem, Score
from engine.score.phrases import split_phrases
from engine.singing.cache import PhraseCache, cache_key
from engine.singing.pipeline import STAGE, SungPlan, out_of_range, plan_phrase, render_phrase
from engine.singing.settings import SingSettings
from engine.singing.timing import TimedPhone

Floats = NDArray[np.float32]
FADE_S = 0.008
RENDERER_VERSION = "3"
"""Raised whenever the same inputs would give other samples: old cache entries are then never found."""


@dataclass(frozen=True, slots=True)
class SungTiming:
    """What is sung when, known before anything sounds.

    `phones` with seconds from the first sample of the clip's audio, in order; `f0` [T] in Hz, `F0_RATE_HZ` times a
    second, 0 between phrases; `beats_s` likewise; the clip's start lies `offset_s` (<= 0) after that first sample.
    """

    phones: tuple[TimedPhone, ...]
    f0: Floats
    beats_s: tuple[float, ...]
    duration_s: float
    offset_s: float


F0_RATE_HZ = 100.0


@dataclass(frozen=True, slots=True)
class SungClip:
    """`audio` mono at the voice's rate; its first sample sounds `offset_s` after the clip's start (<= 0)."""

    audio: Audio
    offset_s: float
    phrases: int
    cached_phrases: int
    problems: tuple[Problem, ...]
    timing: SungTiming


@dataclass(frozen=True, slots=True)
class _Placed:
    phrase: Phrase
    plan: SungPlan
    start: int
    """Sample on the clip's timeline; may be negative."""
    end: int


def sing_score(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    cache: PhraseCache | None = None,
) -> SungClip:
    """Sing every phrase of `score`.  Raises `Cancelled` at the next step after a cancel."""
    rate = voice.codec.sample_rate
    placed, problems = _plan(score, voice, settings, language, context)
    told = json.dumps(dict(voice.manifest.settings), sort_keys=True)
    identity = cache_key(RENDERER_VERSION, *sorted(voice.manifest.files.values()), told, settings.key(), language)
    begin, end = _span(placed, score, rate)
    joined = np.zeros((1, end - begin), np.float32)
    cached = 0
    for number, entry in enumerate(placed):
        context.step(STAGE, number, len(placed))
        key = cache_key(identity, entry.phrase.content_key(), repr(entry.plan.tempo_bpm))
        samples = cache.get(key) if cache else None
        if samples is None or len(samples) != entry.end - entry.start:
            samples = render_phrase(entry.phrase, entry.plan, voice, settings, context).samples
            if cache:
                cache.put(key, samples)
        else:
            cached += 1
        # Phrases begin and end in near silence: where a tail meets the next lead-in both are heard.
        joined[:, entry.start - begin : entry.end - begin] += fade_edges(samples[None], round(FADE_S * rate))
    context.step(STAGE, len(placed), len(placed))
    timing = _timing(placed, score, begin, end, rate)
    return SungClip(Audio(joined, rate), begin / rate, len(placed), cached, tuple(problems), timing)


def time_score(
    score: Score, voice: HiddenSinger, settings: SingSettings, language: str, context: JobContext
) -> SungTiming:
    """What `sing_score` would sing when, without singing it."""
    rate = voice.codec.sample_rate
    placed, _ = _plan(score, voice, settings, language, context)
    return _timing(placed, score, *_span(placed, score, rate), rate)


def _span(placed: Sequence[_Placed], score: Score, rate: int) -> tuple[int, int]:
    """First and last sample of the clip's audio."""
    begin = min([0, *(entry.start for entry in placed)])
    return begin, max([round(score.duration_s * rate), begin + 1, *(entry.end for entry in placed)])


def _timing(placed: Sequence[_Placed], score: Score, begin: int, end: int, rate: int) -> SungTiming:
    offset_s, duration_s = begin / rate, (end - begin) / rate
    f0 = np.zeros(round(duration_s * F0_RATE_HZ), np.float32)
    phones: list[TimedPhone] = []
    for entry in placed:
        start_s = entry.start / rate - offset_s
        moved_s = start_s - entry.plan.start_s
        phones += [replace(p, start_s=p.start_s + moved_s, end_s=p.end_s + moved_s) for p in entry.plan.phones]
        first, last = (round((at / rate - offset_s) * F0_RATE_HZ) for at in (entry.start, entry.end))
        last = min(last, len(f0))
        places = np.linspace(0, len(entry.plan.f0) - 1, max(last - first, 1))
        f0[first:last] = np.interp(places, np.arange(len(entry.plan.f0)), entry.plan.f0)[: last - first]
    quarters = range(math.ceil(score.tempo_map.quarters(duration_s + offset_s)))
    beats_s = tuple(score.tempo_map.seconds(quarter) - offset_s for quarter in quarters)
    ordered = tuple(sorted(phones, key=lambda phone: phone.start_s))
    return SungTiming(ordered, f0, beats_s, duration_s, offset_s)


def _plan(
    score: Score, voice: HiddenSinger, settings: SingSettings, language: str, context: JobContext
) -> tuple[list[_Placed], list[Problem]]:
    placed: list[_Placed] = []
    problems: list[Problem] = list(score.problems)
    codec = voice.codec
    for phrase in split_phrases(score):
        context.token.raise_if_cancelled()
        plan = plan_phrase(phrase, voice, settings, phrase.language or language)
        if plan is None:
            continue
        problems += plan.problems
        problems += out_of_range(plan.notes, phrase, voice.manifest.key_range)
        start = round((phrase.start_s + plan.start_s) * codec.sample_rate)
        length = len(plan.f0) // codec.subframes * codec.hop_length
        placed.append(_Placed(phrase, plan, start, start + length))
    return placed, problems
