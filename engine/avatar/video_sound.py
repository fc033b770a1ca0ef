"""The sound of a video: any file, block by block, as 48 kHz in one or two channels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.audio import AudioStream, FloatArray, SampleQueue, StreamResampler, resampled_length
from engine.avatar.video_formats import SOUND_RATE

_HALF = 0.5**0.5
# Left's and right's share of each channel, in the order that WAV, FLAC and friends keep (ITU-R BS.775 for the mix).
_DOWNMIX = {
    3: ((1, 0), (0, 1), (_HALF, _HALF)),
    4: ((1, 0), (0, 1), (_HALF, 0), (0, _HALF)),
    5: ((1, 0), (0, 1), (_HALF, _HALF), (_HALF, 0), (0, _HALF)),
    6: ((1, 0), (0, 1), (_HALF, _HALF), (0, 0), (_HALF, 0), (0, _HALF)),
    8: ((1, 0), (0, 1), (_HALF, _HALF), (0, 0), (_HALF, 0), (0, _HALF), (_HALF, 0), (0, _HALF)),
}


def sound_channels(stream: AudioStream) -> int:
    """1 for a mono file, else 2."""
    return min(2, stream.channels)


def to_stereo(block: FloatArray) -> FloatArray:
    """[C, n] -> [1 or 2, n]: mono and stereo as they are, surround mixed down without getting louder than it was."""
    channels = block.shape[0]
    if channels <= 2:
        return block
    if channels not in _DOWNMIX:
        return np.repeat(block.mean(axis=0, keepdims=True, dtype=np.float32), 2, axis=0)
    shares = np.array(_DOWNMIX[channels], np.float32).T
    return np.asarray(shares / shares.sum(axis=1).max() @ block, np.float32)


class SoundFeed:
    """Gives the file's samples at `SOUND_RATE`, from its first to its last: `resampled_length` of them, exactly."""

    def __init__(self, stream: AudioStream) -> None:
        self.channels = sound_channels(stream)
        self.given = 0
        self._waiting = SampleQueue(self.channels)
        self._blocks = self._converted(stream)
        self._ended = False

    @property
    def seconds(self) -> float:
        """Of what was given so far."""
        return self.given / SOUND_RATE

    def until(self, position: int, step: int) -> Iterator[FloatArray]:
        """What comes before sample `position`, in blocks [C, step] (a shorter one at the end of the file)."""
        while self.given < position:
            block = self._next(step)
            if not block.shape[1]:
                return
            yield block

    def rest(self, step: int) -> Iterator[FloatArray]:
        """What is left."""
        while (block := self._next(step)).shape[1]:
            yield block

    def _next(self, step: int) -> FloatArray:
        while len(self._waiting) < step and not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            if block is not None:
                self._waiting.push(block)
        block = self._waiting.take(min(step, len(self._waiting)))
        self.given += block.shape[1]
        return block

    def _converted(self, stream: AudioStream) -> Iterator[FloatArray]:
        resampler = StreamResampler(stream.sample_rate, SOUND_RATE, self.channels)
        read = made = 0
        for block in stream.blocks():
            read += block.shape[1]
            converted = resampler.push(to_stereo(block))
            made += converted.shape[1]
            yield converted
        last = resampler.push(np.zeros((self.channels, 0), np.float32), last=True)
        missing = resampled_length(read, stream.sample_rate, SOUND_RATE) - made
        exact = np.zeros((self.channels, max(0, missing)), np.float32)
        kept = last[:, : exact.shape[1]]
        exact[:, : kept.shape[1]] = kept
        yield exact
