"""What a system's latents are worth: pitch that they know, distance and texture of the sound, words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.codec.harmonic import pulse_train
from engine.singing.pitch import key_to_hz
from engine.train.claims.codec import ClaimCodec
from engine.train.claims.material import pitch_hz
from engine.train.claims.reference import HOP_LENGTH, SAMPLE_RATE, Reference, envelope, periodicity
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.generator import LatentStats
from engine.train.measure.cepstra import Array, distances, distortion
from engine.train.measure.pitch import OFF_CENTS, PhrasePitch, cents_between, phrase_pitch, pitch_figures
from engine.train.measure.recognition import Recogniser, phone_errors

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figures:
    """`cents` (median), `cents_rms`, `off_share` (by more than 50): the pitch that was generated, in the middle of
    long notes.  `mcd_db`: mel-cepstral distortion to the teacher.  `periodicity`: RMS error of the share of
    power that is harmonic.  `distance`: RMS to the teacher's latents, which have a variance of 1; `motion`: variance of
    the change from frame to frame, as a share of the teacher's."""

    cents: float
    cents_rms: float
    off_share: float
    mcd_db: float
    periodicity: float
    distance: float
    motion: float


@dataclass(frozen=True, slots=True)
class Sung:
    """One phrase as a system sings it: normalised latents [D + 1, T] and the teacher's, sound [N], figures in parts."""

    sound: Floats
    cents: Array
    apart: Array
    periodicity: Floats
    latents: Floats
    wanted: Floats


@torch.no_grad()
def sing(codec: ClaimCodec, stats: LatentStats, latents: Floats, wanted: Floats, told: Reference, seed: int) -> Sung:
    """Decode normalised latents [D + 1, T], the pitch last, on the teacher's f0: so timbre and pitch fail apart."""
    stated = (latents * stats.std[:, None] + stats.mean[:, None]).astype(np.float32)
    z = codec.as_decoded(torch.from_numpy(stated[None, :-1]))
    f0 = torch.from_numpy(told.f0[None])
    harmonic, noise = codec.decoder(z, f0)
    rng = np.random.default_rng(seed)
    subframe_f0 = told.phrase.f0.astype(np.float32)
    pulses = pulse_train(subframe_f0, SAMPLE_RATE, UNIT_HOP_LENGTH, float(rng.random()))
    hiss = rng.standard_normal(len(pulses), dtype=np.float32)
    sound: Floats = codec.synth(harmonic, noise, torch.from_numpy(pulses[None]), torch.from_numpy(hiss[None]))[
        0
    ].numpy()
    off = periodicity(harmonic[0].numpy(), noise[0].numpy()) - told.periodicity
    return Sung(
        sound,
        cents_between(pitch_hz(stated[-1]), told.f0.astype(np.float64))[told.middle],
        distances(told.envelope, envelope(sound, subframe_f0)),
        off[told.loud],
        latents,
        wanted,
    )


def figures(sung: Sequence[Sung]) -> Figures:
    """All phrases together, every frame alike."""
    cents = np.concatenate([part.cents for part in sung])
    off = np.concatenate([part.periodicity for part in sung])
    away = np.concatenate([part.latents - part.wanted for part in sung], axis=1)
    moved, wanted = (
        np.concatenate([np.diff(z) for z in parts], axis=1).var(axis=1)
        for parts in ([part.latents for part in sung], [part.wanted for part in sung])
    )
    return Figures(
        cents=float(np.median(np.abs(cents))),
        cents_rms=float(np.sqrt(np.mean(cents**2))),
        off_share=float(np.mean(np.abs(cents) > OFF_CENTS)),
        mcd_db=distortion([part.apart for part in sung]).mcd_db,
        periodicity=float(np.sqrt(np.mean(off**2))),
        distance=float(np.sqrt(np.mean(away**2))),
        motion=float(np.exp(np.mean(np.log(np.maximum(moved, 1e-9) / np.maximum(wanted, 1e-9))))),
    )


def words(sung: Sequence[Sung], references: Sequence[Reference], ear: Recogniser) -> float:
    """Phone error rate."""
    pairs = [
        (told.wanted_phones, ear.phones(part.sound, SAMPLE_RATE)) for part, told in zip(sung, references, strict=True)
    ]
    return phone_errors(pairs).rate


def teachers_words(references: Sequence[Reference]) -> float:
    """The teacher's own phone error rate: the recogniser's share."""
    return phone_errors([(told.wanted_phones, told.heard_phones) for told in references]).rate


def key_cents(references: Sequence[Reference]) -> float:
    """How far the teacher's f0 is from the written keys, median of the frames that count: what no score tells."""
    away = [cents_between(key_hz(told), told.f0.astype(np.float64))[told.middle] for told in references]
    return float(np.median(np.abs(np.concatenate(away))))


def key_hz(told: Reference) -> Array:
    """The written key of every frame [T] in Hz."""
    starts = np.array([phone.start_s for phone in told.phrase.phones]) - told.phrase.phones[0].start_s
    times = (np.arange(len(told.f0)) + 0.5) * HOP_LENGTH / SAMPLE_RATE
    index = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 1)
    keys = np.array([told.phrase.notes[phone.note].key for phone in told.phrase.phones], np.float64)
    return np.asarray(key_to_hz(keys[index]), np.float64)


def tracked_pitch(sung: Sequence[Sung], references: Sequence[Reference]) -> tuple[float, float]:
    """(median cents, share off by 50) of the sound, by a tracker: here the decoder's doing, which is told f0."""
    parts: list[PhrasePitch] = [
        phrase_pitch(told.phrase, part.sound, SAMPLE_RATE) for part, told in zip(sung, references, strict=True)
    ]
    found = pitch_figures(parts)
    return found.median_cents, found.off_share
