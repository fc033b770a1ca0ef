"""What the decoder should say, where it is known: WORLD's parameters as gains of its two filters.

Comparing sounds teaches the decoder through the chance of every noise burst; comparing gains does not.
"""

from __future__ import annotations

import numpy as np
import pyworld

from engine.codec.harmonic import BandFilters
from engine.train.corpus.world import FFT_SIZE, Analysis

GAIN_BANDS = 128
LOWEST = -14.0
"""Natural log; the decoder's own lower limit."""
TINY = 1e-14


def band_gains(analysis: Analysis, filters: BandFilters) -> np.ndarray:
    """Natural-log gains float16 [S, 2, bands] (harmonic, noise) at the middles of S subframes.

    `analysis` holds frames at the subframes' edges; unvoiced frames have no harmonics.
    """
    rate = filters.sample_rate
    envelope = np.ascontiguousarray(analysis.envelope, dtype=np.float64)
    coded = np.ascontiguousarray(analysis.aperiodicity, dtype=np.float64)
    power = pyworld.decode_spectral_envelope(envelope, rate, FFT_SIZE)
    breath = pyworld.decode_aperiodicity(coded, rate, FFT_SIZE)
    breath = np.where(analysis.f0[:, None] > 0, breath, 1.0) ** 2
    bins = filters.band_hz * FFT_SIZE / rate
    low = np.minimum(bins.astype(int), FFT_SIZE // 2 - 1)
    share = bins - low
    both = np.stack([power * (1 - breath), power * breath], axis=1)
    logs = 0.5 * np.log(both + TINY)
    at_edges = logs[:, :, low] * (1 - share) + logs[:, :, low + 1] * share
    at_middles = 0.5 * (at_edges + np.concatenate([at_edges[1:], at_edges[-1:]]))
    return np.maximum(at_middles, LOWEST).astype(np.float16)
