"""Every face in one place: eyes and mouth of a picture brought to where the networks expect them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.latents import EYES, MOUTH
from engine.avatar.renderer import Picture

Floats = NDArray[np.float32]
REFERENCE_SIDE = 64
LEFT_EYE, RIGHT_EYE, INNER_LIPS = slice(36, 42), slice(42, 48), slice(60, 68)
"""Of 68 landmarks in iBUG's order; left and right as in the picture."""
_BEHIND = 127
"""What stands behind a picture that is not opaque."""


def three_points(landmarks: Floats) -> Floats:
    """[68, 2] -> middles of the left eye, the right eye and the mouth, [3, 2]."""
    return np.stack([landmarks[part].mean(axis=0) for part in (LEFT_EYE, RIGHT_EYE, INNER_LIPS)])


def canonical_map(landmarks: Floats, side: int) -> Floats:
    """[2, 3]: from pixels of the picture to pixels of the canonical box, `side` wide and high.

    Turned, scaled and moved so that eyes and mouth come nearest to where they belong; never sheared.
    """
    goal = (np.array([*EYES, MOUTH], np.float64) + 1) / 2 * side - 0.5
    points = three_points(landmarks).astype(np.float64)
    centre, goal_centre = points.mean(axis=0), goal.mean(axis=0)
    away, wanted = points - centre, goal - goal_centre
    energy = max(float((away**2).sum()), 1e-9)
    a = float((away * wanted).sum()) / energy
    b = float((away[:, 0] * wanted[:, 1] - away[:, 1] * wanted[:, 0]).sum()) / energy
    turn = np.array([[a, -b], [b, a]])
    return np.concatenate([turn, (goal_centre - turn @ centre)[:, None]], axis=1).astype(np.float32)


def canonical_face(picture: Picture, landmarks: Floats, side: int = REFERENCE_SIDE) -> Floats:
    """The face of `picture` [H, W, 4] in the canonical box: [3, side, side], -1 to 1."""
    matrix = canonical_map(landmarks, side)
    alpha = picture[..., 3:].astype(np.float32) / 255
    solid = picture[..., :3] * alpha + _BEHIND * (1 - alpha)
    shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink < 1:  # a large picture would be sampled with gaps
        solid = cv2.GaussianBlur(solid, (0, 0), 0.45 / shrink)
    face = cv2.warpAffine(solid, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(face.transpose(2, 0, 1) / 127.5 - 1, dtype=np.float32)
