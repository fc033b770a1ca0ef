"""Synthesisers for electronic songs: saws, squares and frequency modulation, a filter that moves, pumping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pedalboard as pb

from engine.train.mixes.midi import Event
from engine.train.mixes.writing import SAMPLE_RATE

FILTER_BLOCK = 1024
"""Samples between two settings of the filter."""
KINDS = ("saw", "supersaw", "square", "bell", "sub")


@dataclass(frozen=True, slots=True)
class Patch:
    """`kind` of oscillator, envelope in seconds and share, filter's `cutoff_hz` and how far it is swept in octaves."""

    kind: str
    attack_s: float
    decay_s: float
    sustain: float
    release_s: float
    cutoff_hz: float
    sweep_octaves: float
    sweep_s: float
    width: float


def draw_patch(role: str, rng: np.random.Generator) -> Patch:
    """A patch for "bass", "pad", "pluck" or "lead"."""
    kinds = {
        "bass": ("saw", "square", "sub", "supersaw"),
        "pad": ("supersaw", "saw", "square"),
        "pluck": ("saw", "square", "bell"),
        "lead": ("supersaw", "square", "saw", "bell"),
    }[role]
    attack, decay, sustain, release = {
        "bass": (0.005, 0.25, 0.6, 0.05),
        "pad": (0.3, 0.5, 0.8, 0.6),
        "pluck": (0.003, 0.18, 0.05, 0.15),
        "lead": (0.02, 0.3, 0.7, 0.15),
    }[role]
    cutoff = {"bass": (150, 1500), "pad": (600, 6000), "pluck": (800, 8000), "lead": (1500, 10000)}[role]
    stretch = float(rng.uniform(0.6, 1.6))
    return Patch(
        kind=str(rng.choice(kinds)),
        attack_s=attack * stretch,
        decay_s=decay * stretch,
        sustain=sustain,
        release_s=release * stretch,
        cutoff_hz=float(np.exp(rng.uniform(*np.log(cutoff)))),
        sweep_octaves=float(rng.uniform(0, 1.5)),
        sweep_s=float(rng.uniform(2, 16)),
        width=0.15 if role == "bass" else float(rng.uniform(0.3, 1.0)),
    )


def render_synth(events: Sequence[Event], patch: Patch, seconds: float, seed: int) -> np.ndarray:
    """Float32 [N, 2] of `seconds`."""
    rng = np.random.default_rng(seed)
    samples = np.zeros((round(seconds * SAMPLE_RATE), 2), np.float32)
    for event in events:
        start = round(event.start_s * SAMPLE_RATE)
        if not 0 <= start < len(samples):
            continue
        note = _note(event, patch, rng)[: len(samples) - start]
        samples[start : start + len(note)] += note
    return _filtered(samples, patch, rng)


def pumped(samples: np.ndarray, kicks_s: Sequence[float], depth: float, release_s: float) -> np.ndarray:
    """The samples [N, 2] ducked by `depth` (0 to 1) at every kick, back after about `release_s`."""
    gain = np.ones(len(samples), np.float32)
    for kick in kicks_s:
        start = round(kick * SAMPLE_RATE)
        count = min(len(gain) - start, round(4 * release_s * SAMPLE_RATE))
        if count > 0:
            dip = 1 - depth * np.exp(-np.arange(count) / (release_s * SAMPLE_RATE))
            gain[start : start + count] = np.minimum(gain[start : start + count], dip)
    return samples * gain[:, None]


def _note(event: Event, patch: Patch, rng: np.random.Generator) -> np.ndarray:
    """Float32 [N, 2]."""
    held = max(event.end_s - event.start_s, 0.02)
    t = np.arange(round((held + patch.release_s) * SAMPLE_RATE)) / SAMPLE_RATE
    hz = 440 * 2 ** ((event.key - 69) / 12)
    attack = np.minimum(t / max(patch.attack_s, 1e-3), 1.0)
    decay = patch.sustain + (1 - patch.sustain) * np.exp(-np.maximum(t - patch.attack_s, 0) / patch.decay_s)
    release = np.exp(-np.maximum(t - held, 0) / (0.3 * patch.release_s))
    envelope = attack * decay * release * np.minimum(1, (t[-1] - t) / 0.003) * (event.velocity / 127) ** 1.5
    left, right = _oscillators(patch, hz, t, rng)
    stereo: np.ndarray = np.stack([left, right], axis=1) * envelope[:, None]
    return stereo.astype(np.float32)


def _oscillators(patch: Patch, hz: float, t: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    if patch.kind == "supersaw":
        cents = np.array([-17, -7, 0, 8, 16]) * patch.width
        waves = [_saw(hz * 2 ** (c / 1200), t, rng.random()) for c in cents]
        return sum(waves[:3], np.zeros(len(t))) / 2, sum(waves[2:], np.zeros(len(t))) / 2
    if patch.kind == "bell":
        index = 3.0 * np.exp(-t / patch.decay_s)
        wave = np.sin(2 * np.pi * hz * t + index * np.sin(2 * np.pi * 2 * hz * t))
    elif patch.kind == "sub":
        wave = np.tanh(1.5 * np.sin(2 * np.pi * hz * t))
    elif patch.kind == "square":
        wave = 0.7 * (_saw(hz, t, 0.0) - _saw(hz, t, 0.5))
    else:
        wave = _saw(hz, t, 0.0)
    return wave, wave


def _saw(hz: float, t: np.ndarray, phase: float) -> np.ndarray:
    """A saw whose step is rounded off over two samples (polyBLEP), so that it does not alias much."""
    step = hz / SAMPLE_RATE
    at = (hz * t + phase) % 1.0
    wave = 2 * at - 1
    first, last = at < step, at > 1 - step
    x = at[first] / step
    wave[first] -= 2 * x - x * x - 1
    x = (at[last] - 1) / step
    wave[last] -= x * x + 2 * x + 1
    return wave


def _filtered(samples: np.ndarray, patch: Patch, rng: np.random.Generator) -> np.ndarray:
    """A ladder filter whose cutoff goes up and down in `sweep_s`."""
    ladder = pb.LadderFilter(pb.LadderFilter.Mode.LPF24, patch.cutoff_hz, float(rng.uniform(0, 0.5)))
    phase = float(rng.uniform(0, 2 * np.pi))
    parts = []
    for start in range(0, len(samples), FILTER_BLOCK):
        turn = np.sin(2 * np.pi * start / SAMPLE_RATE / patch.sweep_s + phase)
        ladder.cutoff_hz = float(min(patch.cutoff_hz * 2 ** (patch.sweep_octaves * turn), 18000))
        parts.append(ladder.process(samples[start : start + FILTER_BLOCK].T, SAMPLE_RATE, reset=False))
    return np.ascontiguousarray(np.concatenate(parts, axis=1).T)
