"""A portrait as a `Face`: prepared once, then drawn for any row of parameters."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.params import clipped
from engine.avatar.portrait.brows import UpperFace
from engine.avatar.portrait.head import Head
from engine.avatar.portrait.inside import InnerMouth
from engine.avatar.portrait.light import has_own_teeth, measure_light
from engine.avatar.portrait.mouth import Mouth
from engine.avatar.portrait.shape import NUM_POINTS, Landmarks
from engine.avatar.renderer import Face, Picture


class PortraitFace:
    """Moves the picture's own pixels; at rest (all parameters 0) it is the picture, bit for bit, unless that shows
    teeth: then its lips are shut at rest, and `open` brings them back to where they were and further.

    Expressions first (mouth and jaw, lids and irises, brows), each in its own region and soft towards its edges, then
    the head with all of them.  Nothing is drawn at random: the same row gives the same picture.
    """

    def __init__(self, picture: Picture, landmarks: Landmarks) -> None:
        self._picture = picture
        self._filled = _filled(picture)
        self._mouth = Mouth(picture, landmarks, InnerMouth(measure_light(picture, landmarks), has_own_teeth(landmarks)))
        self._upper = UpperFace(picture, landmarks)
        self._head = Head((picture.shape[0], picture.shape[1]), landmarks)

    @property
    def width(self) -> int:
        return int(self._picture.shape[1])

    @property
    def height(self) -> int:
        return int(self._picture.shape[0])

    def draw(self, values: NDArray[np.float32]) -> Picture:
        """As `Face.draw`; values outside their ranges are clipped."""
        row = clipped(values)
        if not row.any() and not self._mouth.moves_at_rest:
            return self._picture.copy()
        moved = self._filled.copy()
        self._mouth.draw(self._filled, row, moved)
        self._upper.draw(self._filled, row, moved)
        return self._head.draw(moved, row)


def portrait_face(picture: Picture, landmarks: Landmarks, size: int | None = None) -> Face:
    """A face that draws `picture` [H, W, 4] with its landmarks [68, 2] moved.

    `size`: the longer side of what is drawn, pixels; never larger than the picture.  Takes some tenths of a second.
    Raises `ValueError` for landmarks of another shape.
    """
    if landmarks.shape != (NUM_POINTS, 2) or not np.isfinite(landmarks).all():
        raise ValueError(f"landmarks of shape {landmarks.shape}")
    longer = max(picture.shape[:2])
    if size is None or size >= longer:
        return PortraitFace(np.ascontiguousarray(picture), np.asarray(landmarks, np.float32))
    scale = size / longer
    width, height = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = cv2.resize(_filled(picture), (width, height), interpolation=cv2.INTER_AREA)
    # Pixels are points at whole numbers: their edges, not their middles, scale.
    return PortraitFace(np.asarray(small, np.uint8), np.asarray((landmarks + 0.5) * scale - 0.5, np.float32))


def _filled(picture: Picture) -> Picture:
    """The same with colours of the visible spread under what is transparent, so that warping finds no foreign rim."""
    alpha = picture[..., 3].astype(np.float32) / 255
    if alpha.min() == 1:
        return picture
    weighted = picture[..., :3].astype(np.float32) * alpha[..., None]
    out = picture.copy()
    empty = alpha < 0.02
    for spread in (64.0, 16.0, 4.0):  # far first, then nearer ones over it
        colours, weight = (cv2.GaussianBlur(a, (0, 0), spread) for a in (weighted, alpha))
        known = empty & (weight > 1e-3)
        out[known, :3] = (colours[known] / weight[known, None] + 0.5).clip(0, 255).astype(np.uint8)
    return out
