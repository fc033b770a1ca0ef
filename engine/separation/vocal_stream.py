"""The vocals of a stream of any rate and number of channels, at exactly its own rate, channels and length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from engine.audio import StreamResampler, resampled_length
from engine.separation.segments import SegmentStream, SeparateSegment, count_segments
from engine.separation.separator import Floats, Separator

_PADDING_SAMPLES = 512
"""Silence behind the end, at the separator's rate: what a resampler rings there must not be cut off."""


def channel_pairs(channels: int) -> tuple[tuple[int, ...], ...]:
    """Which channels go to a stereo separator together: (0, 1), (2, 3) ...; the last of an odd number alone."""
    return tuple(tuple(range(first, min(first + 2, channels))) for first in range(0, channels, 2))


def count_work(num_samples: int, sample_rate: int, channels: int, separator: Separator) -> int:
    """How many segments a stream takes, over all pairs of channels."""
    length = resampled_length(num_samples, sample_rate, separator.sample_rate)
    if sample_rate != separator.sample_rate:
        length += _PADDING_SAMPLES
    each = count_segments(length, separator.segment_samples, separator.overlap_samples)
    return each * len(channel_pairs(channels))


class VocalStream:
    """Pushed a mix [C, n] in blocks, gives the vocals [C, m], later; in all as many samples as were pushed.

    A channel without a partner is handed to both sides, and the mean of both results taken.
    """

    def __init__(self, separator: Separator, separate: SeparateSegment, sample_rate: int, channels: int) -> None:
        self._pairs = channel_pairs(channels)
        self._same_rate = sample_rate == separator.sample_rate
        self._inward = StreamResampler(sample_rate, separator.sample_rate, channels)
        self._outward = StreamResampler(separator.sample_rate, sample_rate, channels)
        self._segments = tuple(
            SegmentStream(separate, separator.segment_samples, separator.overlap_samples) for _ in self._pairs
        )
        self._padding = -(-_PADDING_SAMPLES * sample_rate // separator.sample_rate)
        self._channels = channels
        self._pushed = self._given = 0

    def push(self, mix: Floats) -> Iterator[Floats]:
        """mix float32 [C, n] -> the vocals that are finished by it, in blocks [C, m]."""
        self._pushed += mix.shape[1]
        yield from self._give(self._separated(self._inward.push(mix)))

    def finish(self) -> Iterator[Floats]:
        """The rest, after the last `push`."""
        if not self._same_rate:
            silence = np.zeros((self._channels, self._padding), np.float32)
            yield from self._give(self._separated(self._inward.push(silence, last=True)))
        rests = [np.concatenate(list(stream.finish()), axis=1) for stream in self._segments]
        yield from self._give([self._merged(rests)])
        if not self._same_rate:
            yield self._counted(self._outward.push(np.zeros((self._channels, 0), np.float32), last=True))
        missing = self._pushed - self._given
        if missing:
            yield np.zeros((self._channels, missing), np.float32)

    def _separated(self, mix: Floats) -> Iterator[Floats]:
        """At the separator's rate; all pairs finish blocks of the same length."""
        streams = [stream.push(_stereo(mix, pair)) for stream, pair in zip(self._segments, self._pairs, strict=True)]
        for vocals in zip(*streams, strict=True):
            yield self._merged(vocals)

    def _merged(self, vocals: Sequence[Floats]) -> Floats:
        """The pairs' vocals [2, m] each -> [C, m]."""
        return np.concatenate(
            [
                both if len(pair) == 2 else both.mean(axis=0, keepdims=True)
                for both, pair in zip(vocals, self._pairs, strict=True)
            ]
        )

    def _give(self, vocals: Iterable[Floats]) -> Iterator[Floats]:
        """Back at the mix's rate."""
        for block in vocals:
            yield self._counted(self._outward.push(block))

    def _counted(self, vocals: Floats) -> Floats:
        """Never more in all than was pushed."""
        kept = vocals[:, : self._pushed - self._given]
        self._given += kept.shape[1]
        return kept


def _stereo(mix: Floats, pair: tuple[int, ...]) -> Floats:
    left, right = pair[0], pair[-1]
    return np.stack([mix[left], mix[right]])
