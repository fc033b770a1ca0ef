"""The head in two and a half dimensions: the picture shifted by the depth of an ellipsoid, turned about the neck, and
shoulders lifted by breath.

Everything ends softly before the picture's border and away from the head, so what is behind stays.  Fields are
backward and smooth, so they are kept coarse and enlarged; where a picture leaves little room between head and border,
all that would fold is made smaller.
"""

from __future__ import annotations

import cv2
import numpy as np

from engine.avatar.params import HEAD_DEGREES, index_of
from engine.avatar.portrait.geometry import Floats, Frame, frame_between, soft_step
from engine.avatar.portrait.shape import CHIN, Landmarks, eye_middles, face_unit
from engine.avatar.renderer import Picture

_YAW, _PITCH, _ROLL, _BREATH = (index_of(name) for name in ("yaw", "pitch", "roll", "breath"))
_STEP = 8  # pixels between the points of a coarse field
_LEAST_AREA = 0.3  # what a parameter of 1 may leave of a place's area; at 0 the picture folds
_DEPTH = 0.85  # of the face's middle before its rim, units of the face
_BREATH_UP = 0.07


class Head:
    """Prepared for one portrait: backward fields [h, w, 2] in pixels for a parameter of 1, and where they end."""

    def __init__(self, shape: tuple[int, int], landmarks: Landmarks) -> None:
        self._shape = shape
        left, right = eye_middles(landmarks)
        frame = frame_between(left, right, face_unit(landmarks))
        rows, columns = (np.unique(np.append(np.arange(0, side, _STEP), side - 1)) for side in shape)
        self._rows, self._columns = rows.astype(np.float32), columns.astype(np.float32)
        pixels = np.stack(np.meshgrid(self._columns, self._rows), -1)
        places = frame.of(pixels.reshape(-1, 2)).reshape(pixels.shape)
        border = _border(self._columns, self._rows, shape)
        chin = float(frame.of(landmarks[CHIN : CHIN + 1])[0, 1])
        x, y = places[..., 0], places[..., 1]
        around = _around_head(x, y, border)
        self._fields = {
            _YAW: self._limited(frame, *_yaw(x, y, around)),
            _PITCH: self._limited(frame, *_pitch(x, y, around)),
            _ROLL: self._limited(frame, *_roll(x, y, around, chin)),
            _BREATH: self._limited(frame, *_breath(x, y, border, chin)),
        }

    def draw(self, picture: Picture, values: Floats) -> Picture:
        """`picture` [H, W, 4] with the head as one row of parameters says: itself when the head is at rest."""
        wanted = {index: float(values[index]) for index in self._fields if values[index]}
        if not wanted:
            return picture
        coarse = np.asarray(sum(self._fields[i] * np.float32(value) for i, value in wanted.items()), np.float32)
        moving = np.abs(coarse).max(-1) > 0.02
        if not moving.any():
            return picture
        rows, columns = (np.flatnonzero(moving.any(axis)) for axis in (1, 0))
        top, bottom = max(rows[0] - 1, 0), min(rows[-1] + 1, len(self._rows) - 1)
        left, right = max(columns[0] - 1, 0), min(columns[-1] + 1, len(self._columns) - 1)
        maps = self._maps(coarse, top, bottom, left, right)
        out = picture.copy()
        y, x = int(self._rows[top]), int(self._columns[left])
        height, width = maps.shape[:2]
        out[y : y + height, x : x + width] = cv2.remap(
            picture, maps, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return out

    def _maps(self, coarse: Floats, top: int, bottom: int, left: int, right: int) -> Floats:
        """Where to look, [h, w, 2], for the pixels between two rows and two columns of the coarse grid."""
        y = np.arange(self._rows[top], self._rows[bottom] + 1, dtype=np.float32)
        x = np.arange(self._columns[left], self._columns[right] + 1, dtype=np.float32)
        part = np.ascontiguousarray(coarse[top : bottom + 1, left : right + 1])
        at_y = np.interp(y, self._rows[top : bottom + 1], np.arange(bottom - top + 1)).astype(np.float32)
        at_x = np.interp(x, self._columns[left : right + 1], np.arange(right - left + 1)).astype(np.float32)
        grid_x, grid_y = np.broadcast_to(at_x, (len(y), len(x))), np.broadcast_to(at_y[:, None], (len(y), len(x)))
        moves = cv2.remap(part, np.ascontiguousarray(grid_x), np.ascontiguousarray(grid_y), cv2.INTER_LINEAR)
        moves[..., 0] += x
        moves[..., 1] += y[:, None]
        return np.asarray(moves, np.float32)

    def _limited(self, frame: Frame, dx: Floats, dy: Floats) -> Floats:
        """In pixels, and as much of it as leaves no place less than `_LEAST_AREA` of its area."""
        field = np.stack(frame.moves(dx, dy), -1).astype(np.float32)
        by_y = np.gradient(field, self._rows, axis=0)
        by_x = np.gradient(field, self._columns, axis=1)
        for share in np.linspace(1, 0.05, 20, dtype=np.float32):
            areas = (1 + share * by_x[..., 0]) * (1 + share * by_y[..., 1]) - share**2 * by_x[..., 1] * by_y[..., 0]
            if areas.min() >= _LEAST_AREA:
                break
        return np.asarray(field * share, np.float32)


def _border(columns: Floats, rows: Floats, shape: tuple[int, int]) -> Floats:
    """0 at the picture's border, 1 farther in."""
    far = 0.16 * min(shape)
    x = np.minimum(columns, shape[1] - 1 - columns)
    y = np.minimum(rows, shape[0] - 1 - rows)
    return np.asarray(soft_step(y, 0, far)[:, None] * soft_step(x, 0, far), np.float32)


def _around_head(x: Floats, y: Floats, border: Floats) -> Floats:
    """1 on the head with its hair, 0 well away from it."""
    away = np.hypot(x / 1.3, (y - 0.3) / np.where(y < 0.3, 1.75, 1.65))
    return np.asarray((1 - soft_step(away.astype(np.float32), 0.75, 2.0)) * border, np.float32)


def _depth(x: Floats, y: Floats) -> Floats:
    """How far before the rim of the face a place lies: an ellipsoid, and a nose on it."""
    ball = np.maximum(1 - (x / 1.45) ** 2 - ((y - 0.45) / 1.9) ** 2, 0)
    nose = 0.22 * np.exp(-((x / 0.24) ** 2) - ((y - 0.52) / 0.3) ** 2)
    return np.asarray(_DEPTH * (ball + nose), np.float32)


def _yaw(x: Floats, y: Floats, around: Floats) -> tuple[Floats, Floats]:
    """To the picture's right: what is nearer goes farther; the whole head goes a little, as from the neck."""
    far = np.float32(np.sin(np.radians(HEAD_DEGREES)))
    return -far * (_depth(x, y) + np.float32(0.1)) * around, np.zeros_like(x)


def _pitch(x: Floats, y: Floats, around: Floats) -> tuple[Floats, Floats]:
    """Chin up."""
    far = np.float32(np.sin(np.radians(HEAD_DEGREES)))
    return np.zeros_like(x), far * (0.75 * _depth(x, y) + np.float32(0.06)) * around


def _roll(x: Floats, y: Floats, around: Floats, chin: float) -> tuple[Floats, Floats]:
    """Clockwise about a point in the neck, which lies lower than the chin."""
    far = np.float32(np.sin(np.radians(HEAD_DEGREES)))
    up = np.minimum(y - (chin + 0.45), 0)
    still = soft_step(-up, 0.0, 0.6) * around
    # A turn by a right angle, scaled: pictures look where they came from.
    return np.asarray(far * up * still, np.float32), np.asarray(-far * x * still, np.float32)


def _breath(x: Floats, y: Floats, border: Floats, chin: float) -> tuple[Floats, Floats]:
    low = soft_step(y, chin + 0.25, chin + 1.1)
    wide = np.exp(-((x / 2.6) ** 4))
    return np.zeros_like(x), np.asarray(_BREATH_UP * low * wide * border, np.float32)
