"""The mouth and jaw of a portrait: its own lips, chin and cheeks moved, and what a shut mouth hides drawn between.

All lengths here are in half widths of the mouth at rest, from its middle, y downwards; `level` is the line between the
lips.  Fields are backward: for a pixel of the moved picture, where in the portrait to look.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.avatar.params import index_of
from engine.avatar.portrait.geometry import Floats, frame_between, near_face, region_around, soft_edges, soft_step
from engine.avatar.portrait.inside import Gap, InnerMouth
from engine.avatar.portrait.shape import CHIN, Landmarks, face_unit
from engine.avatar.renderer import Picture

_NAMES = ("open", "wide", "round", "tuck", "tongue", "smile")
_COLUMNS = [index_of(name) for name in _NAMES]
_USUAL = 0.42  # half width of a mouth in units of the face: openings do not grow with a broad grin


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the parameters mean in half widths: `narrow` how the corners move (1 at rest), how far the lips part."""

    narrow: float
    lower: float
    upper: float
    corners: float
    round: float
    tuck: float


class Mouth:
    """One portrait's mouth, prepared."""

    def __init__(self, picture: Picture, landmarks: Landmarks, inner: InnerMouth) -> None:
        size = picture.shape[:2]
        self.frame = frame_between(landmarks[60], landmarks[64])
        self._inner = inner
        self._usual = _USUAL * face_unit(landmarks) / self.frame.unit
        places = self.frame.of(landmarks)
        self._level = _level(places, inner.own_teeth)
        self._chin = max(float(places[CHIN, 1]), 1.0)
        side = 1.25 * max(1.9, float(np.abs(places[[4, 12], 0]).mean()))
        self.region = region_around(self.frame, -side, -1.3, side, self._chin + 1.7 * self._usual, size)
        self._x, self._y = self.frame.places(self.region)
        self._edges = soft_edges(self.region, size, 0.35 * self.frame.unit) * near_face(self.region, landmarks)
        self._prepare()

    def _prepare(self) -> None:
        """All that does not depend on the parameters."""
        x, y = self._x, self._y
        # The nose above stays as wide as it is; the chin below goes with the lips a little.
        near = np.exp(-((x / 1.3) ** 2) - (y / np.where(y < 0, 0.75, 1.3)) ** 2) * np.exp((1 / 1.3) ** 2)
        self._across = (np.minimum(near, 1.15) * self._edges).astype(np.float32)
        outward = np.minimum(np.abs(x), 1.0) ** 2 * np.exp(-((np.maximum(np.abs(x) - 1, 0) / 0.6) ** 2))
        at_corner = (outward - 0.25) * np.exp(-((y / 0.8) ** 2)) * np.exp(-((x / 2.2) ** 6))
        cheek = 0.3 * np.exp(-(((np.abs(x) - 1.5) / 0.6) ** 2) - ((y + 0.8) / 0.7) ** 2)
        self._corner = ((at_corner + cheek) * self._edges).astype(np.float32)
        self._jaw = (0.93 * np.exp(-((x / 1.65) ** 2)) * self._edges).astype(np.float32)
        grid = np.mgrid[self.region.top : self.region.bottom, self.region.left : self.region.right]
        self._rows, self._columns = (axis.astype(np.float32) for axis in grid)

    def draw(self, picture: Picture, values: Floats, out: Picture) -> None:
        """Moves the mouth of `picture` as one row of parameters says, into `out` (both [H, W, 4])."""
        wanted = values[_COLUMNS]
        if not wanted.any():
            return
        shape = self._shape(wanted)
        x = self._x * (1 + np.float32(1 / shape.narrow - 1) * self._across)
        level = _curve(np.clip(x, -1.25, 1.25), self._level)
        y = self._y + np.float32(shape.corners) * self._corner - level
        inside = np.maximum(1 - x * x, 0)
        parting = 0.55 * inside + 0.45 * np.sqrt(inside)
        below, above = parting * np.float32(shape.lower), parting * np.float32(-shape.upper)
        from_below = self._under(y - below, below, inside, shape)
        from_above = self._over(above - y, above, inside, shape)
        is_below = y > (below + above) / 2
        look_y = np.where(is_below, from_below, from_above) + level
        dx, dy = self.frame.moves(x - self._x, look_y - self._y)
        moved = cv2.remap(
            picture,
            self._columns + dx,
            self._rows + dy,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        out[self.region.slices] = moved
        if shape.lower + shape.upper > 1e-3:
            gap = Gap(x, y, above, below, self.frame.unit, self._usual)
            self._inner.draw(out[self.region.slices], gap, wanted)

    def _shape(self, wanted: Floats) -> _Shape:
        opened, wide, rounded, tuck, _, smile = (float(v) for v in wanted)
        narrow = 1 + 0.15 * max(wide, 0) + 0.16 * min(wide, 0) - 0.29 * rounded - 0.06 * opened + 0.07 * max(smile, 0)
        gap = (1.12 - 0.29 * rounded) * opened * self._usual
        # The portrait's own teeth hang on its upper lip: that stays, and they with it.
        upper = 0.0 if self._inner.own_teeth else (0.2 + 0.07 * max(smile, 0) + 0.06 * max(wide, 0)) * gap
        upper += 0.0 if self._inner.own_teeth else 0.15 * tuck * self._usual
        return _Shape(max(narrow, 0.62), 0.8 * gap * (1 - 0.4 * tuck), upper, 0.22 * smile * self._usual, rounded, tuck)

    def _under(self, deep: Floats, below: Floats, inside: Floats, shape: _Shape) -> Floats:
        """Where to look below the lower lip's edge; `deep`: how far below it a pixel is (0 there)."""
        chin, neck = self._chin, self._chin + 1.5 * self._usual
        jaw = soft_step(deep, 0.0, 1.3)
        falling = 1 - soft_step(deep, chin * 0.8, neck)
        drop = below * (1 - jaw) + self._jaw * np.float32(shape.lower) * jaw * falling
        look = deep + below - drop
        near = np.exp(-((deep / 0.5) ** 2)) * inside
        # Rounded lips come forward and look fuller; a tucked one hides its inner half.
        look = look - deep * np.float32(0.18 * shape.round) * near
        return np.asarray(look + np.float32(0.26 * shape.tuck * self._usual) * near, np.float32)

    def _over(self, high: Floats, above: Floats, inside: Floats, shape: _Shape) -> Floats:
        """Where to look above the upper lip's edge; `high`: how far above it a pixel is."""
        rise = above * (1 - soft_step(high, 0.0, 0.85))
        near = np.exp(-((high / 0.4) ** 2)) * inside
        return np.asarray(above - high - rise + high * np.float32(0.15 * shape.round) * near, np.float32)


def _level(places: Floats, own_teeth: bool) -> tuple[float, float, float]:
    """The line along which the mouth parts, as a parabola: between the lips, or below the teeth that show."""
    lower = places[[60, 67, 66, 65, 64]]
    line = lower if own_teeth else (lower + places[60:65]) / 2
    a, b, c = np.polyfit(line[:, 0], line[:, 1], 2)
    return float(c), float(b), float(a)


def _curve(x: Floats, level: tuple[float, float, float]) -> Floats:
    return np.asarray(np.float32(level[0]) + x * (np.float32(level[1]) + x * np.float32(level[2])), np.float32)
