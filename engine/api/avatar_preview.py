"""A figure that sings in small: its motion grows as far as somebody looks, and any picture of it is drawn at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.avatar.faceparams_file import FaceParams, write_faceparams
from engine.avatar.features import FPS
from engine.avatar.params import NUM_PARAMS, FaceTrack, Floats
from engine.avatar.renderer import Face, Picture
from engine.jobs import CancelToken

CATCH_UP_S = 0.3
"""So long a question may work on motion that is needed now; what is not known then comes with the next."""
AHEAD_S = 0.08
"""So long it works on what will be needed, where nobody waits."""
ONE_BLOCK_S = 1e-6
"""While it plays: one block for each picture keeps the lead."""
LEAD = 50
"""Rows that are to be known ahead of what is looked at while it plays: two seconds."""
_SQUARE = 12
_LIGHT, _DARK = 214, 184
"""Grey squares, in pixels and brightness, behind what is transparent."""


class GrowingTrack:
    """`count` rows of face parameters at 25 a second, made by `blocks` in order, when they are asked for.

    `meanwhile` [count, 14]: what a row is until it is known; without it the face rests.  For one thread at a time.
    """

    def __init__(self, blocks: Iterator[Floats], count: int, meanwhile: Floats | None = None) -> None:
        self._blocks = blocks
        self._rows = np.zeros((count, NUM_PARAMS), np.float32)
        if meanwhile is not None:
            rows = min(count, len(meanwhile))
            self._rows[:rows] = meanwhile[:rows]
        self.known = 0
        self._fault: Exception | None = None

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def whole(self) -> bool:
        return self.known == len(self)

    @property
    def track(self) -> FaceTrack:
        return FaceTrack(self._rows.copy(), FPS)

    def row(self, frame: int) -> Floats:
        """[14], held at both ends."""
        row: Floats = self._rows[min(max(frame, 0), len(self) - 1)]
        return row

    def grow(self, frame: int, ahead: bool, token: CancelToken) -> None:
        """Work towards `frame` and a little further; with `ahead` further still.

        Raises `Cancelled`, and what `blocks` raised, whenever more is needed.
        """
        began, passed_s = time.monotonic(), 0.0
        while not self.whole and passed_s < self._patience_s(frame, ahead):
            token.raise_if_cancelled()
            self._take()
            passed_s = time.monotonic() - began

    def _patience_s(self, frame: int, ahead: bool) -> float:
        """So long one may work, as things stand."""
        if frame >= self.known:
            return CATCH_UP_S
        if ahead:
            return AHEAD_S
        return ONE_BLOCK_S if self.known - frame < LEAD else 0.0

    def _take(self) -> None:
        if self._fault is not None:  # what is exhausted by it looks like motion that came to its end
            raise self._fault.with_traceback(None)
        try:
            block = next(self._blocks, None)
        except Exception as error:
            self._fault = error
            raise
        if block is None:  # a sound that ends between two pictures: the last row stands
            self._rows[self.known :] = self._rows[max(0, self.known - 1)]
            self.known = len(self)
            return
        rows = min(len(block), len(self) - self.known)
        self._rows[self.known : self.known + rows] = block[:rows]
        self.known += rows


class Preview:
    """`face` on its stage, moved by `growing`.  Safe from several threads: one is served after the other.

    `motion`: where the motion is kept once all of it is known.
    """

    def __init__(self, face: Face, growing: GrowingTrack, motion: Path, opaque: bool) -> None:
        self._face, self._growing, self._motion, self._opaque = face, growing, motion, opaque
        self._kept = False
        self._one = threading.Lock()

    @property
    def frames(self) -> int:
        return len(self._growing)

    @property
    def size(self) -> tuple[int, int]:
        return self._face.width, self._face.height

    def picture(self, frame: int, ahead: bool, token: CancelToken) -> tuple[NDArray[np.uint8], int, Path | None]:
        """(uint8 [H, W, 3], rows known, the motion's file once it is whole)."""
        with self._one:
            self._growing.grow(frame, ahead, token)
            drawn = self._face.draw(self._growing.row(frame))
            return self._solid(drawn), self._growing.known, self._whole_motion()

    def _solid(self, picture: Picture) -> NDArray[np.uint8]:
        if self._opaque:
            return np.ascontiguousarray(picture[..., :3])
        height, width = picture.shape[:2]
        odd = (np.arange(height)[:, None] // _SQUARE + np.arange(width) // _SQUARE) % 2
        behind = np.where(odd, _DARK, _LIGHT).astype(np.uint16)[..., None]
        alpha = picture[..., 3:].astype(np.uint16)
        mixed = picture[..., :3] * alpha + behind * (255 - alpha)
        return np.asarray((mixed + 127) // 255, np.uint8)

    def _whole_motion(self) -> Path | None:
        if not self._growing.whole:
            return None
        if not self._kept:
            self._motion.parent.mkdir(parents=True, exist_ok=True)
            write_faceparams(FaceParams(self._growing.track), self._motion)
            self._kept = True
        return self._motion
