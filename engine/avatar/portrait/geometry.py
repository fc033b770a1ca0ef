"""Where the parts of one face are, for what moves them: frames of coordinates, regions of pixels, soft steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.shape import Landmarks, face_unit

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Frame:
    """Coordinates of a part: `origin` in pixels, `axis` the unit vector of its x, `unit` pixels are 1; y to the right
    of x, which is down in an upright face."""

    origin: Floats
    axis: Floats
    unit: float

    def places(self, region: Region) -> tuple[Floats, Floats]:
        """x and y of every pixel of `region`, each [H, W]."""
        columns = np.arange(region.left, region.right, dtype=np.float32) - self.origin[0]
        rows = np.arange(region.top, region.bottom, dtype=np.float32)[:, None] - self.origin[1]
        x = (columns * self.axis[0] + rows * self.axis[1]) / np.float32(self.unit)
        y = (rows * self.axis[0] - columns * self.axis[1]) / np.float32(self.unit)
        return x, y

    def of(self, points: Floats) -> Floats:
        """Pixels [N, 2] -> places [N, 2]."""
        away = points - self.origin
        x, y = away @ self.axis, away @ np.array([-self.axis[1], self.axis[0]])
        return np.asarray(np.stack([x, y], -1) / self.unit, np.float32)

    def pixels(self, places: Floats) -> Floats:
        """Places [N, 2] -> pixels [N, 2]."""
        along, down = self.axis, np.array([-self.axis[1], self.axis[0]])
        return np.asarray(self.origin + self.unit * (places[..., :1] * along + places[..., 1:] * down), np.float32)

    def moves(self, dx: Floats, dy: Floats) -> tuple[Floats, Floats]:
        """Displacements in this frame -> in pixels."""
        unit = np.float32(self.unit)
        return (dx * self.axis[0] - dy * self.axis[1]) * unit, (dx * self.axis[1] + dy * self.axis[0]) * unit


@dataclass(frozen=True, slots=True)
class Region:
    """Pixels of a picture: columns `left` to `right`, rows `top` to `bottom`, the last of each not among them."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        return self.bottom - self.top, self.right - self.left


def frame_between(left: Floats, right: Floats, unit: float | None = None) -> Frame:
    """The frame in the middle of two points, its x along them; `unit`: the half of their distance unless given."""
    across = np.asarray(right - left, np.float64)
    far = max(float(np.hypot(*across)), 1e-3)
    middle = np.asarray((left + right) / 2, np.float32)
    return Frame(middle, np.asarray(across / far, np.float32), far / 2 if unit is None else unit)


def region_around(frame: Frame, left: float, top: float, right: float, bottom: float, shape: tuple[int, int]) -> Region:
    """The pixels of a picture [H, W] around a box in a frame's places; at least one pixel."""
    corners = frame.pixels(np.array([[left, top], [right, top], [left, bottom], [right, bottom]], np.float32))
    low, high = np.floor(corners.min(0)).astype(int), np.ceil(corners.max(0)).astype(int) + 1
    x0, y0 = (int(np.clip(v, 0, side - 1)) for v, side in zip(low, shape[::-1], strict=True))
    x1, y1 = (int(np.clip(v, at + 1, side)) for v, at, side in zip(high, (x0, y0), shape[::-1], strict=True))
    return Region(x0, y0, x1, y1)


def soft_step(values: Floats, low: float, high: float) -> Floats:
    """0 up to `low`, 1 from `high`, smooth between."""
    t = np.clip((values - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def soft_edges(region: Region, shape: tuple[int, int], width: float) -> Floats:
    """1 inside a region, 0 at those of its edges that lie within the picture [H, W]; [h, w]."""
    height, across = region.shape
    x, y = np.arange(across, dtype=np.float32), np.arange(height, dtype=np.float32)
    rise_x, rise_y = np.ones(across, np.float32), np.ones(height, np.float32)
    if region.left > 0:
        rise_x *= soft_step(x, 0, width)
    if region.right < shape[1]:
        rise_x *= soft_step(across - 1 - x, 0, width)
    if region.top > 0:
        rise_y *= soft_step(y, 0, width)
    if region.bottom < shape[0]:
        rise_y *= soft_step(height - 1 - y, 0, width)
    return np.asarray(rise_y[:, None] * rise_x, np.float32)


def near_face(region: Region, landmarks: Landmarks) -> Floats:
    """1 on the face, 0 half a face unit away from it: what lies behind must not move with a jaw; [h, w]."""
    hull = cv2.convexHull((landmarks - (region.left, region.top)).round().astype(np.int32))
    outside = np.ones(region.shape, np.uint8)
    cv2.fillConvexPoly(outside, hull, 0)
    unit = face_unit(landmarks)
    return 1 - soft_step(cv2.distanceTransform(outside, cv2.DIST_L2, 5), 0.06 * unit, 0.46 * unit)
