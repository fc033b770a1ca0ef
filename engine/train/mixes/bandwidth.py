"""The upper half of a voice that was recorded at 16 kHz, guessed from its lower half.

A separator that heard many singers with nothing above 8 kHz would learn that nothing up there is sung.  A linear
map, fitted to recordings at the full rate, tells the bands above from the bands below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.train.mixes.melodize import BIN_HZ, FFT_SIZE, Source, extended

CUT_HZ = 7200.0
"""Above this the recordings at 16 kHz hold nothing to trust."""
LOW_BANDS, HIGH_BANDS = 24, 16
TRUSTED_APERIODICITY = 2
"""Bands of WORLD's aperiodicity (3 kHz apart) below the cut."""
RIDGE = 10.0
BINS = FFT_SIZE // 2 + 1


@dataclass(frozen=True, slots=True)
class Extension:
    """`weights` [features, high bands + aperiodicity bands above the cut]."""

    weights: np.ndarray

    def apply(self, source: Source) -> Source:
        """The source with a made-up upper half."""
        guessed = _features(source) @ self.weights
        level = _level(source)
        high = guessed[:, :HIGH_BANDS] + level[:, None]
        envelope = source.envelope.copy()
        cut = _cut_bin()
        bins = np.arange(cut, BINS)
        centres = 0.5 * (_edges(cut, BINS, HIGH_BANDS)[1:] + _edges(cut, BINS, HIGH_BANDS)[:-1])
        spread = _interpolation(bins, centres)
        envelope[:, cut:] = high @ spread
        # A step at the seam would ring: the first high bins are drawn to the last low one.
        seam = np.exp(-np.arange(BINS - cut) / 20.0)
        envelope[:, cut:] += (envelope[:, cut - 1] - envelope[:, cut])[:, None] * seam
        aperiodicity = source.aperiodicity.copy()
        aperiodicity[:, TRUSTED_APERIODICITY:] = np.minimum(guessed[:, HIGH_BANDS:], -1e-6)
        return extended(source, envelope.astype(np.float32), aperiodicity.astype(np.float32))


def fit_extension(sources: Sequence[Source]) -> Extension:
    """Ridge regression over all frames of recordings at the full rate."""
    features = np.concatenate([_features(s) for s in sources])
    targets = np.concatenate([_targets(s) for s in sources])
    square = features.T @ features + RIDGE * np.eye(features.shape[1])
    return Extension(np.linalg.solve(square, features.T @ targets))


def _features(source: Source) -> np.ndarray:
    low = _bands(source.envelope, 1, _cut_bin(), LOW_BANDS) - _level(source)[:, None]
    trusted = source.aperiodicity[:, :TRUSTED_APERIODICITY] / 10
    voiced = (source.f0 > 0)[:, None]
    return np.concatenate([low, trusted, voiced, np.ones((len(low), 1))], axis=1)


def _targets(source: Source) -> np.ndarray:
    high = _bands(source.envelope, _cut_bin(), BINS, HIGH_BANDS) - _level(source)[:, None]
    return np.concatenate([high, source.aperiodicity[:, TRUSTED_APERIODICITY:]], axis=1)


def _level(source: Source) -> np.ndarray:
    return source.envelope[:, 1 : _cut_bin()].mean(axis=1)


def _bands(envelope: np.ndarray, first: int, last: int, count: int) -> np.ndarray:
    edges = np.round(_edges(first, last, count)).astype(int)
    return np.add.reduceat(envelope[:, :last], edges[:-1], axis=1) / np.diff(edges)


def _edges(first: int, last: int, count: int) -> np.ndarray:
    """Closer together below, as hearing is."""
    return first + (last - first) * (np.expm1(np.linspace(0, 1.5, count + 1)) / np.expm1(1.5))


def _interpolation(bins: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """[bands, bins]: straight lines between the bands' centres."""
    return np.stack([np.interp(bins, centres, row) for row in np.eye(len(centres))])


def _cut_bin() -> int:
    return round(CUT_HZ / BIN_HZ)
