"""Whether what the cascade took for a face has the look of one: cups, hair and cats pass it at times."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop

_EYES = ((-0.5, 0.0), (0.5, 0.0))
_SKIN = ((0.0, 0.0), (-0.5, 0.5), (0.5, 0.5), (0.0, 0.55), (0.0, -0.5))  # bridge, cheeks, nose, forehead
_COLOURED = ((0.0, 0.1), (-0.5, 0.55), (0.5, 0.55), (0.0, 0.6), (0.0, -0.5), (-0.3, -0.45), (0.3, -0.45))
_DARK_EYES = 0.69  # the lighter eye against the skin: 0.2 to 0.63 in portraits, cups and hair mostly 0.8 and more
_ONE_COLOUR = 10.5  # how far the skin's colours lie apart: 0 to 9.5 in portraits, bow ties and flowers 11 and more


def looks_like_face(crop: Crop) -> bool:
    """Both eyes darker than the skin around them, and that skin of one colour.  The crop lies between the eyes."""
    lab = cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB).astype(np.float64)
    light = cv2.GaussianBlur(lab[..., 0], (0, 0), 0.05 * UNIT)
    eyes = max(_at(light, crop, place) for place in _EYES)
    skin = float(np.median([_at(light, crop, place) for place in _SKIN]))
    colours = np.array([[_at(lab[..., i], crop, place) for i in (1, 2)] for place in _COLOURED])
    apart = float(np.linalg.norm(colours - np.median(colours, axis=0), axis=1).mean())
    return eyes < _DARK_EYES * skin and apart < _ONE_COLOUR


def _at(field: NDArray[np.float64], crop: Crop, place: tuple[float, float]) -> float:
    x, y = np.clip(crop.pixels(np.array(place)).round().astype(int), 0, len(field) - 1)
    return float(field[y, x])
