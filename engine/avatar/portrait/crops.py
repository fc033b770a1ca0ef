"""A face cut out upright and at one scale, so that what looks for its parts knows how large they are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.renderer import Picture

UNIT = 60.0
"""The eyes' distance in a crop, pixels."""
_SIZE = 216
_MIDDLE = (_SIZE / 2, 78.0)  # where the point between the eyes lies


@dataclass(frozen=True, slots=True)
class Crop:
    """`picture` uint8 [216, 216, 3], and the way between its places and the whole picture's.

    Places in it are in units: the middle between the eyes is (0, 0), the eyes are 1 apart, y grows downwards.
    """

    picture: NDArray[np.uint8]
    from_whole: NDArray[np.float64]  # [2, 3]

    def pixels(self, places: NDArray[np.floating]) -> NDArray[np.float64]:
        """Units -> pixels of the crop, [..., 2]."""
        return np.asarray(places, np.float64) * UNIT + _MIDDLE

    def units(self, pixels: NDArray[np.floating]) -> NDArray[np.float64]:
        """Pixels of the crop -> units, [..., 2]."""
        return (np.asarray(pixels, np.float64) - _MIDDLE) / UNIT

    def whole(self, places: NDArray[np.floating]) -> NDArray[np.float64]:
        """Units -> pixels of the whole picture, [N, 2]."""
        back = cv2.invertAffineTransform(self.from_whole)
        return np.asarray(self.pixels(places) @ back[:, :2].T + back[:, 2], np.float64)


def crop_between(picture: Picture, left_eye: NDArray[np.floating], right_eye: NDArray[np.floating]) -> Crop:
    """The face with these eyes (pixels of `picture` [H, W, 4]); what lies outside the picture repeats its border."""
    across = np.asarray(right_eye - left_eye, np.float64)
    scale = UNIT / max(float(np.hypot(*across)), 1.0)
    turn = cv2.getRotationMatrix2D((0, 0), float(np.degrees(np.arctan2(across[1], across[0]))), scale)
    turn[:, 2] = np.array(_MIDDLE) - turn[:, :2] @ ((left_eye + right_eye) / 2)
    smooth = cv2.GaussianBlur(picture[..., :3], (0, 0), 0.4 / scale) if scale < 0.8 else picture[..., :3]
    inside = cv2.warpAffine(smooth, turn, (_SIZE, _SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Crop(np.asarray(inside, np.uint8), np.asarray(turn, np.float64))
