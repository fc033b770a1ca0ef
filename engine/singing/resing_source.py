"""A recorded vocal as one channel at the voice's rate, block by block, however long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import SampleQueue, StreamResampler, open_audio
from engine.jobs import CancelToken

Floats = NDArray[np.float32]
CANCELLING = 0.1
"""Of the loudest channel's power: channels whose mean is softer are each other's opposite, and one must do."""
_RINGING = 512
"""Samples of silence behind the end, at the recording's rate: what a resampler rings there belongs to it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`sample_rate` in Hz and `num_samples` are the file's own; `position_samples`: its place on the timeline, None
    when it states none.  `channel`: the one that is heard, None for the mean of all."""

    path: Path
    sample_rate: int
    channels: int
    num_samples: int
    position_samples: int | None
    channel: int | None

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.num_samples / self.sample_rate


def open_recording(path: Path, token: CancelToken) -> Recording:
    """Read `path` through once.  Raises `Cancelled`, and `InputError` for no sound file, a broken or an empty one."""
    with open_audio(path) as stream:
        powers, mean_power, count = np.zeros(stream.channels), 0.0, 0
        for block in stream.blocks():
            token.raise_if_cancelled()
            powers += np.einsum("ct,ct->c", block, block, dtype=np.float64)
            mean = block.mean(axis=0, dtype=np.float64)
            mean_power += float(mean @ mean)
            count += block.shape[1]
        cancelling = mean_power < CANCELLING * powers.max()
        channel = int(powers.argmax()) if cancelling else None
        return Recording(path, stream.sample_rate, stream.channels, count, stream.time_reference_samples, channel)


def mono_blocks(recording: Recording, sample_rate: int) -> Iterator[Floats]:
    """The recording as blocks [n] at `sample_rate`, aligned with its first sample; silence follows its end."""
    resampler = StreamResampler(recording.sample_rate, sample_rate, 1)
    with open_audio(recording.path) as stream:
        for block in stream.blocks():
            heard = block.mean(axis=0, dtype=np.float32) if recording.channel is None else block[recording.channel]
            yield resampler.push(heard[None])[0]
        yield resampler.push(np.zeros((1, _RINGING), np.float32), last=True)[0]


class Stretches:
    """Stretches of a recording, asked for in order of their starts; what lies before the last start is forgotten."""

    def __init__(self, recording: Recording, sample_rate: int) -> None:
        self._blocks = mono_blocks(recording, sample_rate)
        self._queue = SampleQueue(1)
        self._position = 0

    def take(self, start: int, end: int) -> Floats:
        """Samples [end - start] from `start` (which may be negative) on; silence outside the recording.

        Raises `ValueError` when `start` lies before an earlier one.
        """
        first = max(start, 0)
        if first < self._position:
            raise ValueError(f"sample {first} is gone, the stream stands at {self._position}")
        while self._position + len(self._queue) < end:
            block = next(self._blocks, None)
            if block is None:
                break
            self._queue.push(block[None])
            self._skip(first)
        self._skip(first)
        found = self._queue.peek(max(end - first, 0))[0]
        return np.pad(found, (end - start - len(found), 0))

    def _skip(self, first: int) -> None:
        gone = min(first - self._position, len(self._queue))
        self._queue.drop(gone)
        self._position += gone
