"""How far apart two renderings of the same frames are in timbre: mel-cepstral distortion.

The envelopes are WORLD's (CheapTrick at the f0 that was asked for, in both renderings alike), coded to 24
orthonormal mel-cepstral coefficients.  c0, the level, is left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyworld
from numpy.typing import NDArray

COEFFICIENTS = 24
FFT_SIZE = 2048
AUDIBLE_DB = 40.0
"""Frames further below the loudest frame of the reference are not compared."""
DB = 10 / math.log(10)
"""dB per natural-log unit of power."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Envelopes:
    """coded [T, COEFFICIENTS]; level_db [T], mean power of each frame."""

    coded: Array
    level_db: Array


@dataclass(frozen=True, slots=True)
class Distortion:
    """Means over frames, in two conventions.  `mcd_db` counts each coefficient twice (10/ln10 sqrt(2 sum d^2), as
    for cepstra of a cosine series) and is the stricter; `rms_db` is the RMS distance of the smoothed log spectra."""

    mcd_db: float
    rms_db: float
    frames: int


def envelopes(samples: NDArray[np.floating], f0: NDArray[np.floating], sample_rate: int) -> Envelopes:
    """Envelopes of samples [N] at the middles of N / S-long frames; f0 [S] > 0 in Hz."""
    hop_s = len(samples) / len(f0) / sample_rate
    middles = (np.arange(len(f0)) + 0.5) * hop_s
    sound = np.ascontiguousarray(samples, np.float64)
    spectrum = pyworld.cheaptrick(sound, f0.astype(np.float64), middles, sample_rate, fft_size=FFT_SIZE)
    coded = pyworld.code_spectral_envelope(spectrum, sample_rate, COEFFICIENTS)
    return Envelopes(coded, DB * np.log(spectrum.mean(axis=1) + 1e-20))


def distances(reference: Envelopes, other: Envelopes) -> Array:
    """sqrt(sum d^2) without c0, of the frames [M] where the reference is heard."""
    heard = reference.level_db > reference.level_db.max() - AUDIBLE_DB
    away = (reference.coded - other.coded)[heard, 1:]
    return np.sqrt((away**2).sum(axis=1))


def distortion(parts: Sequence[Array]) -> Distortion:
    """The figures of several `distances`, every frame alike."""
    mean = float(np.mean(np.concatenate(parts)))
    return Distortion(DB * math.sqrt(2) * mean, DB * mean, sum(len(p) for p in parts))
