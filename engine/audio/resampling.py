"""Sample rate conversion, once and at the best quality."""

from __future__ import annotations

import numpy as np
import soxr

from engine.audio.signal import Audio


def resampled_length(num_samples: int, old_rate: int, new_rate: int) -> int:
    """`num_samples * new_rate / old_rate`, rounded half up, exact for any length."""
    return (2 * num_samples * new_rate + old_rate) // (2 * old_rate)


def resample(audio: Audio, sample_rate: int) -> Audio:
    """`audio` at `sample_rate` Hz through soxr VHQ; the length is exactly `resampled_length`."""
    if sample_rate == audio.sample_rate:
        return audio
    if sample_rate < 1:
        raise ValueError(f"{sample_rate} Hz is no sample rate")
    length = resampled_length(audio.num_samples, audio.sample_rate, sample_rate)
    samples = np.zeros((audio.channels, length), dtype=np.float32)
    if audio.num_samples:
        frames = np.ascontiguousarray(audio.samples.T)
        converted = soxr.resample(frames, audio.sample_rate, sample_rate, quality="VHQ").T
        # The converter may end a sample early or late; the tail is silence either way.
        kept = min(length, converted.shape[1])
        samples[:, :kept] = converted[:, :kept]
    return Audio(samples, sample_rate)
