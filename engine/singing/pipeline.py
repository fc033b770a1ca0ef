"""One phrase to audio, in numbered steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.codec.shaping import Shaping
from engine.errors import InputError
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.phonemize.phones import accented
from engine.score import BLEND, Curve, Phrase, Problem
from engine.singing import knobs
from engine.singing.by_hand import written_phones
from engine.singing.conditions import conditions
from engine.singing.consonants import consonants_of
from engine.singing.drawn import drawn_over
from engine.singing.early_late import moved_spans
from engine.singing.latents import sample_latents
from engine.singing.pitch import f0_curve
from engine.singing.settings import SingSettings
from engine.singing.speakers import speaker_number, speaker_shares
from engine.singing.takes import Take, chance
from engine.singing.timing import TOUCHING_S, SungNote, TimedPhone, time_phones
from engine.singing.words import phones_of_notes

Floats = NDArray[np.float32]
STAGE = "Singing"
MAX_PHONES = 2000
"""In one phrase.  Ten times what a tongue can do in its 12 s; the networks' memory grows with the square."""


@dataclass(frozen=True, slots=True)
class SungPlan:
    """Everything decided before a network runs.  `start_s` is relative to the phrase's start (negative:
    consonants come before the first note); f0 [S] at subframe middles.  `languages`: one tag a note, where they differ
    from `language`; `shaping` [S]: None where nothing is asked of the gains; `shares` [T, speakers]: None where one
    speaker sings it all."""

    phones: tuple[TimedPhone, ...]
    notes: tuple[SungNote, ...]
    start_s: float
    f0: Floats
    tempo_bpm: float
    problems: tuple[Problem, ...]
    language: str = ""
    languages: tuple[str, ...] = ()
    shaping: Shaping | None = None
    shares: Floats | None = None


@dataclass(frozen=True, slots=True)
class SungPhrase:
    """samples float32 [N] at the voice's rate, beginning `start_s` after the phrase's start."""

    samples: Floats
    start_s: float


def plan_phrase(
    phrase: Phrase, voice: HiddenSinger, settings: SingSettings, language: str, take: Take | None = None
) -> SungPlan | None:
    """Words, times and pitches of a phrase; None when nothing in it sounds.

    Raises `InputError` for more phones than the networks can hold.
    """
    written = written_phones(phrase.notes, phrase.tempo_map)
    spoken = phones_of_notes(written.notes, language, phrase.tempo_map)
    curves = knobs.curves_in_seconds(phrase)
    notes = _sung_notes(phrase, spoken.phones, voice, settings, curves)
    phones = time_phones(notes, consonants_of(voice.settings, settings.speaker))
    if not phones:
        return None
    if len(phones) > MAX_PHONES:
        bar, _ = phrase.tempo_map.bar_beat(phrase.notes[0].start)
        what = f"Bar {bar}: {len(notes)} notes lie within {phrase.duration_s:.3g} s, more than any voice can sing."
        raise InputError(what, "Check the clip's tempo and the lengths of its notes.")
    middles = _middles(phones, voice)
    seed = chance(phrase, (take or settings.take).pitch_seed)
    f0 = f0_curve(notes, middles, settings.pitch, seed, knobs.vibrato_factor(curves, middles))
    return SungPlan(
        phones,
        notes,
        phones[0].start_s,
        drawn_over(f0, middles, knobs.drawn_in_seconds(phrase), settings.transpose),
        phrase.tempo_map.bpm_at(phrase.notes[0].start),
        written.problems + spoken.problems,
        language,
        spoken.languages,
        knobs.shaping(phrase.notes, notes, phones, curves, middles),
        _shares(phrase, curves, middles.reshape(-1, voice.codec.subframes).mean(axis=1), voice, settings),
    )


def _sung_notes(
    phrase: Phrase,
    spoken: Sequence[tuple[str, ...]],
    voice: HiddenSinger,
    settings: SingSettings,
    curves: Mapping[str, Curve],
) -> tuple[SungNote, ...]:
    # To the microsecond, as the phrase's content key has it: what is found by that key was made from the same times.
    spans = [(round(start_s, 6), round(end_s, 6)) for start_s, end_s in phrase.spans_s()]
    own = voice.settings["phones"]
    return tuple(
        SungNote(
            round(start_s, 6),
            round(end_s, 6),
            note.key + settings.transpose,
            tuple(chain.from_iterable(accented(phones, own))),
            knobs.articulation(note, start_s, curves),
        )
        for (start_s, end_s), note, phones in zip(
            moved_spans(spans, knobs.timing_s(phrase.notes), TOUCHING_S), phrase.notes, spoken, strict=True
        )
    )


