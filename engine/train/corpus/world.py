"""WORLD analysis and synthesis in the shapes that the corpus uses.

WORLD (Morise et al., 2016) splits speech into f0, spectral envelope and aperiodicity.  The
envelope is kept as `ENVELOPE_DIM` mel-cepstrum-like coefficients, the aperiodicity as five bands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyworld

ENVELOPE_DIM = 80
FFT_SIZE = 2048
F0_FLOOR_HZ = 71.0
"""WORLD's lowest f0 for which 2048 bins are enough at 48 kHz."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """f0 float64 [T] in Hz (0: unvoiced), envelope [T, ENVELOPE_DIM], aperiodicity [T, bands]."""

    f0: np.ndarray
    envelope: np.ndarray
    aperiodicity: np.ndarray


def analyse(
    samples: np.ndarray, sample_rate: int, hop_length: int, f0_range: tuple[float, float] = (90.0, 1100.0)
) -> Analysis:
    """WORLD's three parameters of `samples` (float [N]) every `hop_length` samples, f0 looked for in `f0_range` Hz."""
    period_ms = 1000.0 * hop_length / sample_rate
    low, high = f0_range
    f0, times = pyworld.harvest(samples, sample_rate, f0_floor=low, f0_ceil=high, frame_period=period_ms)
    spectrum = pyworld.cheaptrick(samples, f0, times, sample_rate, fft_size=FFT_SIZE)
    aperiodicity = pyworld.d4c(samples, f0, times, sample_rate, fft_size=FFT_SIZE)
    return Analysis(
        f0,
        pyworld.code_spectral_envelope(spectrum, sample_rate, ENVELOPE_DIM),
        pyworld.code_aperiodicity(aperiodicity, sample_rate),
    )


def synthesise(analysis: Analysis, sample_rate: int, hop_length: int) -> np.ndarray:
    """Samples float64 [N] of an analysis."""
    period_ms = 1000.0 * hop_length / sample_rate
    spectrum = pyworld.decode_spectral_envelope(
        np.ascontiguousarray(analysis.envelope, dtype=np.float64), sample_rate, FFT_SIZE
    )
    aperiodicity = pyworld.decode_aperiodicity(
        np.ascontiguousarray(analysis.aperiodicity, dtype=np.float64), sample_rate, FFT_SIZE
    )
    return pyworld.synthesize(
        np.ascontiguousarray(analysis.f0, dtype=np.float64), spectrum, aperiodicity, sample_rate, period_ms
    )
