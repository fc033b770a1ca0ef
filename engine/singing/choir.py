"""Choir: several takes of the same part at once, no two of them quite together, in tune or in the same place.

Member 0 is the lead: the part as one voice sings it, on the beat and in tune.  Every other member has its own chances
in pitch and timbre, and stands off the lead in time and pitch by an amount of its own that drifts slowly.  Times are
moved in the notes and pitch in the planned f0, before the networks run: nothing is stretched afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, fade_edges
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import NoteId, Phrase, Problem, Score, split_phrases
from engine.singing.cache import PhraseCache, cache_key
from engine.singing.choir_members import Choir, Member, members
from engine.singing.clip import FADE_S, SungClip, phrase_key, rendering_key, time_score
from engine.singing.pipeline import STAGE, SungPlan, out_of_range, plan_phrase, render_phrase
from engine.singing.render_ahead import in_order
from engine.singing.settings import SingSettings
from engine.singing.takes import Take, take_of
from engine.singing.timing_within import timing_within

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Part:
    """A phrase as one member sings it; `start` and `end` are samples of the clip, `start` may be negative."""

    member: Member
    phrase: Phrase
    plan: SungPlan
    settings: SingSettings
    take: Take
    start: int
    end: int


def sing_choir(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    cache: PhraseCache | None = None,
    takes: Mapping[NoteId, Take] | None = None,
    *,
    choir: Choir,
) -> SungClip:
    """As `engine.singing.clip.sing_score`, by a choir: the audio is stereo, the timing is the lead's.

    Phrases are counted once per member.  The lead's are found in the cache of the same clip sung by one voice.
    """
    rate = voice.codec.sample_rate
    timing = time_score(score, voice, settings, language, context, takes)
    parts, problems = _parts(score, voice, settings, language, context, takes, choir)
    begin = min([round(timing.offset_s * rate), *(part.start for part in parts)])
    end = max([round((timing.offset_s + timing.duration_s) * rate), *(part.end for part in parts)])
    keys = {part.settings.key(): rendering_key(voice, part.settings, language) for part in parts}

    def sung(part: _Part) -> tuple[Floats, bool]:
        return _sung(part, keys[part.settings.key()], voice, context, cache)

    mix = np.zeros((2, end - begin), np.float32)
    cached = 0
    context.step(STAGE, 0, len(parts))
    with closing(in_order(parts, sung)) as results:
        for number, (part, (samples, found)) in enumerate(zip(parts, results, strict=True), start=1):
            cached += found
            gains = np.array(part.member.gains(choir.voices), np.float32)[:, None]
            mix[:, part.start - begin : part.end - begin] += gains * fade_edges(samples[None], round(FADE_S * rate))
            context.step(STAGE, number, len(parts))
    audio = Audio(mix, rate)
    timing = timing_within(timing, begin / rate, audio.duration_s)
    return SungClip(audio, begin / rate, len(parts), cached, tuple(problems), timing)


def _parts(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    takes: Mapping[NoteId, Take] | None,
    choir: Choir,
) -> tuple[list[_Part], list[Problem]]:
    """Every phrase by every member; problems as the lead finds them."""
    parts: list[_Part] = []
    problems = list(score.problems)
    codec, company = voice.codec, members(choir)
    for phrase in split_phrases(score):
        take = take_of(phrase, takes, settings.take)
        for member in company:
            context.token.raise_if_cancelled()
            own = _settings(settings, choir, member)
            moved, chance = _moved_phrase(phrase, member), _take(take, choir, member)
            plan = plan_phrase(moved, voice, own, phrase.language or language, chance)
            if plan is None:
                break
            if member.number == 0:
                problems += plan.problems
                problems += out_of_range(plan.notes, phrase, voice.manifest.key_range)
            plan = _tuned(plan, moved, member, codec.hop_length / codec.subframes / codec.sample_rate)
            start = round((moved.start_s + plan.start_s) * codec.sample_rate)
            length = len(plan.f0) // codec.subframes * codec.hop_length
            parts.append(_Part(member, moved, plan, own, chance, start, start + length))
    return parts, problems


def _settings(settings: SingSettings, choir: Choir, member: Member) -> SingSettings:
    if member.number == 0 or not choir.speakers:
        return settings
    return replace(settings, speaker=choir.speakers[(member.number - 1) % len(choir.speakers)], blend=())


def _take(take: Take, choir: Choir, member: Member) -> Take:
    """The lead sings the phrase's own take; a retake of it is one of the whole choir."""
    if member.number == 0:
        return take
    return Take(*(_mixed_seed(seed, choir.seed, member.number) for seed in (take.pitch_seed, take.timbre_seed)))


def _mixed_seed(*numbers: int) -> int:
    return int.from_bytes(hashlib.sha256(repr(numbers).encode()).digest()[:8], "little")


def _moved_phrase(phrase: Phrase, member: Member) -> Phrase:
    """The phrase with all its times late as the member is there: what touches, touches still."""
    if member.number == 0:
        return phrase
    seconds, quarters = phrase.tempo_map.seconds, phrase.tempo_map.quarters

    def late(at_s: float) -> float:
        return at_s + float(member.late_s(np.array([at_s]))[0])

    notes = []
    for note in phrase.notes:
        start, end = quarters(late(seconds(note.start))), quarters(late(seconds(note.end)))
        notes.append(replace(note, start=start, duration=end - start))
    return replace(phrase, notes=tuple(notes), start_s=late(phrase.start_s), end_s=late(phrase.end_s))


def _tuned(plan: SungPlan, phrase: Phrase, member: Member, subframe_s: float) -> SungPlan:
    if member.number == 0:
        return plan
    times_s = phrase.start_s + plan.start_s + (np.arange(len(plan.f0)) + 0.5) * subframe_s
    return replace(plan, f0=(plan.f0 * np.exp2(member.sharp_cents(times_s) / 1200)).astype(np.float32))


def _sung(
    part: _Part, rendering: str, voice: HiddenSinger, context: JobContext, cache: PhraseCache | None
) -> tuple[Floats, bool]:
    """Samples of a part, and whether they were there before."""
    context.token.raise_if_cancelled()
    key = phrase_key(rendering, part.phrase, part.plan, part.take)
    if part.member.number:
        key = cache_key(key, hashlib.sha256(part.plan.f0.tobytes()).hexdigest())
    samples = cache.get(key) if cache else None
    if samples is not None and len(samples) == part.end - part.start:
        return samples, True
    samples = render_phrase(part.phrase, part.plan, voice, part.settings, context, part.take).samples
    if cache:
        cache.put(key, samples)
    return samples, False


__all__ = ["Choir", "sing_choir"]
