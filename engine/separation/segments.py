"""A stream of any length through a separator that knows one length: segments that overlap, crossfaded.

Nothing here keeps more than one segment and one overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from engine.audio import SampleQueue
from engine.separation.separator import Floats

SeparateSegment = Callable[[Floats, int], Floats]
"""(mix [2, segment_samples], start) -> vocals of the same shape."""


def count_segments(num_samples: int, segment_samples: int, overlap_samples: int) -> int:
    """How many segments a stream of `num_samples` takes; none when it is empty."""
    if num_samples == 0:
        return 0
    hop = segment_samples - overlap_samples
    return max(1, -(-(num_samples - overlap_samples) // hop))


class SegmentStream:
    """Pushed a stereo mix in blocks of any length, gives its vocals: the same samples in all, later.

    Segment k begins at k * (segment_samples - overlap_samples).  Where two meet, one fades linearly into the other
    over the whole overlap, so no step is larger than their difference over its length.
    Raises `ValueError` when the overlap is not shorter than the segment.
    """

    def __init__(self, separate: SeparateSegment, segment_samples: int, overlap_samples: int) -> None:
        if not 0 <= overlap_samples < segment_samples:
            raise ValueError(f"segments of {segment_samples} samples cannot share {overlap_samples}")
        self._separate = separate
        self._segment, self._overlap = segment_samples, overlap_samples
        self._waiting = SampleQueue(2)
        self._start = 0
        self._tail = np.zeros((2, 0), np.float32)  # of the segment before: not yet faded into this one
        self._rising = ((np.arange(overlap_samples) + 0.5) / max(1, overlap_samples)).astype(np.float32)

    def push(self, mix: Floats) -> Iterator[Floats]:
        """mix float32 [2, n] -> the vocals that are finished by it, in blocks [2, m]."""
        self._waiting.push(mix)
        while len(self._waiting) >= self._segment:
            yield self._next()

    def finish(self) -> Iterator[Floats]:
        """The rest, after the last `push`."""
        left = len(self._waiting)
        if left > self._tail.shape[1]:
            yield self._next()[:, :left]
            left -= min(left, self._segment - self._overlap)
        yield self._tail[:, :left]

    def _next(self) -> Floats:
        """One segment on: its vocals up to where the one behind it begins."""
        hop = self._segment - self._overlap
        # A copy: it is crossfaded in place, and a separator may hand out what it was given or keeps.
        vocals = np.array(self._separate(self._waiting.peek(self._segment), self._start), np.float32)
        faded = vocals[:, : self._tail.shape[1]]
        # As a difference, so that two equal signals give exactly that signal.
        faded[:] = self._tail + self._rising[: faded.shape[1]] * (faded - self._tail)
        self._waiting.drop(hop)
        self._start += hop
        self._tail = vocals[:, hop:]
        return vocals[:, :hop]
