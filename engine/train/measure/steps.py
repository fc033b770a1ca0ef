"""Quality against steps: one voice, held-out phrases, any sampler, number of steps and temperature.

All renderings have the teacher's phones, times and f0.  A mean scores well by distance and sounds like wax: so beside
the distance stands how much of the teacher's variance is left, over time and from frame to frame.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.codec.log_mel import band_amplitudes
from engine.diffusion import SAMPLERS, timesteps
from engine.diffusion.sampling import start_noise
from engine.models.hidden_singer import HiddenSinger
from engine.models.registry import InstalledVoice
from engine.singing.pipeline import SungPlan, network_inputs
from engine.train.corpus.singing import SungPhrase
from engine.train.measure.cepstra import Array, Distortion, Envelopes, distances, distortion, envelopes
from engine.train.measure.progress import Report
from engine.train.measure.takes import teacher_audio

ENVELOPE_EVERY = 4
"""Subframes from one envelope to the next: 21 ms, a sixth of the work of all."""
HEARD_NEPERS = 5.8
"""Mel frames 50 dB below the loudest do not count for variance."""
PACE_RUNS = 5

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """One phrase with all that does not depend on the sampler.  latents: the teacher's [D, T]; h_cond, mu likewise."""

    phrase: SungPhrase
    f0: Floats
    inputs: dict[str, NDArray[Any]]
    h_cond: Floats
    mu: Floats
    latents: Floats
    envelope: Envelopes
    mel: Floats
    heard: NDArray[np.bool_]

    @property
    def duration_s(self) -> float:
        """Of its sound."""
        return len(self.phrase.audio) / 48_000


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table."""

    sampler: str
    steps: int
    temperature: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`mcd_db`, `rms_db`: distance to the teacher.  Shares of the teacher's variance: `latent_variance` over time,
    `latent_motion` of the change from frame to frame, `mel_variance` and `mel_motion` the same of the sound's mel
    bands.  `distance`: RMS of latents to the teacher's (which have a variance of 1); `variety`: RMS between two takes.
    """

    mcd_db: float
    rms_db: float
    latent_variance: float
    latent_motion: float
    mel_variance: float
    mel_motion: float
    distance: float
    variety: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one core's work per second of sound, each the least of some runs: what every rendering costs, and
    each step.  Work, not waiting: it is the same beside other programs."""

    fixed: float
    step: float


def prepare(phrases: Sequence[SungPhrase], voice: HiddenSinger, report: Report) -> list[Material]:
    """The teacher's side of every phrase, and what the condition encoder says of it."""
    made = []
    for number, phrase in enumerate(phrases):
        report("Preparing phrases", number, len(phrases))
        sound, f0 = teacher_audio(phrase), phrase.f0.astype(np.float32)
        inputs = network_inputs(_plan(phrase, voice), voice, phrase.speaker)
        h_cond, mu = voice.condition(inputs)
        bands = _mel(sound, voice)
        envelope = _envelopes(sound, f0, voice)
        latents = voice.codec.encode(sound)[:, : mu.shape[1]]
        level = bands.max(axis=0)
        heard = level > level.max() - HEARD_NEPERS
        made.append(Material(phrase, f0, inputs, h_cond, mu, latents, envelope, bands, heard))
    return made


def sampled(material: Material, voice: HiddenSinger, setting: Setting, seed: int) -> Floats:
    """Latents [D, T] of one take."""
    rng = np.random.default_rng(seed)
    schedule, mu = voice.schedule, material.mu
    z = start_noise(mu, schedule, 1.0, 1.0 / max(setting.temperature, 1e-6), rng)

    def denoise(z: Floats, t: float) -> Floats:
        return voice.denoise(z, mu, material.h_cond, t)

    return SAMPLERS[setting.sampler](denoise, z, mu, schedule, timesteps(schedule, setting.steps), rng)


def measure(materials: Sequence[Material], voice: HiddenSinger, setting: Setting, seed: int = 0) -> Figures:
    """One row."""
    latents = [sampled(m, voice, setting, seed + number) for number, m in enumerate(materials)]
    first = materials[0]
    other = sampled(first, voice, setting, seed + 1000)
    figures = judge(materials, latents, voice, seed)
    return replace(figures, variety=float(np.sqrt(np.mean((other - latents[0]) ** 2))))


