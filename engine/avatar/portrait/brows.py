"""Brows, lids and gaze of a portrait: the upper half of the face."""

from __future__ import annotations

import cv2
import numpy as np

from engine.avatar.params import index_of
from engine.avatar.portrait.geometry import Floats, frame_between, region_around, soft_edges
from engine.avatar.portrait.lids import Eye
from engine.avatar.portrait.shape import LEFT_BROW, LEFT_EYE, RIGHT_BROW, RIGHT_EYE, Landmarks, eye_middles, face_unit
from engine.avatar.renderer import Picture

_BROWS, _LIDS, _GAZE_X, _GAZE_Y = (index_of(name) for name in ("brows", "lids", "gaze_x", "gaze_y"))
_UP, _DOWN = 0.13, 0.07  # how far brows go, units of the face
_BEHIND_GLASSES = 0.3  # of that, where a frame would be bent with them


class UpperFace:
    """Prepared for one portrait."""

    def __init__(self, picture: Picture, landmarks: Landmarks) -> None:
        size = picture.shape[:2]
        left, right = eye_middles(landmarks)
        self._frame = frame_between(left, right, face_unit(landmarks))
        places = self._frame.of(landmarks)
        half = 0.5 * float(np.hypot(*(right - left))) / self._frame.unit
        self.region = region_around(self._frame, -half - 0.75, -1.05, half + 0.75, 0.1, size)
        x, y = self._frame.places(self.region)
        brows = np.concatenate([places[LEFT_BROW], places[RIGHT_BROW]])
        middle = brows[:, 1].mean()
        below = max(0.5 * (0 - middle), 0.12)
        high = y - np.interp(x, *brows[np.argsort(brows[:, 0])].T)
        # Skin above follows far up the forehead; below it the eye must not be pulled.
        fall = np.where(high < 0, np.exp(-((high / 0.36) ** 2)), np.exp(-((high / below) ** 2)))
        sides = [np.exp(-(((x - places[s, 0].mean()) / 0.52) ** 4)) for s in (LEFT_BROW, RIGHT_BROW)]
        edges = soft_edges(self.region, size, 0.2 * self._frame.unit)
        self._lift = (fall * np.minimum(sides[0] + sides[1], 1) * edges).astype(np.float32)
        grid = np.mgrid[self.region.top : self.region.bottom, self.region.left : self.region.right]
        self._rows, self._columns = (axis.astype(np.float32) for axis in grid)
        glasses = wears_glasses(picture, landmarks)
        self._reach = _BEHIND_GLASSES if glasses else 1.0
        self._eyes = (
            ()
            if eyes_hidden(picture, landmarks)
            else tuple(Eye(picture, landmarks[part], glasses) for part in (LEFT_EYE, RIGHT_EYE))
        )
        # One lid without the other would be a wink.
        self._blinks = not any(eye.hidden for eye in self._eyes)

    def draw(self, picture: Picture, values: Floats, out: Picture) -> None:
        """Moves brows, lids and irises of `picture` as one row of parameters says, into `out` (both [H, W, 4])."""
        lids, gaze_x, gaze_y = (float(values[i]) for i in (_LIDS, _GAZE_X, _GAZE_Y))
        if lids or gaze_x or gaze_y:
            for eye in self._eyes:
                eye.draw(picture[eye.region.slices], out[eye.region.slices], lids * self._blinks, gaze_x, gaze_y)
        if lift := float(values[_BROWS]):
            far = np.float32(lift * self._reach * (_UP if lift > 0 else _DOWN))
            dx, dy = self._frame.moves(np.zeros_like(self._lift), self._lift * far)
            rows, columns = self._rows - self.region.top, self._columns - self.region.left
            out[self.region.slices] = cv2.remap(
                np.ascontiguousarray(out[self.region.slices]),
                columns + dx,
                rows + dy,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )


def eyes_hidden(picture: Picture, landmarks: Landmarks) -> bool:
    """Whether dark glasses cover the eyes: around them all is far darker than the cheeks, and flat."""
    unit = face_unit(landmarks)
    grey = cv2.cvtColor(picture[..., :3], cv2.COLOR_RGB2GRAY).astype(np.float32)
    left, right = eye_middles(landmarks)
    frame = frame_between(left, right, unit)
    half = 0.5 * float(np.hypot(*(right - left))) / unit
    cheeks = max(
        _middle(grey, frame.pixels(np.array([[s * half, 0.55]], np.float32))[0], 0.1 * unit)[1] for s in (-1, 1)
    )
    darkest = [
        _middle(grey, frame.pixels(np.array([[s * half, dy]], np.float32))[0], 0.16 * unit)
        for s in (-1, 1)
        for dy in (-0.02, 0.1)
    ]
    return all(mid < 0.28 * cheeks for _, mid, _ in darkest) and darkest[0][2] < 0.45 * cheeks


def wears_glasses(picture: Picture, landmarks: Landmarks) -> bool:
    """Whether a bridge crosses the nose between the eyes: a dark, level line where skin has none."""
    left, right = eye_middles(landmarks)
    frame = frame_between(left, right, face_unit(landmarks))
    y = np.arange(-0.3, 0.3, 0.02, dtype=np.float32)
    x = np.linspace(-0.09, 0.09, 9, dtype=np.float32)
    places = np.stack(np.broadcast_arrays(x, y[:, None]), -1).reshape(-1, 2)
    at = frame.pixels(places).round().astype(int)
    columns, rows = np.clip(at[:, 0], 0, picture.shape[1] - 1), np.clip(at[:, 1], 0, picture.shape[0] - 1)
    bright = np.median(picture[rows, columns, :3].astype(np.float32).mean(1).reshape(len(y), -1), 1)
    smooth = cv2.GaussianBlur(bright[:, None], (1, 13), 0, sigmaY=4.0, borderType=cv2.BORDER_REPLICATE)[:, 0]
    return bool((smooth - bright).max() > 0.14 * max(float(np.median(bright)), 1.0))


def _middle(grey: Floats, place: Floats, radius: float) -> tuple[float, float, float]:
    """The 15th, 50th and 85th percentile of brightness in a square."""
    height, width = grey.shape
    r = max(radius, 1.0)
    x, y = float(np.clip(place[0], 0, width - 1)), float(np.clip(place[1], 0, height - 1))
    part = grey[max(0, int(y - r)) : int(y + r) + 1, max(0, int(x - r)) : int(x + r) + 1]
    low, mid, high = np.percentile(part, (15, 50, 85))
    return float(low), float(mid), float(high)
