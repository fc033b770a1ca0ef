"""A figure on a canvas: 16:9, 9:16, square; before a colour, a picture or nothing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.params import NUM_PARAMS
from engine.avatar.renderer import Face, Picture
from engine.avatar.stage_background import TRANSPARENT, Background, read_background

__all__ = ["TRANSPARENT", "Background", "figure_size", "read_background", "staged"]
_HEAD_ROOM = 0.72
"""Of the canvas' width, what the head takes when the sides cut the shoulders off, as on a phone."""
_HEAD_PART = 0.6
"""Of the figure's height, from above: where its head is."""


def figure_size(face: Face, width: int, height: int) -> tuple[int, int]:
    """(width, height) of the figure on a canvas of that size, in pixels.

    A figure with clear surroundings fills the height; where that is more than the width, its shoulders are cut, its
    head is not.  An opaque picture, as a portrait is, is fitted in whole.  A face drawn in this size needs no scaling.
    """
    alpha = _at_rest(face)[..., 3]
    columns = np.flatnonzero((alpha[: max(1, int(_HEAD_PART * face.height))] > 127).any(axis=0))
    head = (columns[-1] - columns[0] + 1) / face.width if len(columns) else 1.0
    room = max(1.0, _HEAD_ROOM / head)
    scale = min(height / face.height, room * width / face.width)
    return max(1, round(face.width * scale)), max(1, round(face.height * scale))


def staged(face: Face, width: int, height: int, background: Background = TRANSPARENT) -> Face:
    """`face` on a canvas of `width` x `height` pixels before `background`; itself where there is nothing to do.

    A figure stands on the bottom edge in the middle, an opaque picture hangs in the middle; see `figure_size`.
    """
    size = figure_size(face, width, height)
    if background.transparent and size == (width, height) == (face.width, face.height):
        return face
    return _Staged(face, background.filled(width, height), size)


def _at_rest(face: Face) -> Picture:
    return face.draw(np.zeros(NUM_PARAMS, np.float32))


class _Staged:
    """Draws the face, scales it where it must be, and lays it over a canvas that was made once."""

    def __init__(self, face: Face, canvas: Picture, size: tuple[int, int]) -> None:
        self._face, self._canvas, self._size = face, canvas, size
        self.height, self.width = canvas.shape[:2]
        opaque = bool((_at_rest(face)[..., 3] == 255).all())
        left = (self.width - size[0]) // 2
        top = (self.height - size[1]) // (2 if opaque else 1)
        # The part of the canvas that the figure covers, and the part of the figure that is seen.
        self._place = np.s_[max(0, top) : top + size[1], max(0, left) : min(self.width, left + size[0])]
        self._seen = np.s_[max(0, -top) :, max(0, -left) : min(size[0], self.width - left)]
        self._clear = not canvas[..., 3].any()

    def draw(self, values: NDArray[np.float32]) -> Picture:
        """[height, width, 4], new; straight alpha."""
        figure = _scaled(self._face.draw(values), self._size)[self._seen]
        out = self._canvas.copy()
        out[self._place] = figure if self._clear else _over(figure, self._canvas[self._place])
        return out


def _over(figure: Picture, canvas: Picture) -> Picture:
    """Straight alpha over an opaque canvas of the same size: a new picture."""
    alpha = np.ascontiguousarray(figure[..., 3])
    solid = cv2.compare(alpha, 255, cv2.CMP_EQ)
    out: Picture = cv2.copyTo(np.ascontiguousarray(figure), solid, canvas.copy())
    # What is neither clear nor solid is an edge: few pixels, whatever the size.
    edge = np.flatnonzero(cv2.inRange(alpha, 1, 254))
    pixels = out.reshape(-1, 4)
    below = pixels[edge, :3].astype(np.int32)
    share = alpha.reshape(-1)[edge, None].astype(np.int32)
    above = figure.reshape(-1, 4)[edge, :3].astype(np.int32)
    pixels[edge, :3] = below + ((above - below) * share + 127) // 255
    return out


def _scaled(picture: Picture, size: tuple[int, int]) -> Picture:
    """To `size` (width, height): colours weighted by alpha, so that nothing clear bleeds in."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    way = cv2.INTER_AREA if size[0] < width else cv2.INTER_CUBIC
    if (picture[..., 3] == 255).all():
        scaled: Picture = cv2.resize(picture, size, interpolation=way)
        return scaled
    alpha = picture[..., 3:].astype(np.float32)
    weighted = np.concatenate([picture[..., :3] * (alpha / 255), alpha], axis=2)
    made = cv2.resize(weighted, size, interpolation=way)
    made[..., :3] *= 255 / np.maximum(made[..., 3:], 1)
    return np.asarray(np.clip(made + 0.5, 0, 255), np.uint8)
