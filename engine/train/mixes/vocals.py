"""A vocal track: notes sung by a speaker, doubles and harmonies, effects, placed in the stereo picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pedalboard as pb

from engine.singing.pitch import PitchStyle
from engine.singing.timing import SungNote
from engine.train.mixes.effects import through
from engine.train.mixes.melodize import Singer, Source, phrases_of, sing_phrase
from engine.train.mixes.writing import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Take:
    """One mono line, float [N]; `pan` -1 (left) to 1; `gain_db` beside the lead."""

    samples: np.ndarray
    pan: float = 0.0
    gain_db: float = 0.0


def draw_singer(rng: np.random.Generator) -> Singer:
    """How someone sings: plain to operatic vibrato, slow or hard steps, a smaller or larger head."""
    style = PitchStyle(
        portamento_s=float(rng.choice([0.02, 0.06, 0.09, 0.14])),
        vibrato_semitones=float(rng.choice([0.0, 0.15, 0.28, 0.45, 0.7], p=[0.25, 0.25, 0.25, 0.15, 0.1])),
        vibrato_hz=float(rng.uniform(4.6, 6.4)),
        vibrato_from_s=float(rng.uniform(0.1, 0.45)),
        scoop_semitones=float(rng.uniform(0.0, 1.8)),
        drift_semitones=float(rng.uniform(0.02, 0.09)),
    )
    return Singer(style, float(np.exp(rng.normal(0.02, 0.05))), float(rng.choice([0.0, 0.0, 2.0, 5.0])))


def centre_key(source: Source, rng: np.random.Generator) -> float:
    """The middle of a melody for this speaker, as a MIDI number: a few semitones above their speech."""
    spoken = 69 + 12 * np.log2(max(source.median_hz, 70.0) / 440)
    return float(np.clip(spoken + rng.uniform(3, 8), 47, 70))


def sing(
    source: Source, notes: Sequence[SungNote], singer: Singer, seconds: float, seed: int, take: int = 0
) -> np.ndarray:
    """Float64 [N] of `seconds`: all phrases of `notes`.  Another `take` has the same syllables, a little otherwise."""
    samples = np.zeros(round(seconds * SAMPLE_RATE))
    first = int(np.random.default_rng([seed, 2]).integers(len(source.syllables)))
    for number, phrase in enumerate(phrases_of(notes)):
        sung, start_s, first = sing_phrase(source, first, phrase, singer, seed + number + 1000 * take)
        add(samples, sung, start_s)
    return samples


def add(samples: np.ndarray, part: np.ndarray, start_s: float, gain: float = 1.0) -> None:
    """Lay `part` over `samples` from `start_s` on; what hangs over either end is cut."""
    start = round(start_s * SAMPLE_RATE)
    skip = max(0, -start)
    count = min(len(part) - skip, len(samples) - max(0, start))
    if count > 0:
        samples[max(0, start) : max(0, start) + count] += gain * part[skip : skip + count]


def moved(notes: Sequence[SungNote], seconds: float = 0.0, keys: int = 0) -> list[SungNote]:
    """The notes later by `seconds` and higher by `keys`."""
    return [replace(n, start_s=n.start_s + seconds, end_s=n.end_s + seconds, key=n.key + keys) for n in notes]


def mix_takes(takes: Sequence[Take], effects: Sequence[pb.Plugin]) -> np.ndarray:
    """Float32 [N, 2]: every take levelled, panned with equal power, through the effects."""
    stereo = np.zeros((len(takes[0].samples), 2), np.float32)
    for take in takes:
        loud = active_rms(take.samples)
        gain = 10 ** (take.gain_db / 20) * 0.1 / max(loud, 1e-6)
        angle = (take.pan + 1) * np.pi / 4
        stereo += (gain * take.samples[:, None] * np.array([np.cos(angle), np.sin(angle)])).astype(np.float32)
    return through(effects, stereo)


def active_rms(samples: np.ndarray, block: int = 4410) -> float:
    """Root mean square over the blocks within 30 dB of the loudest; samples [N] or [N, 2]."""
    mono = samples if samples.ndim == 1 else np.sqrt((np.asarray(samples, np.float64) ** 2).mean(axis=1))
    count = len(mono) // block
    powers = (np.asarray(mono[: count * block], np.float64).reshape(count, block) ** 2).mean(axis=1)
    if not count or powers.max() <= 0:
        return 0.0
    return float(np.sqrt(powers[powers > powers.max() * 1e-3].mean()))


def draw_effects(rng: np.random.Generator, bpm: float, wet: float = 1.0) -> list[pb.Plugin]:
    """A channel strip: filters, compression, now and then distortion or chorus, echoes in time, a room.

    `wet` above 1 drowns the voice in the last two.
    """
    chain: list[pb.Plugin] = [
        pb.HighpassFilter(float(rng.uniform(60, 140))),
        pb.HighShelfFilter(float(rng.uniform(4000, 9000)), float(rng.uniform(-3, 7))),
        pb.PeakFilter(float(rng.uniform(250, 4000)), float(rng.uniform(-4, 4)), 0.8),
        pb.Compressor(float(rng.uniform(-30, -18)), float(rng.uniform(2, 6)), float(rng.uniform(2, 20)), 120.0),
    ]
    if rng.random() < 0.12:
        chain.append(pb.Distortion(float(rng.uniform(4, 14))))
    if rng.random() < 0.2:
        chain.append(pb.Chorus(float(rng.uniform(0.4, 1.5)), 0.2, 8.0, 0.1, float(rng.uniform(0.15, 0.4))))
    if rng.random() < 0.4:
        time_s = min(60 / bpm * float(rng.choice([0.25, 0.5, 0.75, 1.0])), 1.9)
        mix = min(wet * float(rng.uniform(0.08, 0.25)), 0.5)
        chain.append(pb.Delay(time_s, float(rng.uniform(0.1, 0.55)), mix))
    if rng.random() < 0.8:
        amount = min(wet * float(rng.uniform(0.04, 0.3)), 0.6)
        room, damping = float(rng.uniform(0.2, 0.95)), float(rng.uniform(0.2, 0.8))
        chain.append(pb.Reverb(room, damping, amount, 1 - 0.6 * amount, 1.0))
    return chain
