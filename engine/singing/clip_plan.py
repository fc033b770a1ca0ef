"""What of a clip is known before it is sung: its phrases with their places, their keys, the timing of the whole."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import NoteId, Phrase, Problem, Score
from engine.score.phrases import split_phrases
from engine.singing.cache import cache_key
from engine.singing.knobs import check_expression
from engine.singing.pipeline import SungPlan, out_of_range, plan_phrase
from engine.singing.settings import SingSettings
from engine.singing.takes import Take, take_of
from engine.singing.timing import TimedPhone

Floats = NDArray[np.float32]
Planner = Callable[[Phrase, HiddenSinger, SingSettings, str, Take], SungPlan | None]
"""What plans one phrase: `engine.singing.pipeline.plan_phrase`, or what remembers its answers."""
F0_RATE_HZ = 100.0
RENDERER_VERSION = "4"
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


@dataclass(frozen=True, slots=True)
class PlacedPhrase:
    """A phrase with its plan; `start` and `end`: its samples on the clip's timeline, `start` may be negative."""

    phrase: Phrase
    plan: SungPlan
    take: Take
    start: int
    end: int


def plan_score(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    takes: Mapping[NoteId, Take] | None = None,
    planner: Planner = plan_phrase,
) -> tuple[list[PlacedPhrase], list[Problem]]:
    """Every phrase in which something sounds, in order, and what is wrong with the clip.

    Raises `InputError` for expression out of range, `Cancelled`.
    """
    check_expression(score)
    placed: list[PlacedPhrase] = []
    problems: list[Problem] = list(score.problems)
    codec = voice.codec
    for phrase in split_phrases(score):
        context.token.raise_if_cancelled()
        take = take_of(phrase, takes, settings.take)
        plan = planner(phrase, voice, settings, phrase.language or language, take)
        if plan is None:
            continue
        problems += plan.problems
        problems += out_of_range(plan.notes, phrase, voice.manifest.key_range)
        start = round((phrase.start_s + plan.start_s) * codec.sample_rate)
        length = len(plan.f0) // codec.subframes * codec.hop_length
        placed.append(PlacedPhrase(phrase, plan, take, start, start + length))
    return placed, problems


def rendering_key(voice: HiddenSinger, settings: SingSettings, language: str) -> str:
    """Hex digest of what all phrases of a rendering have in common."""
    told = json.dumps(dict(voice.manifest.settings), sort_keys=True)
    return cache_key(RENDERER_VERSION, *sorted(voice.manifest.files.values()), told, settings.key(), language)


def phrase_key(rendering: str, phrase: Phrase, plan: SungPlan, take: Take) -> str:
    """The cache's key of a phrase in a rendering (see `rendering_key`)."""
    return cache_key(rendering, phrase.content_key(), repr(plan.tempo_bpm), repr(take))


def time_score(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    takes: Mapping[NoteId, Take] | None = None,
) -> SungTiming:
    """What `sing_score` would sing when, without singing it.  Raises likewise."""
    rate = voice.codec.sample_rate
    placed, _ = plan_score(score, voice, settings, language, context, takes)
    return timing_of(placed, score, *span_of(placed, score, rate), rate)


def span_of(placed: Sequence[PlacedPhrase], score: Score, rate: int) -> tuple[int, int]:
    """First and last sample of the clip's audio."""
    begin = min([0, *(entry.start for entry in placed)])
    return begin, max([round(score.duration_s * rate), begin + 1, *(entry.end for entry in placed)])


def timing_of(placed: Sequence[PlacedPhrase], score: Score, begin: int, end: int, rate: int) -> SungTiming:
    """What sounds when between the samples `begin` and `end` of the timeline; `rate` in Hz."""
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
