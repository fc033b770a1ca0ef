"""A picture becomes a frame that an encoder takes: BT.709, even sides, and no dark fringe around a figure."""

from __future__ import annotations

import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from engine.avatar.renderer import Picture
from engine.avatar.video_formats import VideoFormat

BT709 = 1
"""Primaries, transfer and matrix alike (ITU-T H.273)."""
LIMITED = 1
_SPARSE = 4
_WINDOW = (15, 15)
"""Colours reach 7 sparse pixels far: wider than what any filter or block of an encoder mixes."""


def even_sided(picture: Picture) -> Picture:
    """The last column and row once more where a side is odd: chroma of 4:2:0 covers two by two pixels."""
    height, width = picture.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return picture
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def coloured_around(picture: Picture) -> Picture:
    """The figure's colours carried on into the clear pixels around it; alpha stays.

    Lossy coding and halved chroma mix neighbours' colours without asking for alpha: black around a figure would come
    back as a dark fringe.  Straight alpha [H, W, 4] in and out.
    """
    alpha = picture[..., 3]
    clear = cv2.compare(alpha, 0, cv2.CMP_EQ)
    if not cv2.countNonZero(clear):
        return picture
    # Every fourth pixel is enough to know which colour is near.
    sparse = picture[2::_SPARSE, 2::_SPARSE].astype(np.float32)
    weight = cv2.blur(np.ascontiguousarray(sparse[..., 3:]), _WINDOW)[..., None]
    colour = cv2.blur(sparse[..., :3] * sparse[..., 3:], _WINDOW)
    total = float(weight.sum())
    mean = colour.reshape(-1, 3).sum(axis=0) / total if total else np.zeros(3, np.float32)
    # A little of the mean everywhere: what lies beyond the window's reach has no other colour.
    around = np.zeros(sparse.shape, np.uint8)
    around[..., :3] = (colour + 1e-3 * mean) / (weight + 1e-3)
    height, width = alpha.shape
    filled: Picture = cv2.copyTo(cv2.resize(around, (width, height)), clear, picture.copy())
    return filled


def frame_size(kind: VideoFormat, width: int, height: int) -> tuple[int, int]:
    """Width and height of what `kind` stores of a picture of this size."""
    return (width + width % 2, height + height % 2) if kind.even else (width, height)


class FrameMaker:
    """Turns pictures of one size into frames of `kind`; keeps FFmpeg's converter between them."""

    def __init__(self, kind: VideoFormat, transparent: bool) -> None:
        self.pixels = (kind.alpha if transparent and kind.alpha else kind.opaque) or "rgba"
        self._even = kind.even
        self._spread = self.pixels.startswith("yuva")
        self._reformatter = VideoReformatter()

    def frame(self, picture: Picture) -> VideoFrame:
        """`picture`, uint8 [H, W, 4], converted; without a time."""
        if self._spread:
            picture = coloured_around(picture)
        if self._even:
            picture = even_sided(picture)
        raw = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgba")
        made = self._reformatter.reformat(
            raw,
            format=self.pixels,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP,
        )
        made.colorspace, made.color_range = BT709, LIMITED
        made.color_primaries = made.color_trc = BT709
        return made
