"""The mouth and jaw of a portrait: its own lips, chin and cheeks moved, and what a shut mouth hides drawn between.

All lengths here are in half widths of the mouth at rest, from its middle, y downwards; `level` is the line where the
lips meet.  Fields are backward: for a pixel of the moved picture, where in the portrait to look.

A portrait that shows its teeth sings as others do: `open` 0 shuts its lips, some way up they are as in the
portrait, and its teeth stay where they are in the skull while lips slide over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.avatar.params import index_of
from engine.avatar.portrait.geometry import Floats, frame_between, near_face, region_around, soft_edges, soft_step
from engine.avatar.portrait.inside import Gap, InnerMouth, OwnTeeth
from engine.avatar.portrait.lipline import lip_line
from engine.avatar.portrait.parted import cut_out
from engine.avatar.portrait.shape import CHIN, Landmarks, face_unit
from engine.avatar.renderer import Picture

_NAMES = ("open", "wide", "round", "tuck", "tongue", "smile")
_COLUMNS = [index_of(name) for name in _NAMES]
_USUAL = 0.42  # half width of a mouth in units of the face: openings do not grow with a broad grin
_ROOM = 0.07  # how far the landmarks of parted lips may be off
_UPPER_SHARE = 0.5  # of how parted lips come apart, until the upper one is where the portrait has it
_CLOSED_NARROWER, _CLOSED_FULLER = 0.07, 0.22  # a smile that has shut its lips
_CLOSED_OVER = 0.05  # of lips that meet, their rims are pressed out of sight
_SEAM, _SEAM_DARK = 0.025, 0.36  # the line between them: its width, and how much darker it is


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the parameters mean in half widths: `narrow` how the corners move (1 at rest), how far the lips part, and
    `closed`: 1 when a portrait's parted lips have been brought together."""

    narrow: float
    lower: float
    upper: float
    corners: float
    round: float
    tuck: float
    closed: float


