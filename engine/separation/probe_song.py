"""Ten seconds of a song whose vocals are known: a preset's singing before a band that is made up here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.audio import read_audio
from engine.folders import presets_folder

Floats = NDArray[np.float32]
SAMPLE_RATE = 44100
_BEAT_S = 60 / 84  # the clip's tempo
_CHORDS = ((43, 59, 62, 67), (48, 60, 64, 67), (50, 57, 62, 66), (43, 59, 62, 67))  # MIDI keys, bass first
_PARTIALS = 24
_CHORUS = 0.05
"""Semitones between left and right: stereo, as bands are."""


@dataclass(frozen=True, slots=True, eq=False)
class ProbeSong:
    """float32 [2, T] at 44.1 kHz each; the mix is their sum.  Both are equally loud."""

    vocals: Floats
    band: Floats


@lru_cache(maxsize=1)
def probe_song() -> ProbeSong:
    """The same song every time.  Raises `InputError` when the preset is missing."""
    sung = read_audio(presets_folder() / "probe" / "singing.ogg").samples
    vocals = np.repeat(sung, 2, axis=0)
    band = _chords(vocals.shape[1]) + _drums(vocals.shape[1])
    level = np.sqrt(np.mean(vocals**2) / np.mean(band**2))
    return ProbeSong(vocals, (band * level).astype(np.float32))


def _chords(length: int) -> Floats:
    """Plucked: every partial of every key decays, the higher the sooner."""
    bar = round(4 * _BEAT_S * SAMPLE_RATE)
    seconds = np.arange(bar) / SAMPLE_RATE
    bars = [np.stack([_chord(keys, seconds, detune) for detune in (-_CHORUS, _CHORUS)]) for keys in _CHORDS]
    count = -(-length // (bar * len(bars)))
    return np.concatenate(bars * count, axis=1)[:, :length]


def _chord(keys: tuple[int, ...], seconds: NDArray[np.float64], detune: float) -> Floats:
    total = np.zeros(len(seconds))
    for key in keys:
        frequency = 440.0 * 2 ** ((key + detune - 69) / 12)
        for partial in range(1, _PARTIALS + 1):
            decay = np.exp(-seconds * (0.5 + 0.3 * partial))
            total += np.sin(2 * np.pi * frequency * partial * seconds) * decay / partial
    return (0.1 * total).astype(np.float32)


def _drums(length: int) -> Floats:
    """Noise that dies away on every half beat, louder on the second and fourth beat."""
    rng = np.random.default_rng(0)
    struck = round(0.5 * _BEAT_S * SAMPLE_RATE)
    envelope = np.exp(-np.arange(struck) / (0.03 * SAMPLE_RATE))
    hits = [rng.normal(size=(2, struck)) * envelope * (0.6 if number % 4 == 2 else 0.15) for number in range(8)]
    bar = np.concatenate(hits, axis=1).astype(np.float32)
    return np.tile(bar, (1, -(-length // bar.shape[1])))[:, :length]