def _shares(
    phrase: Phrase, curves: Mapping[str, Curve], times: NDArray[np.float64], voice: HiddenSinger, settings: SingSettings
) -> Floats | None:
    """Everyone's share [T, speakers] at `times` (seconds from the phrase's start); None without any blend."""
    if not settings.blend and not any(name.startswith(BLEND) for name in curves):
        return None
    blended = settings.blend, voice.settings, settings.speaker
    try:
        return speaker_shares(curves, times, *blended)
    except InputError:
        # Once more by the score's own time, which the sentence names.
        return speaker_shares(phrase.curves, knobs.quarters_at(phrase, times), *blended)


def _middles(phones: Sequence[TimedPhone], voice: HiddenSinger) -> NDArray[np.float64]:
    """Seconds of the subframes' middles from the phrase's start, over whole frames."""
    codec = voice.codec
    frames = int(np.ceil((phones[-1].end_s - phones[0].start_s) * codec.sample_rate / codec.hop_length))
    subframe_s = codec.hop_length / codec.subframes / codec.sample_rate
    return np.asarray(phones[0].start_s + (np.arange(frames * codec.subframes) + 0.5) * subframe_s, np.float64)


def render_phrase(
    phrase: Phrase,
    plan: SungPlan,
    voice: HiddenSinger,
    settings: SingSettings,
    context: JobContext,
    take: Take | None = None,
) -> SungPhrase:
    """Run the networks.  The same phrase, plan, settings and take give the same samples."""
    seed = chance(phrase, (take or settings.take).timbre_seed)
    # 1. What to sing, frame by frame
    inputs = network_inputs(plan, voice, settings.speaker)
    # 2. The prior's mean
    h_cond, mu = voice.condition(inputs, context.token)
    # 3. From noise around it to latents
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(mu.shape, dtype=np.float32)
    latents = sample_latents(h_cond, mu, noise, voice, settings, rng, context)
    # 4. From latents to samples, on the planned pitch, in the manner asked for
    samples = voice.codec.decode(latents, plan.f0, seed, context.token, plan.shaping)
    return SungPhrase(samples, plan.start_s)


def network_inputs(plan: SungPlan, voice: HiddenSinger, speaker: str | int) -> dict[str, NDArray[Any]]:
    """What `HiddenSinger.condition` wants to know of a phrase."""
    codec = voice.codec
    frame_f0 = plan.f0.reshape(-1, codec.subframes).mean(axis=1)
    phone_ids: Mapping[str, int] = voice.settings["phones"]
    frame_rate = codec.sample_rate / codec.hop_length
    told = conditions(plan.phones, plan.notes, plan.tempo_bpm, frame_f0, phone_ids, frame_rate)
    inputs: dict[str, NDArray[Any]] = {
        "phones": told.phones,
        "keys": np.clip(told.keys, 0, 127),
        "durations": told.durations,
        "tempi": told.tempi,
        "phone_of_frame": told.phone_of_frame,
        "features": told.features,
        "speaker": np.asarray(_number(speaker, voice), np.int64),
    }
    if several := voice.settings.get("voices"):
        tags = plan.languages or (plan.language,) * len(plan.notes)
        numbers = [several["languages"].get(tag.split("-")[0], 0) for tag in tags]
        shares = plan.shares
        if shares is None:
            shares = speaker_shares({}, np.zeros(len(told.f0)), (), voice.settings, speaker)
        inputs |= {"speaker": shares, "languages": np.array([numbers[phone.note] for phone in plan.phones], np.int64)}
    return inputs


def _number(speaker: str | int, voice: HiddenSinger) -> int:
    # A voice of one may keep rows for others in its networks: numbers are believed.
    return speaker if isinstance(speaker, int) else speaker_number(voice.settings, speaker)


def out_of_range(notes: Sequence[SungNote], phrase: Phrase, key_range: tuple[int, int]) -> list[Problem]:
    """A problem for each note that the voice was not made for; it is sung all the same."""
    low, high = key_range
    problems = []
    for sung, note in zip(notes, phrase.notes, strict=True):
        if low <= sung.key <= high:
            continue
        bar, beat = phrase.tempo_map.bar_beat(note.start)
        where = "below" if sung.key < low else "above"
        message = f"Bar {bar}, beat {beat:g}: key {sung.key} is {where} the voice's range ({low} to {high})."
        problems.append(Problem("out_of_range", message, note.id, bar, beat))
    return problems
