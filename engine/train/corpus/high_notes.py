"""What a singer's throat does on high notes, done to WORLD's parameters.

A fundamental above the first formant falls off its peak, and the vowel with it: "me" on D5 lost 14 dB.  Singers open
the mouth until the formant stands on the fundamental (Joliveau, Smith and Wolfe, 2004, "Tuning of vocal
tract resonance by sopranos"); so does `tuned`: it stretches the envelope below the second formant.  `levelled` then
makes a vowel as loud at any pitch as its envelope promises, and a little louder with height.
"""

from __future__ import annotations

import numpy as np
import pyworld

from engine.train.corpus.world import ENVELOPE_DIM, FFT_SIZE, Analysis

SAMPLE_RATE = 48_000
LOWEST_HZ, HIGHEST_HZ = 230.0, 1050.0
"""Where a first formant is looked for."""
REFERENCE_HZ = 220.0
LOUDER_PER_OCTAVE_DB = 3.0
MAX_CHANGE_DB = 12.0
SMOOTH_FRAMES = 13
STEADY_FRAMES = 61
"""0.33 s: the throat follows the note, not its vibrato."""
_BIN_HZ = SAMPLE_RATE / FFT_SIZE


def at_pitch(analysis: Analysis, vowels: np.ndarray) -> Analysis:
    """`analysis` as sung on its own f0; `vowels` [T] from 0 (leave as it is) to 1 (a vowel)."""
    coded = np.ascontiguousarray(analysis.envelope, np.float64)
    power = pyworld.decode_spectral_envelope(coded, SAMPLE_RATE, FFT_SIZE)
    weights = _smoothed(vowels * (analysis.f0 > 0))
    f0 = _steady(analysis.f0)
    spoken = _level_db(power, np.full(len(power), REFERENCE_HZ))
    sung = tuned(power, f0, weights)
    octaves = np.log2(f0 / REFERENCE_HZ)
    change = spoken + LOUDER_PER_OCTAVE_DB * octaves - _level_db(sung, f0)
    change = _smoothed(np.clip(change, -MAX_CHANGE_DB, MAX_CHANGE_DB) * weights)
    sung = sung * 10 ** (change[:, None] / 10)
    moved = weights > 1e-3
    envelope = np.array(analysis.envelope, np.float64)
    if moved.any():
        rows = np.ascontiguousarray(sung[moved])
        envelope[moved] = pyworld.code_spectral_envelope(rows, SAMPLE_RATE, ENVELOPE_DIM)
    return Analysis(analysis.f0, envelope, analysis.aperiodicity)


def tuned(power: np.ndarray, f0: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Envelopes [T, bins] with the first formant carried up to f0 [T] where that lies above it."""
    formant = _smoothed(first_formant(power))
    goal = formant + weights * np.maximum(f0 * 1.03 - formant, 0)
    out = power.copy()
    bins = np.arange(power.shape[1])
    for t in np.flatnonzero(goal > formant * 1.01):
        end = max(2.0 * goal[t], formant[t] + 1200.0)  # the second formant and all above stay
        source = np.interp(bins * _BIN_HZ, [0, goal[t], end], [0, formant[t], end])
        stretched = np.exp(np.interp(source / _BIN_HZ, bins, np.log(power[t] + 1e-20)))
        out[t] = np.where(bins * _BIN_HZ < end, stretched, power[t])
    return out


def first_formant(power: np.ndarray) -> np.ndarray:
    """Hz of the strongest place between 230 and 1050 Hz, low ones preferred, [T]."""
    low, high = round(LOWEST_HZ / _BIN_HZ), round(HIGHEST_HZ / _BIN_HZ)
    logs = 10 * np.log10(power[:, low : high + 1] + 1e-20)
    octaves = np.log2(np.arange(low, high + 1) / low)
    place = (logs - 3.0 * octaves).argmax(axis=1)
    hz: np.ndarray = (low + place) * _BIN_HZ
    return hz


def _level_db(power: np.ndarray, f0: np.ndarray) -> np.ndarray:
    """Level of the harmonics of f0 [T] below 5 kHz under the envelopes, in dB, [T]."""
    numbers = np.arange(1, 61)
    hz = f0[:, None] * numbers
    place = np.minimum(hz / _BIN_HZ, power.shape[1] - 2)
    low = place.astype(int)
    below, above = (np.take_along_axis(power, low + k, axis=1) for k in (0, 1))
    picked = (below + (place - low) * (above - below)) * (hz < 5000)
    level: np.ndarray = 10 * np.log10((picked.sum(1)) * f0 + 1e-20)
    return level


def _steady(f0: np.ndarray) -> np.ndarray:
    """f0 without vibrato, > 0 everywhere."""
    voiced = np.flatnonzero(f0 > 0)
    if not len(voiced):
        return np.full(len(f0), REFERENCE_HZ)
    octaves = np.interp(np.arange(len(f0)), voiced, np.log2(f0[voiced]))
    return np.exp2(_smoothed(octaves, STEADY_FRAMES))


def _smoothed(values: np.ndarray, frames: int = SMOOTH_FRAMES) -> np.ndarray:
    kernel = np.hanning(frames + 2)[1:-1]
    pad = frames // 2
    smooth: np.ndarray = np.convolve(np.pad(values, pad, mode="edge"), kernel / kernel.sum(), "valid")
    return smooth
