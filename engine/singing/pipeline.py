"""One phrase to audio, in numbered steps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.diffusion import SAMPLERS, timesteps
from engine.diffusion.sampling import start_noise
from engine.errors import InputError
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.phonemize.phones import accented
from engine.score import Phrase, Problem
from engine.singing.conditions import conditions
from engine.singing.pitch import f0_curve
from engine.singing.settings import SingSettings
from engine.singing.timing import ConsonantTable, SungNote, TimedPhone, time_phones
from engine.singing.words import phones_of_notes

Floats = NDArray[np.float32]
STAGE = "Singing"
MAX_PHONES = 2000
"""In one phrase.  Ten times what a tongue can do in its 12 s; the networks' memory grows with the square."""


@dataclass(frozen=True, slots=True)
class SungPlan:
    """Everything decided before a network runs.  `start_s` is relative to the phrase's start (negative:
    consonants come before the first note); f0 [S] at subframe middles."""

    phones: tuple[TimedPhone, ...]
    notes: tuple[SungNote, ...]
    start_s: float
    f0: Floats
    tempo_bpm: float
    problems: tuple[Problem, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class SungPhrase:
    """samples float32 [N] at the voice's rate, beginning `start_s` after the phrase's start."""

    samples: Floats
    start_s: float


def plan_phrase(phrase: Phrase, voice: HiddenSinger, settings: SingSettings, language: str) -> SungPlan | None:
    """Words, times and pitches of a phrase; None when nothing in it sounds.

    Raises `InputError` for more phones than the networks can hold.
    """
    spoken = phones_of_notes(phrase.notes, language, phrase.tempo_map)
    # To the microsecond, as the phrase's content key has it: what is found by that key was made from the same times.
    own = voice.settings["phones"]
    notes = tuple(
        SungNote(
            round(start_s, 6),
            round(end_s, 6),
            note.key + settings.transpose,
            tuple(chain.from_iterable(accented(phones, own))),
        )
        for (start_s, end_s), note, phones in zip(phrase.spans_s(), phrase.notes, spoken.phones, strict=True)
    )
    phones = time_phones(notes, ConsonantTable.from_dict(voice.settings["consonants"]))
    if not phones:
        return None
    if len(phones) > MAX_PHONES:
        bar, _ = phrase.tempo_map.bar_beat(phrase.notes[0].start)
        what = f"Bar {bar}: {len(notes)} notes lie within {phrase.duration_s:.3g} s, more than any voice can sing."
        raise InputError(what, "Check the clip's tempo and the lengths of its notes.")
    codec = voice.codec
    frames = int(np.ceil((phones[-1].end_s - phones[0].start_s) * codec.sample_rate / codec.hop_length))
    subframe_s = codec.hop_length / codec.subframes / codec.sample_rate
    middles = phones[0].start_s + (np.arange(frames * codec.subframes) + 0.5) * subframe_s
    f0 = f0_curve(notes, middles, settings.pitch, _phrase_seed(phrase, settings.seed))
    tempo_bpm = phrase.tempo_map.bpm_at(phrase.notes[0].start)
    return SungPlan(phones, notes, phones[0].start_s, f0, tempo_bpm, spoken.problems, language)


def render_phrase(
    phrase: Phrase, plan: SungPlan, voice: HiddenSinger, settings: SingSettings, context: JobContext
) -> SungPhrase:
    """Run the networks.  The same phrase, plan and settings give the same samples."""
    seed = _phrase_seed(phrase, settings.seed)
    # 1. What to sing, frame by frame
    inputs = network_inputs(plan, voice, settings.speaker)
    # 2. The prior's mean
    h_cond, mu = voice.condition(inputs, context.token)
    # 3. From noise around it to latents
    latents = _sample(h_cond, mu, voice, settings, seed, context)
    # 4. From latents to samples, on the planned pitch
    samples = voice.codec.decode(latents, plan.f0, seed, context.token)
    return SungPhrase(samples, plan.start_s)


def network_inputs(plan: SungPlan, voice: HiddenSinger, speaker: int) -> dict[str, NDArray[Any]]:
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
        "speaker": np.asarray(speaker, np.int64),
    }
    if several := voice.settings.get("voices"):
        number = several["languages"].get(plan.language.split("-")[0], 0)
        shares = np.zeros((len(told.f0), int(several["num_speakers"])), np.float32)
        shares[:, speaker] = 1.0
        inputs |= {"speaker": shares, "languages": np.full(len(told.phones), number, np.int64)}
    return inputs


def _sample(
    h_cond: Floats, mu: Floats, voice: HiddenSinger, settings: SingSettings, seed: int, context: JobContext
) -> Floats:
    rng = np.random.default_rng(seed)
    schedule = voice.schedule
    times = timesteps(schedule, settings.num_steps, settings.start)
    tau = 1.0 / max(settings.temperature, 1e-6)
    z = start_noise(mu, schedule, settings.start, tau, rng)

    def denoise(z: Floats, t: float) -> Floats:
        context.token.raise_if_cancelled()
        return voice.denoise(z, mu, h_cond, t, context.token)

    return SAMPLERS[settings.sampler](denoise, z, mu, schedule, times, rng)


def _phrase_seed(phrase: Phrase, seed: int) -> int:
    """The same phrase sung twice in a song is sung alike; another seed is another take of each."""
    digest = hashlib.sha256(f"{phrase.content_key()}:{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


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
