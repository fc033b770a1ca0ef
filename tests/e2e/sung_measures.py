"""What can be measured of a sung vowel, numpy only: level, pitch, tilt, breath, formants."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
OCTAVE_HZ = 220.0
"""Octaves are counted from here."""


def level_db(samples: Samples) -> float:
    """Root mean square, over full scale."""
    return float(10 * np.log10(np.mean(np.asarray(samples, np.float64) ** 2) + 1e-20))


def band_db(samples: Samples, rate: int, low_hz: float, high_hz: float) -> float:
    """Power between two frequencies."""
    power = np.abs(np.fft.rfft(np.asarray(samples, np.float64) * np.hanning(len(samples)))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / rate)
    return float(10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].sum() + 1e-20))


def tilt_db(samples: Samples, rate: int) -> float:
    """2 to 5 kHz against all below 1 kHz."""
    return band_db(samples, rate, 2000, 5000) - band_db(samples, rate, 50, 1000)


def f0_track(samples: Samples, rate: int, near_hz: float) -> Doubles:
    """Hz at every sample: how fast the phase of the first harmonic runs, 10 ms smooth; within half an octave."""
    spectrum = np.fft.fft(np.asarray(samples, np.float64))
    hz = np.fft.fftfreq(len(samples), 1 / rate)
    octaves = np.abs(np.log2(np.maximum(hz, 1e-9) / near_hz))
    spectrum *= 2 * np.clip((0.75 - octaves) / 0.15, 0, 1)
    phase = np.unwrap(np.angle(np.fft.ifft(spectrum)))
    track = np.gradient(phase) * rate / (2 * np.pi)
    kernel = np.hanning(round(0.01 * rate) | 1)
    return np.convolve(track, kernel / kernel.sum(), mode="same")


def cents(track: Samples, key: float) -> Doubles:
    """Hz as cents over a MIDI key."""
    return 1200 * np.log2(np.asarray(track, np.float64) / (440 * 2 ** ((key - 69) / 12)))


def harmonics_to_noise_db(samples: Samples, rate: int, f0_hz: float, low_hz: float = 1500.0) -> float:
    """Above `low_hz`: how alike each period is to the next (autocorrelation of 60 ms windows, median)."""
    spectrum = np.fft.rfft(np.asarray(samples, np.float64))
    spectrum[np.fft.rfftfreq(len(samples), 1 / rate) < low_hz] = 0
    high = np.fft.irfft(spectrum, n=len(samples))
    size, period = round(0.06 * rate), rate / f0_hz
    lags = range(round(period * 0.97), round(period * 1.03) + 1)
    found = []
    for first in range(0, len(high) - size - lags[-1], size // 2):
        here = high[first : first + size]
        best = max(
            float(here @ after) / float(np.sqrt((here @ here) * (after @ after)) + 1e-20)
            for after in (high[first + lag : first + lag + size] for lag in lags)
        )
        found.append(10 * np.log10(max(best, 1e-3) / max(1 - best, 1e-3)))
    return float(np.median(found))


def envelope_db(samples: Samples, rate: int, grid_hz: Doubles, smooth_hz: float = 120.0) -> Doubles:
    """The spectrum's envelope at `grid_hz`, of a vowel whose pitch glides far enough to fill it."""
    size = 4096
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, np.float64), size)[:: size // 4]
    power = (np.abs(np.fft.rfft(windows * np.hanning(size), axis=1)) ** 2).mean(axis=0)
    kernel = np.hanning(max(3, round(smooth_hz / (rate / size))) + 2)
    smooth = np.convolve(power, kernel / kernel.sum(), mode="same")
    return np.interp(grid_hz, np.fft.rfftfreq(size, 1 / rate), 10 * np.log10(smooth + 1e-20))


def formant_shift(before: Samples, after: Samples, rate: int) -> float:
    """Semitones by which the envelope of 500 Hz to 5 kHz moved, where both agree best."""
    steps = np.arange(-9, 9.05, 0.1)
    grid = np.geomspace(500, 5000, 200)
    moved = _flat(envelope_db(after, rate, grid))
    likeness = [_alike(_flat(envelope_db(before, rate, grid * 2 ** (-step / 12))), moved) for step in steps]
    return float(steps[int(np.argmax(likeness))])


def _flat(curve_db: Doubles) -> Doubles:
    """Without its mean and slope: a tilt is no formant."""
    at = np.linspace(-1, 1, len(curve_db))
    return curve_db - np.polyval(np.polyfit(at, curve_db, 1), at)


def _alike(one: Doubles, other: Doubles) -> float:
    return float((one @ other) / np.sqrt((one @ one) * (other @ other) + 1e-20))
