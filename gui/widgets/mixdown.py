"""What is heard: pieces of sound on one time line, mixed block by block as they are played.  Plain numpy, no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE = 48_000
"""Samples a second of everything that is played."""

_SWAP = 480  # samples (10 ms) in which one set of pieces gives way to the next


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A sound from second `start_s` on: `samples` float32 [1 or 2, T] at 48 kHz, full scale is [-1, 1].

    `gain_db`, `pan` (-1 left to 1 right) as a bounce has them: a mono piece in the middle is 3 dB down on either side,
    a stereo one keeps its level.  Both ends fade over `fade_s`.
    """

    start_s: float
    samples: Floats
    gain_db: float = 0.0
    pan: float = 0.0
    mute: bool = False
    fade_s: float = 0.008


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """A piece on the time line; `gains` [2, 1]."""

    begin: int
    end: int
    samples: Floats
    gains: Floats
    fade: int

    def add_to(self, mix: Floats, start: int) -> None:
        """Add what lies from sample `start` on to `mix` [2, n]."""
        first, last = max(start, self.begin), min(start + mix.shape[1], self.end)
        if first >= last:
            return
        own = self.samples[:, first - self.begin : last - self.begin] * self.gains
        if first - self.begin < self.fade or self.end - last < self.fade:
            place = np.arange(first, last, dtype=np.float32)
            edge = np.minimum(place - self.begin + 0.5, self.end - place - 0.5) / self.fade
            own *= np.minimum(edge, 1.0).astype(np.float32)
        mix[:, first - start : last - start] += own


class Mixdown:
    """Pieces that may be replaced from any thread while one other thread reads: no block hears half of both, and the
    change takes 10 ms, so that nothing clicks."""

    def __init__(self, pieces: Sequence[Piece] = ()) -> None:
        self._laid: dict[Piece, _Laid] = {}
        self._wanted = self._now = self._lay(pieces)
        self._before: tuple[_Laid, ...] | None = None
        self._swapped = 0
        self.resume_s = 0.0
        """Where its player last stood, in seconds."""

    def replace(self, pieces: Sequence[Piece]) -> None:
        """Other pieces from now on; of a long song most are those from before.  Raises `ValueError` for samples that
        are not float32 [1 or 2, T]."""
        self._wanted = self._lay(pieces)

    @property
    def num_samples(self) -> int:
        """Where the last piece ends, muted ones counted: what is heard changes, how long the song is does not."""
        return max((piece.end for piece in self._wanted), default=0)

    @property
    def duration_s(self) -> float:
        return self.num_samples / RATE

    def settle(self) -> None:
        """Take what was replaced at once: nobody hears the change."""
        self._now, self._before = self._wanted, None

    def read(self, start: int, count: int) -> Floats:
        """The mix from sample `start` on: float32 [2, count].  For the one thread that plays."""
        if self._before is None and self._wanted is not self._now:
            self._before, self._now, self._swapped = self._now, self._wanted, 0
        mix = _mixed(self._now, start, count)
        if self._before is not None:
            both = min(count, _SWAP - self._swapped)
            share = ((self._swapped + np.arange(1, both + 1)) / _SWAP).astype(np.float32)
            old = _mixed(self._before, start, both)
            mix[:, :both] = old + (mix[:, :both] - old) * share
            self._swapped += both
            if self._swapped >= _SWAP:
                self._before = None
        return mix

    def _lay(self, pieces: Sequence[Piece]) -> tuple[_Laid, ...]:
        known = self._laid
        laid = tuple(known.get(piece) or _lay(piece) for piece in pieces)
        self._laid = dict(zip(pieces, laid, strict=True))
        return laid

    def peek(self, start: int, count: int) -> Floats:
        """As `read`, of the pieces as they are; a change that is on its way does not go on by it."""
        return _mixed(self._now, start, count)


def playable(samples: Floats, sample_rate: int) -> Floats:
    """float32 [C, T] at any rate -> [1 or 2, T] at 48 kHz, through the engine's own converter."""
    from engine.audio import Audio, resample

    return np.asarray(resample(Audio(samples[:2], sample_rate), RATE).samples)


def _lay(piece: Piece) -> _Laid:
    samples = piece.samples
    if samples.ndim != 2 or len(samples) not in (1, 2) or samples.dtype != np.float32:
        raise ValueError(f"samples must be float32 [1 or 2, T], not {samples.dtype} {samples.shape}")
    begin = round(piece.start_s * RATE)
    level = 0.0 if piece.mute else 10 ** (piece.gain_db / 20) * (1.0 if len(samples) == 1 else math.sqrt(2))
    angle = (min(1.0, max(-1.0, piece.pan)) + 1) * math.pi / 4
    gains = np.array([[level * math.cos(angle)], [level * math.sin(angle)]], np.float32)
    return _Laid(begin, begin + samples.shape[1], samples, gains, max(1, round(piece.fade_s * RATE)))


def _mixed(pieces: tuple[_Laid, ...], start: int, count: int) -> Floats:
    mix = np.zeros((2, count), np.float32)
    for piece in pieces:
        if piece.begin < start + count and start < piece.end and piece.gains.any():
            piece.add_to(mix, start)
    return mix
