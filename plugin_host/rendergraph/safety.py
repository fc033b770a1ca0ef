"""Nothing leaves above the ceiling between the samples: by turning the whole down, or by a limiter that looks ahead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.audio import Audio, FloatArray, resample, true_peak_db

Safety = Literal["gain", "limit", "off"]

_OVERSAMPLING = 4
_REACH_S = 0.02  # a limiter's gain begins to fall so long before a peak, and has risen so long behind it
_MARGIN_DB = 0.01  # rounding and conversion must not bring it back above


@dataclass(frozen=True, slots=True)
class Guarded:
    """`gain_db`: what everything was turned by; `reduced_db`: what the limiter took where it took most (>= 0)."""

    audio: Audio
    before_db: float
    after_db: float
    gain_db: float = 0.0
    reduced_db: float = 0.0


def guard(audio: Audio, how: Safety = "gain", ceiling_db: float = -1.0) -> Guarded:
    """`audio` with a true peak of at most `ceiling_db` dBTP; as it is when it already has, or with `off`."""
    before = true_peak_db(audio)
    if how == "off" or before <= ceiling_db:
        return Guarded(audio, before, before)
    reduced = 0.0
    limited, peak = audio, before
    if how == "limit":
        limited, reduced = _limit(audio, ceiling_db - _MARGIN_DB)
        peak = true_peak_db(limited)
    # What is left between the samples of a limited sound, and all of it otherwise.
    over = max(0.0, peak - ceiling_db)
    gain = -(over + _MARGIN_DB) if over else 0.0
    turned = Audio(limited.samples * np.float32(10 ** (gain / 20)), audio.sample_rate)
    return Guarded(turned, before, peak + gain, gain, reduced)


def _limit(audio: Audio, ceiling_db: float) -> tuple[Audio, float]:
    """Both channels by the same gain: the lowest that is needed nearby, without corners."""
    peaks = _true_peaks(audio)
    needed = np.minimum(1.0, 10 ** (ceiling_db / 20) / np.maximum(peaks, 1e-9))
    reach = max(1, round(_REACH_S * audio.sample_rate))
    gains = _smooth(_lowest_nearby(needed, reach), reach)
    reduced = -20 * math.log10(float(gains.min(initial=1.0)))
    return Audio((audio.samples * gains).astype(np.float32), audio.sample_rate), reduced


def _true_peaks(audio: Audio) -> FloatArray:
    """The highest of all channels around every sample, between the samples too: [T]."""
    fine = np.abs(resample(audio, audio.sample_rate * _OVERSAMPLING).samples).max(axis=0)
    padded = np.pad(fine, (_OVERSAMPLING // 2, _OVERSAMPLING - _OVERSAMPLING // 2))
    around = padded[: audio.num_samples * _OVERSAMPLING].reshape(-1, _OVERSAMPLING).max(axis=1)
    return np.asarray(np.maximum(around, np.abs(audio.samples).max(axis=0)), np.float32)


def _lowest_nearby(values: FloatArray, reach: int) -> FloatArray:
    """The minimum over `reach` samples to both sides, by doubling the window."""
    width, size = 2 * reach + 1, 1
    lowest = np.pad(values, reach, constant_values=1.0)
    while size < width:
        step = min(size, width - size)
        lowest = np.minimum(lowest[: len(lowest) - step], lowest[step:])
        size += step
    return lowest


def _smooth(values: FloatArray, reach: int) -> FloatArray:
    """The mean over the same window, twice over half of it: no corners, and never above a peak's need."""
    for _ in range(2):
        half = reach // 2
        sums = np.concatenate(([0.0], np.cumsum(np.pad(values.astype(np.float64), half, mode="edge"))))
        values = ((sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)).astype(np.float32)
    return values
