"""A mixdown on its way to the loudspeaker: where it is read, what of it has been heard.  Plain Python, no Qt.

What is handed out is heard later, and by then the reading may have jumped.  So each stretch that is handed out is kept
with its place on the time line, until it has been heard.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock

import numpy as np

from gui.widgets.mixdown import RATE, Floats, Mixdown

_CHUNK = 512
_FADE = 240  # 5 ms in which a jump, a start or a stop is smoothed
_UP = ((np.arange(_FADE) + 0.5) / _FADE).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Frames from `frame` on are the time line's samples from `sample` on; `jump` counts jumps up to here."""

    frame: int
    sample: int
    length: int
    jump: int
    peak: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard at a frame: the time line's sample, the highest of both sides near it, and whether it lies behind
    the last jump that was asked for."""

    sample: int
    peak: tuple[float, float]
    arrived: bool


class Tape:
    """Reads a mixdown from a place on, with a loop, jumps and an end.  Any thread may pull."""

    def __init__(self, mixdown: Mixdown, start: int = 0) -> None:
        self.mixdown = mixdown
        self._lock = Lock()
        self._next = start  # the time line's sample that is read next
        self._jump_from: int | None = None  # what is faded out: None is silence
        self._jumping = True  # the next chunk fades in
        self._jumps = 0
        self._loop: tuple[int, int] | None = None
        self._stopping = False
        self._stopped = False
        self._ended_at: int | None = None
        self._rest = np.zeros((2, 0), np.float32)
        self._rendered = 0
        self._stretches: deque[_Stretch] = deque()
        self._last = Heard(start, (0.0, 0.0), True)

    def locate(self, sample: int) -> None:
        """Go on from there, faded over."""
        with self._lock:
            self._leave(sample)
            self._jumps += 1
            self._ended_at = None

    def set_loop(self, begin: int, end: int) -> None:
        """Go round from `begin` to `end`; an empty range ends that."""
        with self._lock:
            self._loop = (begin, end) if end - begin >= 2 * _FADE else None

    def stop(self) -> None:
        """Fade out, then silence."""
        with self._lock:
            self._stopping = True

    @property
    def ended_at(self) -> int | None:
        """The frame at which the time line has ended, None while it goes on."""
        return self._ended_at

    def pull(self, count: int) -> Floats:
        """The next frames: float32 [2, count], silence after the end."""
        with self._lock:
            parts, known = [self._rest], self._rest.shape[1]
            while known < count:
                chunk = self._chunk()
                parts.append(chunk)
                known += chunk.shape[1]
            joined = np.concatenate(parts, axis=1)
            self._rest = joined[:, count:]
            return joined[:, :count]

    def heard(self, frame: int) -> Heard:
        """What lies at a frame; frames are asked in rising order, and what lies before is forgotten."""
        with self._lock:
            while len(self._stretches) > 1 and self._stretches[1].frame <= frame:
                self._stretches.popleft()
            if self._stretches and self._stretches[0].frame <= frame:
                own = self._stretches[0]
                sample = own.sample + min(frame - own.frame, own.length)
                self._last = Heard(sample, own.peak, own.jump == self._jumps)
            return self._last

    def _leave(self, sample: int) -> None:
        if not self._jumping:
            self._jump_from, self._jumping = self._next, True
        self._next = sample

    def _chunk(self) -> Floats:
        if self._stopped or (self._ended_at is not None and not self._jumping):
            self._rendered += _CHUNK
            return np.zeros((2, _CHUNK), np.float32)
        if self._loop and self._next == self._loop[1]:
            self._leave(self._loop[0])
        count = self._room()
        if count <= 0:
            self._ended_at = self._rendered
            self._jumping, self._jump_from = False, None
            return self._chunk()
        mix = self.mixdown.read(self._next, count)
        self._smooth(mix)
        level = np.abs(mix).max(axis=1)
        self._stretches.append(
            _Stretch(self._rendered, self._next, count, self._jumps, (float(level[0]), float(level[1])))
        )
        self._next += count
        self._rendered += count
        return mix

    def _room(self) -> int:
        """Samples until something happens: a chunk, the loop's end, or the end."""
        left = self.mixdown.num_samples - self._next
        if self._loop and self._next < self._loop[1]:
            left = self._loop[1] - self._next  # silence may be looped, too
        return min(_CHUNK, left)

    def _smooth(self, mix: Floats) -> None:
        """Fade in after a jump, over what was heard before; fade out at a stop.  In place."""
        count = min(_FADE, mix.shape[1])
        up = _UP[:count] if count == _FADE else ((np.arange(count) + 0.5) / count).astype(np.float32)
        if self._jumping:
            mix[:, :count] *= up
            if self._jump_from is not None:
                mix[:, :count] += self.mixdown.peek(self._jump_from, count) * up[::-1]
            self._jumping, self._jump_from = False, None
        if self._stopping:
            mix[:, :count] *= up[::-1]
            mix[:, count:] = 0
            self._stopped = True


def in_samples(seconds: float) -> int:
    """Seconds of the time line in samples."""
    return round(seconds * RATE)
