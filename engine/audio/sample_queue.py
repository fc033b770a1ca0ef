"""Samples that wait: pushed in blocks of one length, looked at and dropped in another."""

from __future__ import annotations

from collections import deque

import numpy as np

from engine.audio.signal import FloatArray


class SampleQueue:
    """First in, first out, of float32 [C, T] blocks.  Blocks that were pushed are not copied: leave them alone."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._blocks: deque[FloatArray] = deque()
        self._length = 0

    def __len__(self) -> int:
        """Samples per channel."""
        return self._length

    def push(self, block: FloatArray) -> None:
        """Add `block` [C, n] at the end."""
        if block.shape[1]:
            self._blocks.append(block)
            self._length += block.shape[1]

    def peek(self, count: int) -> FloatArray:
        """The first `count` samples, silence where there are fewer: a new array [C, count]."""
        found = np.zeros((self._channels, count), np.float32)
        position = 0
        for block in self._blocks:
            if position >= count:
                break
            part = block[:, : count - position]
            found[:, position : position + part.shape[1]] = part
            position += part.shape[1]
        return found

    def drop(self, count: int) -> None:
        """Forget the first `count` samples, or all when there are fewer."""
        count = min(count, self._length)
        self._length -= count
        while count:
            block = self._blocks.popleft()
            if block.shape[1] > count:
                # A copy, so that one small rest does not keep a large block in memory.
                self._blocks.appendleft(block[:, count:].copy())
                return
            count -= block.shape[1]

    def take(self, count: int) -> FloatArray:
        """`peek` and `drop`."""
        found = self.peek(count)
        self.drop(count)
        return found
