"""What the pitch of each frame might be: peaks of the normalised autocorrelation (Boersma, 1993)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LOWEST_HZ, HIGHEST_HZ = 55.0, 1250.0
"""A1 to D#6: from the lowest bass to above a soprano's C6."""
PERIODS = 3.0
"""Of the lowest pitch in a window: with fewer, its autocorrelation says little."""
KEPT = 8
UPSAMPLING = 4
"""Of the autocorrelation, band limited: at 1 kHz a period is eight samples, too few for a parabola."""
RUMBLE_HZ = 30.0, 70.0
"""Steps and wind: below the first nothing counts, above the second all."""
SILENT_SHARE = 0.01
"""Of the loud amplitude: frames this soft (-40 dB) are unvoiced unless very periodic."""
VOICING = 0.45
"""Periodicity at which a loud frame is as well voiced as unvoiced."""
OCTAVE_COST = 0.02
"""What an octave lower costs: any multiple of a period is a period too."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """`hz`, `strength`, `worth` float32 [S, KEPT]: worth is strength less the cost of being low, -inf where there is no
    candidate; `unvoiced` [S]: what having no pitch is worth."""

    hz: Floats
    strength: Floats
    worth: Floats
    unvoiced: Floats

    def arrays(self) -> tuple[Floats, Floats, Floats, Floats]:
        """In the order of the fields."""
        return self.hz, self.strength, self.worth, self.unvoiced


def frame_span(rate: int) -> int:
    """Samples that a frame's window reaches to either side."""
    return int(PERIODS * rate / LOWEST_HZ / 2)


def find_candidates(padded: Floats, middles: NDArray[np.int64], rate: int, loud: float) -> Candidates:
    """Candidates of the frames around `middles` [S] of `padded`; `loud`: the amplitude that counts as loud."""
    half = frame_span(rate)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)[middles - half]
    frames = windows - windows.mean(axis=1, keepdims=True)
    peak = np.abs(frames).max(axis=1)
    periodic = _autocorrelation(frames, rate)
    hz, strength = _peaks(periodic, rate * UPSAMPLING)
    worth = np.where(hz > 0, strength - OCTAVE_COST * np.log2(HIGHEST_HZ / np.maximum(hz, 1.0)), -np.inf)
    # Boersma's rule: silence is worth up to two strengths more than a loud frame without a pitch.
    loudness = peak / max(loud, 1e-9)
    unvoiced = VOICING + np.maximum(0.0, 2.0 - loudness * (1.0 + VOICING) / SILENT_SHARE)
    return Candidates(hz, strength, worth.astype(np.float32), unvoiced.astype(np.float32))


@cache
def _window(rate: int) -> tuple[Floats, Floats, int, Floats]:
    """Window; its autocorrelation by upsampled lag; FFT size; what counts of each bin's power."""
    half = frame_span(rate)
    window = np.hanning(2 * half + 1)[:-1].astype(np.float32)
    size = 1 << int(np.ceil(np.log2(2 * half + rate / LOWEST_HZ + 2)))
    power = np.abs(np.fft.rfft(window, n=size)) ** 2
    own = np.fft.irfft(power, n=size * UPSAMPLING)
    bins = np.fft.rfftfreq(size, 1 / rate)
    counts = np.clip((bins - RUMBLE_HZ[0]) / (RUMBLE_HZ[1] - RUMBLE_HZ[0]), 0.0, 1.0)
    return window, (own / own[0]).astype(np.float32), size, counts.astype(np.float32)


def _autocorrelation(frames: Floats, rate: int) -> Floats:
    """[S, lags]: 1 at lag 0, about 1 at a period; lags at `UPSAMPLING` times the rate."""
    window, own, size, counts = _window(rate)
    spectrum = np.fft.rfft(frames * window, n=size)
    power = (spectrum.real**2 + spectrum.imag**2) * counts
    found = np.fft.irfft(power, n=size * UPSAMPLING)
    lags = int(np.ceil(rate * UPSAMPLING / LOWEST_HZ)) + 2
    energy = np.maximum(found[:, :1], 1e-12)
    normalised: Floats = (found[:, :lags] / energy / own[:lags]).astype(np.float32)
    return normalised


def _peaks(periodic: Floats, rate: int) -> tuple[Floats, Floats]:
    """(hz, strength) [S, KEPT] of the best local peaks, 0 where there are fewer."""
    first = max(2, int(np.floor(rate / HIGHEST_HZ)))
    middle, before, after = periodic[:, first:-1], periodic[:, first - 1 : -2], periodic[:, first + 1 :]
    is_peak = (middle > 0) & (middle >= before) & (middle > after)
    octaves = np.log2(np.arange(first, first + middle.shape[1]) / first).astype(np.float32)
    ranked = np.where(is_peak, middle - OCTAVE_COST * octaves, -np.inf)
    index = np.argpartition(-ranked, KEPT - 1, axis=1)[:, :KEPT]
    there = np.isfinite(np.take_along_axis(ranked, index, axis=1))
    low, mid, high = (np.take_along_axis(x, index, axis=1).astype(np.float64) for x in (before, middle, after))
    bend = np.minimum(low - 2 * mid + high, -1e-12)
    shift = np.clip(0.5 * (low - high) / bend, -0.5, 0.5)
    height = mid - 0.25 * (low - high) * shift
    hz = np.where(there, rate / (first + index + shift), 0.0)
    # A window divided by its own autocorrelation can exceed 1; beyond it the reciprocal is as good a measure.
    strength = np.where(there, np.where(height > 1, 1 / np.maximum(height, 1), height), 0.0)
    return hz.astype(np.float32), strength.astype(np.float32)
