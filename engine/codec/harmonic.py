"""Harmonic-plus-noise synthesis in the STFT domain, numpy.

The decoder network states, for every subframe, natural-log gains of two filters at `bands`
mel-spaced frequencies; this file turns them and an f0 curve into samples.  Pitch is exact by
construction: it comes from the pulse train, never from a network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Complexes = NDArray[np.complex64]

WINDOW_HOPS = 4
"""Window length in hops; a Hann window summed at a quarter of its length is flat."""
FLAT_SUM = 2.0
CEPSTRUM_FACTOR = 2
LOWEST_FORMANT_HZ = 220.0
TUNING, MAX_TUNING, TUNING_REACH_OCTAVES = 0.8, 1.5, 0.6
"""Share of the lack that is made good; its limit in natural log (13 dB); how far around f0 it reaches."""
BLOCK_FRAMES = 64
"""Subframes synthesised at once: spectra of so few stay in a core's cache."""
NEAR_PULSE = 1e-4
"""Of a half turn's sine: closer to the pulse the kernel is its limit."""


def mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Mel of hertz (O'Shaughnessy)."""
    return 2595.0 * np.log10(1.0 + np.asarray(hz, np.float64) / 700.0)


@dataclass(frozen=True)
class BandFilters:
    """Fixed matrices between log gains at mel-spaced bands and minimum-phase cepstra."""

    sample_rate: int
    hop_length: int
    bands: int
    fft_size: int = field(init=False)
    window: Floats = field(init=False)
    cepstrum_of_bands: Floats = field(init=False)
    log_response_of_bands: Floats = field(init=False)
    """[bands, 2 * bins]: log gains -> logarithm of the response, real parts before imaginary ones."""

    def __post_init__(self) -> None:
        window_size = self.hop_length * WINDOW_HOPS
        fft_size = window_size * CEPSTRUM_FACTOR
        window = np.hanning(window_size + 1)[:-1] / FLAT_SUM
        object.__setattr__(self, "fft_size", fft_size)
        object.__setattr__(self, "window", window.astype(np.float32))
        cepstrum = self._cepstrum_matrix(fft_size)
        object.__setattr__(self, "cepstrum_of_bands", cepstrum)
        # The transform of a product is the product of the transform: one matrix saves a transform per frame and filter.
        transform = np.fft.rfft(cepstrum, n=fft_size)
        parts = np.concatenate([transform.real, transform.imag], axis=1)
        object.__setattr__(self, "log_response_of_bands", parts.astype(np.float32))

    @property
    def band_hz(self) -> NDArray[np.float64]:
        """Frequencies [bands] at which gains are stated."""
        points = mel(self.sample_rate / 2) * (np.arange(self.bands) + 0.5) / self.bands
        hz: NDArray[np.float64] = 700.0 * (10.0 ** (points / 2595.0) - 1.0)
        return hz

    def _cepstrum_matrix(self, fft_size: int) -> Floats:
        """[bands, window]: log gains -> folded cepstrum, cut where the filter must have died away."""
        bins = mel(np.arange(fft_size // 2 + 1) * self.sample_rate / fft_size)
        points = mel(self.sample_rate / 2) * (np.arange(self.bands) + 0.5) / self.bands
        position = np.clip((bins - points[0]) / (points[1] - points[0]), 0, self.bands - 1)
        low = np.minimum(position.astype(int), self.bands - 2)
        share = position - low
        spread = np.zeros((self.bands, len(bins)))
        spread[low, np.arange(len(bins))] = 1 - share
        spread[low + 1, np.arange(len(bins))] += share
        cepstrum = np.fft.irfft(spread, n=fft_size)
        cepstrum[:, 1 : fft_size // 2] *= 2
        cepstrum[:, fft_size // 2 + 1 :] = 0
        return cepstrum[:, : self.hop_length * WINDOW_HOPS // 2].astype(np.float32)


def tune_first_formant(harmonic: Floats, f0: Floats, band_hz: NDArray[np.float64]) -> Floats:
    """Harmonic log gains [S, bands] with the first formant carried up to f0 [S] where f0 has passed it.

    Above its first formant a closed vowel's fundamental falls off the peak, and a high "me" is 14 dB softer
    than the "grace" beside it.  Singers open the vowel so that the formant follows (Joliveau et al., 2004).
    Where the formant already lies at f0 or above, as in recordings of real singing, nothing changes.
    """
    octaves = (np.log2(band_hz) - np.log2(np.asarray(f0, np.float64))[:, None]).astype(np.float32)
    passed = (octaves <= 0) & (band_hz >= LOWEST_FORMANT_HZ)
    peak = np.where(passed, harmonic, np.float32(-np.inf)).max(axis=1)
    at_f0 = harmonic[np.arange(len(f0)), np.abs(octaves).argmin(axis=1)]
    lack = TUNING * np.clip(peak - at_f0, 0.0, MAX_TUNING)
    bump = 0.5 + 0.5 * np.cos(np.pi * np.clip(np.abs(octaves) / TUNING_REACH_OCTAVES, 0, 1))
    tuned: Floats = (harmonic + lack[:, None] * bump).astype(np.float32)
    return tuned


def pulse_train(f0: Floats, sample_rate: int, hop_length: int, phase: float = 0.0) -> Floats:
    """Equal harmonics of f0 up to Nyquist with unit power: [S * hop] from f0 [S] in Hz (all > 0).

    f0 is given at the middle of each subframe and runs linearly between; above Nyquist there is silence.
    The closed form of sum(cos(k phi)) (Dirichlet's kernel) costs the same for any number of harmonics.
    """
    if not len(f0):
        return np.zeros(0, np.float32)
    step = np.arange(hop_length) - 0.5 * hop_length
    curve = np.pad(np.asarray(f0, np.float64), 1, mode="edge")
    pulses = np.empty((len(f0), hop_length), np.float32)
    cycles = phase
    for first in range(0, len(f0), BLOCK_FRAMES):
        around = curve[first : first + BLOCK_FRAMES + 2]
        hz = _between_middles(around, step, hop_length)
        turns = cycles + np.cumsum(hz / sample_rate).reshape(hz.shape)
        cycles = float(turns[-1, -1]) % 1.0
        pulses[first : first + BLOCK_FRAMES] = _dirichlet(turns, np.floor(0.5 * sample_rate / hz))
    return pulses.reshape(-1)


def _between_middles(around: Doubles, step: NDArray[np.floating[Any]], hop_length: int) -> Doubles:
    """f0 [S, hop] at every sample, straight from middle to middle; `around` [S + 2] has a neighbour at either end."""
    before, here, after = around[:-2, None], around[1:-1, None], around[2:, None]
    share = step / hop_length
    return here + np.where(share < 0, (here - before) * share, (after - here) * share)


def _dirichlet(turns: Doubles, count: Doubles) -> Floats:
    """Sum of cos(2 pi k turns), k = 1 to `count`, with unit power.

    Turns are reduced to (-1/2, 1/2] in double precision; from there single precision has digits enough, also beside
    the pulse, where the kernel is a quotient of two small numbers.
    """
    half = turns - np.round(turns)
    whole = (count + 0.5) * half
    base = np.sin((np.pi * half).astype(np.float32))
    top = np.sin((2 * np.pi * (whole - np.round(whole))).astype(np.float32))
    peaks = count.astype(np.float32)
    near = np.abs(base) < NEAR_PULSE
    total = np.where(near, peaks, np.float32(0.5) * (top / np.where(near, np.float32(1.0), base) - np.float32(1.0)))
    scaled: Floats = total * np.sqrt(np.float32(2.0) / np.maximum(peaks, np.float32(1.0)))
    return scaled


def synthesize(harmonic: Floats, noise: Floats, pulses: Floats, hiss: Floats, filters: BandFilters) -> Floats:
    """Samples [S * hop] from log gains [S, bands] of both filters and both sources [S * hop]."""
    hop, count = filters.hop_length, len(harmonic)
    reach = filters.fft_size // hop
    blocks = np.zeros((count + reach - 1, hop), np.float32)
    voiced, unvoiced = _windows(pulses, filters), _windows(hiss, filters)
    for first in range(0, count, BLOCK_FRAMES):
        cut = slice(first, first + BLOCK_FRAMES)
        spectrum = _spectra(voiced[cut], filters) * _responses(harmonic[cut], filters)
        spectrum += _spectra(unvoiced[cut], filters) * _responses(noise[cut], filters)
        parts = np.fft.irfft(spectrum, n=filters.fft_size).reshape(len(spectrum), reach, hop)
        for offset in range(reach):
            blocks[first + offset : first + offset + len(parts)] += parts[:, offset]
    pad = (len(filters.window) - hop) // 2
    return blocks.reshape(-1)[pad : pad + len(pulses)]


def _responses(log_gains: Floats, filters: BandFilters) -> Complexes:
    """exp of the logarithm, as level and angle apart: numpy's complex exp is twenty times slower."""
    logs = log_gains @ filters.log_response_of_bands
    bins = filters.fft_size // 2 + 1
    level, angle = np.exp(logs[:, :bins]), logs[:, bins:]
    response = np.empty(level.shape, np.complex64)
    np.multiply(level, np.cos(angle), out=response.real)
    np.multiply(level, np.sin(angle), out=response.imag)
    return response


def _windows(source: Floats, filters: BandFilters) -> Floats:
    """Overlapping stretches [S, window] of a source, each centred on its subframe."""
    hop, size = filters.hop_length, len(filters.window)
    pad = (size - hop) // 2
    return np.lib.stride_tricks.sliding_window_view(np.pad(source, (pad, pad)), size)[::hop]


def _spectra(windows: Floats, filters: BandFilters) -> Complexes:
    # Zeros behind the windows by hand: left to the transform, they cost as much as the transform.
    padded = np.zeros((len(windows), filters.fft_size), np.float32)
    np.multiply(windows, filters.window, out=padded[:, : len(filters.window)])
    return np.fft.rfft(padded).astype(np.complex64, copy=False)
