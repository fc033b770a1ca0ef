"""The mouth's twenty landmarks laid along the line that was found: how full the lips are, and what shows between."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop
from engine.avatar.portrait.mouths import MouthLine
from engine.avatar.portrait.shape import INNER_LIPS, MEAN, MOUTH, OUTER_LIPS
from engine.avatar.portrait.teeth import Teeth, find_teeth

Floats = NDArray[np.float64]
_HALF = float(MEAN[54, 0])  # half width of the mean mouth
_ALONG = np.linspace(-0.55, 0.55, 9)  # where the lips are looked at, in half widths
_AWAY = np.arange(-0.34, 0.42, 0.02)  # how far from the line, units
_USUAL_UP, _USUAL_DOWN = 0.115, 0.195  # of the mean lips: their height above and below the line


def mouth_points(crop: Crop, line: MouthLine) -> Floats:
    """[20, 2] in units of the crop: the outer and inner lips in iBUG order."""
    mean = np.concatenate([MEAN[OUTER_LIPS], MEAN[INNER_LIPS]]).astype(np.float64) - MOUTH
    teeth = find_teeth(crop, line)
    if teeth is not None:
        line = _around(teeth)
    along = mean[:, 0] / _HALF
    x, y = line.at(along)
    top = bottom = y
    if teeth is not None:
        top, bottom = (a + b * x + c * x * x for a, b, c in (teeth.upper, teeth.lower))
        top, bottom = np.minimum(top, y), np.maximum(bottom, y)
    up, down = _lip_heights(crop, line, float((top - y)[14]), float((bottom - y)[18]))
    outer = np.arange(20) < 12
    is_upper = np.isin(np.arange(20), (1, 2, 3, 4, 5, 13, 14, 15))
    is_lower = np.isin(np.arange(20), (7, 8, 9, 10, 11, 17, 18, 19))
    placed = y + np.where(is_upper, mean[:, 1] * up / _USUAL_UP, np.where(is_lower, mean[:, 1] * down / _USUAL_DOWN, 0))
    shut = y + np.where(is_upper, -0.008, 0.008)
    inner = np.where(is_upper, np.minimum(top, shut), np.where(is_lower, np.maximum(bottom, shut), y))
    return np.stack([x, np.where(outer, placed, inner)], -1)


def _around(teeth: Teeth) -> MouthLine:
    """The mouth that shows these teeth: its ends, and the middle of their edges."""
    middle, half = (teeth.left + teeth.right) / 2, (teeth.right - teeth.left) / 2
    a, b, c = ((u + v) / 2 for u, v in zip(teeth.upper, teeth.lower, strict=True))
    # The parabola a + b x + c x^2 as `MouthLine` has it, around its middle.
    return MouthLine(middle, a + b * middle + c * middle**2, half, -c * half**2, (b + 2 * c * middle) * half)


def _profiles(crop: Crop, line: MouthLine) -> Floats:
    """Lab colours across the line, [places along it, places across it, 3]."""
    lab = cv2.GaussianBlur(cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB), (0, 0), 0.02 * UNIT).astype(np.float64)
    x, y = line.at(_ALONG)
    places = crop.pixels(np.stack(np.broadcast_arrays(x[:, None], y[:, None] + _AWAY), -1)).round().astype(int)
    rows, columns = np.clip(places[..., 1], 0, lab.shape[0] - 1), np.clip(places[..., 0], 0, lab.shape[1] - 1)
    return np.asarray(lab[rows, columns], np.float64)


def _lip_heights(crop: Crop, line: MouthLine, top: float, bottom: float) -> tuple[float, float]:
    """How far the lips reach up and down from the line, units: to where their colour is half-way to the skin's."""
    profiles = _profiles(crop, line)
    skin = np.median(profiles[:, (_AWAY < -0.26) | (_AWAY > 0.36)].reshape(-1, 3), 0)
    unlike = np.median((profiles[..., 1] - skin[1]) + 0.25 * np.abs(profiles[..., 0] - skin[0]), 0)
    up = _reach(unlike, -1, top, _USUAL_UP)
    down = _reach(unlike, 1, bottom, _USUAL_DOWN)
    return up, down


def _reach(unlike: Floats, way: int, edge: float, usual: float) -> float:
    """Half between what is seen and what is usual, since beards and shadows look like lips too."""
    ahead = way * (_AWAY - edge)
    chosen = (ahead > 0) & (ahead < 0.26)
    away, values = ahead[chosen], unlike[chosen]
    if way < 0:
        away, values = away[::-1], values[::-1]
    most = float(values[: max(3, len(values) // 2)].max())
    gone = np.flatnonzero((values < 0.5 * most) & (away > 0.05))
    seen = float(away[gone[0]]) if most > 3 and len(gone) else usual
    return float(np.clip(0.5 * seen + 0.5 * usual, 0.6 * usual, 1.5 * usual) + abs(edge))