class Mouth:
    """One portrait's mouth, prepared."""

    def __init__(self, picture: Picture, landmarks: Landmarks, inner: InnerMouth) -> None:
        size = picture.shape[:2]
        self.frame = frame_between(landmarks[60], landmarks[64])
        self._inner = inner
        self._usual = _USUAL * face_unit(landmarks) / self.frame.unit
        self._broad = min(1.0, self._usual)
        places = self.frame.of(landmarks)
        cut = cut_out(np.ascontiguousarray(picture[..., :3]), landmarks, _ROOM) if inner.own_teeth else None
        self._line = lip_line(places, inner.own_teeth, cut)
        self._chin = max(float(places[CHIN, 1]), 1.0)
        side = 1.25 * max(1.9, float(np.abs(places[[4, 12], 0]).mean()))
        self.region = region_around(self.frame, -side, -1.3, side, self._chin + 1.7 * self._usual, size)
        self._x, self._y = self.frame.places(self.region)
        self._edges = soft_edges(self.region, size, 0.35 * self.frame.unit) * near_face(self.region, landmarks)
        self._own = self._own_teeth(picture) if inner.own_teeth else None
        self._prepare()

    @property
    def moves_at_rest(self) -> bool:
        """Whether a row of zeros, too, changes the portrait: its lips are parted and must meet."""
        return self._own is not None

    def _prepare(self) -> None:
        """All that does not depend on the parameters."""
        x, y = self._x, self._y
        # The nose above stays as wide as it is; the chin below goes with the lips a little, less under a broad grin.
        reach, down = 1.3 * self._broad, 1.3 * self._broad**2
        near = np.exp(-((x / reach) ** 2) - (y / np.where(y < 0, 0.75, down)) ** 2) * np.exp((1 / reach) ** 2)
        self._across = (np.minimum(near, 1.15) * self._edges).astype(np.float32)
        outward = np.minimum(np.abs(x), 1.0) ** 2 * np.exp(-((np.maximum(np.abs(x) - 1, 0) / 0.6) ** 2))
        at_corner = (outward - 0.25) * np.exp(-((y / 0.8) ** 2)) * np.exp(-((x / 2.2) ** 6))
        cheek = 0.3 * np.exp(-(((np.abs(x) - 1.5) / 0.6) ** 2) - ((y + 0.8) / 0.7) ** 2)
        self._corner = ((at_corner + cheek) * self._edges).astype(np.float32)
        self._jaw = (0.93 * np.exp(-((x / 1.65) ** 2)) * self._edges).astype(np.float32)
        grid = np.mgrid[self.region.top : self.region.bottom, self.region.left : self.region.right]
        self._rows, self._columns = (axis.astype(np.float32) for axis in grid)

    def _own_teeth(self, picture: Picture) -> OwnTeeth:
        """What the portrait shows between its lips, without the rim of the lower one, which leaves it."""
        upper, lower = self._line.parted_at(self._x)
        y = self._y - self._line.level_at(self._x)
        unit = np.float32(self.frame.unit)
        showing = np.clip(np.minimum((y + upper) * unit + 1.5, (lower - y) * unit / 1.4 - 0.2), 0, 1)
        showing = showing * (upper + lower > 0)
        return OwnTeeth(picture[self.region.slices][..., :3].astype(np.float32), np.asarray(showing, np.float32))

    def draw(self, picture: Picture, values: Floats, out: Picture) -> None:
        """Moves the mouth of `picture` as one row of parameters says, into `out` (both [H, W, 4])."""
        wanted = values[_COLUMNS]
        if not wanted.any() and not self.moves_at_rest:
            return
        shape = self._shape(wanted)
        x = self._x * (1 + np.float32(1 / shape.narrow - 1) * self._across)
        level = self._line.level_at(x)
        y = self._y + np.float32(shape.corners) * self._corner - level
        inside = np.maximum(1 - x * x, 0)
        parting = 0.55 * inside + 0.45 * np.sqrt(inside)
        below, above = parting * np.float32(shape.lower), parting * np.float32(-shape.upper)
        rest_upper, rest_lower = self._line.parted_at(x)
        if self.moves_at_rest:
            # The upper lip goes up as far as it is in the portrait, never higher: its teeth end there.
            apart = below - above
            above = -np.minimum(_UPPER_SHARE * apart, rest_upper)
            below = apart + above
        from_below = self._under(y - below, below, rest_lower, inside, shape)
        from_above = self._over(above - y, above, rest_upper, inside, shape)
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
        if shape.closed > 0:
            _draw_seam(moved, (below + above) / 2, y, inside, shape.closed)
        out[self.region.slices] = moved
        if shape.lower + shape.upper > 1e-3:
            gap = Gap(x, y, above, below, self.frame.unit, self._usual)
            self._inner.draw(out[self.region.slices], gap, wanted, self._own)

    def _shape(self, wanted: Floats) -> _Shape:
        opened, wide, rounded, tuck, _, smile = (float(v) for v in wanted)
        narrow = 1 + 0.15 * max(wide, 0) + 0.16 * min(wide, 0) - 0.29 * rounded - 0.06 * opened + 0.07 * max(smile, 0)
        gap = (1.12 - 0.29 * rounded) * opened * self._usual
        upper = (0.2 + 0.07 * max(smile, 0) + 0.06 * max(wide, 0)) * gap + 0.15 * tuck * self._usual
        lower = 0.8 * gap * (1 - 0.4 * tuck)
        closed = 0.0
        if self.moves_at_rest:
            closed = float(np.clip(1 - (upper + lower) / max(self._line.parted, 1e-3), 0, 1))
        narrow = max(narrow - _CLOSED_NARROWER * closed, 0.62)
        # Corners of a broad grin come in no farther than others do: cheeks and jaw would come with them.
        narrow = 1 - (1 - narrow) * self._broad if narrow < 1 else narrow
        return _Shape(narrow, lower, upper, 0.22 * smile * self._usual, rounded, tuck, closed)

    def _under(self, deep: Floats, below: Floats, rest: Floats, inside: Floats, shape: _Shape) -> Floats:
        """Where to look below the lower lip's edge, which is at `rest` in the portrait; `deep`: how far below it."""
        chin, neck = self._chin, self._chin + 1.5 * self._usual
        jaw = soft_step(deep, 0.0, 1.3)
        falling = 1 - soft_step(deep, chin * 0.8, neck)
        moved = below - rest
        # Lips meet without the jaw: in a smile the teeth are together already.
        jaw_down = np.float32(
            max(shape.lower + min(shape.upper - self._line.parted, 0), 0) if self.moves_at_rest else shape.lower
        )
        drop = moved * (1 - jaw) + self._jaw * jaw_down * jaw * falling
        look = deep + below - drop
        near = np.exp(-((deep / 0.5) ** 2)) * inside
        # Rounded lips come forward and look fuller, as do those that a smile had stretched; a tucked one hides its
        # inner half.
        look = look - deep * np.float32(0.18 * shape.round + _CLOSED_FULLER * shape.closed) * near
        hidden = np.float32(0.26 * shape.tuck * self._usual + _CLOSED_OVER * shape.closed)
        return np.asarray(look + hidden * near, np.float32)

    def _over(self, high: Floats, above: Floats, rest: Floats, inside: Floats, shape: _Shape) -> Floats:
        """Where to look above the upper lip's edge, which is `rest` over the line in the portrait; `high`: how far
        above it a pixel is."""
        rise = (above + rest) * (1 - soft_step(high, 0.0, 0.85))
        near = np.exp(-((high / 0.4) ** 2)) * inside
        fuller = np.float32(0.15 * shape.round + _CLOSED_FULLER * shape.closed)
        return np.asarray(
            above - high - rise + (high * fuller - np.float32(_CLOSED_OVER * shape.closed)) * near, np.float32
        )


def _draw_seam(moved: Picture, middle: Floats, y: Floats, inside: Floats, closed: float) -> None:
    """The dark line between lips that meet, into the mouth's region [h, w, 4]."""
    rows = np.flatnonzero((np.abs(y - middle) < 3 * _SEAM).any(1) & (inside > 0).any(1))
    if not len(rows):
        return
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    line = np.exp(-(((y[part] - middle[part]) / _SEAM) ** 2)) * np.minimum(4 * inside[part], 1)
    moved[part, :, :3] = (moved[part, :, :3] * (1 - np.float32(_SEAM_DARK * closed) * line)[..., None] + 0.5).astype(
        np.uint8
    )