def judge(materials: Sequence[Material], latents: Sequence[Floats], voice: HiddenSinger, seed: int = 0) -> Figures:
    """Figures of any latents, `variety` left at 0: the prior's mean and the codec's copy are judged alike."""
    parts: list[Array] = []
    mels: list[Floats] = []
    for material, z in zip(materials, latents, strict=True):
        sound = voice.codec.decode(z, material.f0, seed)
        parts.append(distances(material.envelope, _envelopes(sound, material.f0, voice)))
        mels.append(_mel(sound, voice))
    total: Distortion = distortion(parts)
    wanted = [m.latents for m in materials]
    heard = [m.heard for m in materials]
    return Figures(
        mcd_db=total.mcd_db,
        rms_db=total.rms_db,
        latent_variance=_variance_share(latents, wanted, heard),
        latent_motion=_motion_share(latents, wanted, heard),
        mel_variance=_variance_share(mels, [m.mel for m in materials], heard),
        mel_motion=_motion_share(mels, [m.mel for m in materials], heard),
        distance=float(np.sqrt(np.mean([np.mean((z - w) ** 2) for z, w in zip(latents, wanted, strict=True)]))),
        variety=0.0,
    )


def pace(material: Material, voice: HiddenSinger) -> Pace:
    """Measured on one phrase, warm."""
    mu, h_cond = material.mu, material.h_cond
    fixed = _least_s(lambda: voice.condition(material.inputs)) + _least_s(
        lambda: voice.codec.decode(mu, material.f0, 0)
    )
    step = _least_s(lambda: voice.denoise(mu, mu, h_cond, 0.5))
    return Pace(fixed / material.duration_s, step / material.duration_s)


def _least_s(work: Any) -> float:
    spent = []
    for _ in range(PACE_RUNS):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


def _variance_share(found: Sequence[Floats], wanted: Sequence[Floats], heard: Sequence[NDArray[np.bool_]]) -> float:
    """Variance over heard frames of [C, T], as a share of the wanted one; the geometric mean over channels."""
    of_found, of_wanted = (
        np.concatenate([part[:, : len(h)][:, h[: part.shape[1]]] for part, h in zip(parts, heard, strict=True)], axis=1)
        for parts in (found, wanted)
    )
    share = np.var(of_found, axis=1) / np.maximum(np.var(of_wanted, axis=1), 1e-9)
    return float(np.exp(np.mean(np.log(np.maximum(share, 1e-9)))))


def _motion_share(found: Sequence[Floats], wanted: Sequence[Floats], heard: Sequence[NDArray[np.bool_]]) -> float:
    """The same of the change from frame to frame."""
    return _variance_share([np.diff(z) for z in found], [np.diff(z) for z in wanted], [h[1:] & h[:-1] for h in heard])


def _mel(sound: Floats, voice: HiddenSinger) -> Floats:
    """Natural log [80, T]."""
    logs: Floats = np.log(np.maximum(band_amplitudes(sound, voice.codec.sample_rate, voice.codec.hop_length), 1e-6))
    return logs


def _envelopes(sound: Floats, f0: Floats, voice: HiddenSinger) -> Envelopes:
    every = ENVELOPE_EVERY
    whole = len(f0) // every * every
    samples = sound[: whole * voice.codec.hop_length // voice.codec.subframes]
    return envelopes(samples, f0[:whole].reshape(-1, every).mean(axis=1), voice.codec.sample_rate)


def _plan(phrase: SungPhrase, voice: HiddenSinger) -> SungPlan:
    numbers = voice.settings.get("voices", {}).get("languages", {})
    language = next((name for name, number in numbers.items() if number == phrase.language), "")
    f0 = phrase.f0.astype(np.float32)
    return SungPlan(phrase.phones, phrase.notes, phrase.phones[0].start_s, f0, phrase.tempo_bpm, (), language)


def copies(materials: Sequence[Material]) -> list[Floats]:
    """The teacher's own latents: the codec's share of the distance."""
    return [m.latents for m in materials]


def means(materials: Sequence[Material]) -> list[Floats]:
    """The prior's: no step at all."""
    return [m.mu for m in materials]


def singable(phrases: Sequence[SungPhrase], model: InstalledVoice) -> list[SungPhrase]:
    """Those whose phones the voice has and whose speaker it has."""
    own = model.manifest.settings["phones"]
    speakers = int(model.manifest.settings.get("voices", {}).get("num_speakers", 1))
    return [p for p in phrases if p.speaker < speakers and all(phone.label in own for phone in p.phones)]
