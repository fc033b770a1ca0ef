"""Sample rate conversion, whole or in blocks, at the best quality."""

from __future__ import annotations

import numpy as np
import soxr

from engine.audio.signal import Audio, FloatArray


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


class StreamResampler:
    """`resample` in blocks: the blocks' outputs, one behind the other, are what one long call gives.

    soxr takes its own delay out, so sample n of the output lies at the time of sample n * old_rate / new_rate of the
    input.  Equal rates pass through untouched.
    """

    def __init__(self, old_rate: int, new_rate: int, channels: int) -> None:
        self._channels = channels
        self._stream = (
            None if old_rate == new_rate else soxr.ResampleStream(old_rate, new_rate, channels, quality="VHQ")
        )

    def push(self, block: FloatArray, last: bool = False) -> FloatArray:
        """block [C, n] -> what can be said so far [C, m]; `last` ends the stream and gives the rest."""
        if self._stream is None:
            return block
        frames = np.ascontiguousarray(block.T)
        converted = self._stream.resample_chunk(frames, last=last).reshape(-1, self._channels)
        return np.ascontiguousarray(converted.T)
