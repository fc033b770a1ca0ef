"""The included way to pictures: motion, from the network or a file, moves a face that is drawn or somebody's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import numpy as np

from engine.avatar.params import NUM_PARAMS, FaceTrack, Floats
from engine.avatar.renderer import Face, Picture
from engine.jobs import JobContext

Blocks = Callable[[JobContext], Iterable[Floats]]
"""Rows [n, 14] of a track, block by block, as they become known."""


class Motion:
    """Motion that is made while it is used.  `blocks` come at `blocks_fps` rows a second."""

    def __init__(self, blocks: Blocks, blocks_fps: float) -> None:
        self._blocks, self._blocks_fps = blocks, blocks_fps
        self._kept: list[Floats] = []

    def rows(self, fps: Fraction, num_frames: int, context: JobContext) -> Iterator[Floats]:
        """`num_frames` rows [14], `fps` a second, each as soon as it is known."""
        self._kept.clear()
        return resampled_rows(self._keeping(self._blocks(context)), self._blocks_fps, float(fps), num_frames)

    @property
    def track(self) -> FaceTrack:
        """What was made so far, at its own rate."""
        rows = np.concatenate(self._kept) if self._kept else np.zeros((0, NUM_PARAMS), np.float32)
        return FaceTrack(rows, self._blocks_fps)

    def _keeping(self, blocks: Iterable[Floats]) -> Iterator[Floats]:
        for block in blocks:
            self._kept.append(block)
            yield block


class MotionRenderer:
    """An `AvatarRenderer`: `motion` moves a `face` that stands on its stage."""

    def __init__(self, face: Face, motion: Motion) -> None:
        self._face, self._motion = face, motion

    def pictures(self, fps: Fraction, num_frames: int, context: JobContext) -> Iterator[Picture]:
        """Each drawn as soon as the motion is known that far."""
        return map(self._face.draw, self._motion.rows(fps, num_frames, context))


def resampled_rows(blocks: Iterable[Floats], blocks_fps: float, fps: float, num_frames: int) -> Iterator[Floats]:
    """`FaceTrack.resampled`, row by row [14], asking for a block only when it is needed."""
    source = iter(blocks)
    rows, first, ended = np.zeros((0, NUM_PARAMS), np.float32), 0, False
    for frame in range(num_frames):
        place = frame / fps * blocks_fps
        before = int(place)
        while not ended and before + 1 >= first + len(rows):
            block = next(source, None)
            ended = block is None
            if block is not None:
                past = max(0, min(before - first, len(rows) - 1))  # rows that no later picture asks for
                rows, first = np.concatenate([rows[past:], block]), first + past
        yield _between(rows, place - first)


def _between(rows: Floats, place: float) -> Floats:
    if not len(rows):
        return np.zeros(NUM_PARAMS, np.float32)
    place = min(place, len(rows) - 1.0)
    before = int(place)
    after = min(before + 1, len(rows) - 1)
    share = np.float32(place - before)
    return np.asarray((1 - share) * rows[before] + share * rows[after], np.float32)
