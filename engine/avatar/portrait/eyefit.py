"""The twelve landmarks of the eyes around the middles that were found: how far open they are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop
from engine.avatar.portrait.shape import LEFT_EYE, MEAN, RIGHT_EYE

Floats = NDArray[np.float64]
_ACROSS = np.linspace(-0.1, 0.1, 9)  # columns that are looked at, units from the middle
_DOWN = np.arange(-0.2, 0.2, 0.0125)
_USUAL_UP, _USUAL_DOWN = 0.075, 0.0575


def eye_points(crop: Crop) -> Floats:
    """[12, 2] in units of the crop, whose eyes lie at (-0.5, 0) and (0.5, 0); iBUG order."""
    points = np.concatenate([MEAN[LEFT_EYE], MEAN[RIGHT_EYE]]).astype(np.float64)
    for eye, x in ((slice(0, 6), -0.5), (slice(6, 12), 0.5)):
        up, down = _rims(crop, x)
        y = points[eye, 1]
        points[eye, 1] = np.where(y < 0, y * up / _USUAL_UP, np.where(y > 0.04, y * down / _USUAL_DOWN, y))
    return points


def _rims(crop: Crop, x: float) -> tuple[float, float]:
    """How far an eye reaches up and down from its middle, units: to where colours become the skin's.

    Half of what is seen and half of what is usual: shadows and lashes look unlike skin too.
    """
    lab = cv2.GaussianBlur(cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB), (0, 0), 0.012 * UNIT).astype(np.float64)
    places = crop.pixels(np.stack(np.broadcast_arrays(x + _ACROSS[:, None], _DOWN[None]), -1)).round().astype(int)
    column = lab[places[..., 1], places[..., 0]]
    skin = np.median(column[:, _DOWN > 0.15].reshape(-1, 3), 0)
    unlike = np.median(np.abs(column - skin) @ np.array([0.6, 1.0, 1.0]), 0)
    limit = 0.4 * float(unlike[np.abs(_DOWN) < 0.06].max())
    above, below = unlike[_DOWN <= 0][::-1], unlike[_DOWN >= 0]
    up, down = (_first_below(side, limit) * 0.0125 for side in (above, below))
    return (
        float(np.clip(0.5 * up + 0.5 * _USUAL_UP, 0.05, 0.12)),
        float(np.clip(0.5 * down + 0.5 * _USUAL_DOWN, 0.035, 0.105)),
    )


def _first_below(values: Floats, limit: float) -> int:
    gone = np.flatnonzero(values < limit)
    return int(gone[0]) if len(gone) else len(values)
