"""A frame's pitch from how fast the phases of its first harmonics turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Hertz = NDArray[np.float64]
PERIODS = 4.0
"""In a window: a Hann window of four keeps neighbouring harmonics apart."""
SHORTEST_S = 0.012
"""Of a window: at 1 kHz four periods would hear more noise than voice."""
HARMONICS = 6
LENGTHS_PER_OCTAVE = 6
ROUNDS = 2
FARTHEST = 2 ** (1 / 12)
"""What lies a semitone off is another sound's harmonic: the autocorrelation's word stands."""


def refine(sound: Floats, middles: NDArray[np.int64], f0: Hertz, rate: int) -> Hertz:
    """f0 [S] in Hz (0 stays 0) of the frames around `middles` [S] of `sound` [N], each measured anew."""
    refined = f0.copy()
    voiced = np.flatnonzero(f0 > 0)
    if not len(voiced):
        return refined
    length_s = np.maximum(PERIODS / f0[voiced], SHORTEST_S)
    group = np.ceil(LENGTHS_PER_OCTAVE * np.log2(length_s)).astype(int)
    reach = int(rate * 2 ** (int(group.max()) / LENGTHS_PER_OCTAVE) / 2) + 1
    padded = np.pad(sound, (reach, 2 * reach))
    for number in np.unique(group):
        rows = voiced[group == number]
        half = round(rate * 2 ** (number / LENGTHS_PER_OCTAVE) / 2)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)[middles[rows] + reach - half]
        refined[rows] = _measured(windows, f0[rows], half, rate)
    return refined


def _measured(windows: Floats, f0: Hertz, half: int, rate: int) -> Hertz:
    """f0 [n] of windows [n, 2 half + 1] that is near the f0 handed in."""
    at = np.arange(-half, half + 1)
    turn = np.pi / (half + 0.5)
    hann = (0.5 + 0.5 * np.cos(turn * at)).astype(np.float32)
    slope = (-0.5 * turn * np.sin(turn * at)).astype(np.float32)
    now = f0
    for _ in range(ROUNDS):
        wave = np.exp((-2j * np.pi / rate) * (now[:, None] * at)).astype(np.complex64)
        now = _by_phases(windows * hann, windows * slope, wave, now, rate)
        now = np.where((now < f0 * FARTHEST) & (now > f0 / FARTHEST), now, f0)
    return now


def _by_phases(shaped: Floats, sloped: Floats, wave: NDArray[np.complex64], f0: Hertz, rate: int) -> Hertz:
    """The mean of the harmonics' frequencies over their numbers, each by its amplitude.

    The spectrum by a window w turns with Im(X_w' / X_w) less than the frequency that it is taken at.
    """
    weighted, weight = np.zeros(len(f0)), np.zeros(len(f0))
    turned = np.ones_like(wave)
    for number in range(1, HARMONICS + 1):
        turned = turned * wave
        spectrum = np.einsum("nt,nt->n", shaped, turned)
        derived = np.einsum("nt,nt->n", sloped, turned)
        power = np.maximum(spectrum.real**2 + spectrum.imag**2, 1e-20)
        drift = -(derived.imag * spectrum.real - derived.real * spectrum.imag) / power
        hz = number * f0 + drift * rate / (2 * np.pi)
        # A harmonic that seems far away is drowned in something else, or lies above the band.
        heard = (np.abs(hz / number - f0) < f0 * (FARTHEST - 1)) & (number * f0 < 0.45 * rate)
        amplitude = np.sqrt(power) * heard
        weighted += amplitude * hz
        weight += amplitude * number
    return np.where(weight > 0, weighted / np.maximum(weight, 1e-20), f0)
