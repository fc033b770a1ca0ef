"""The mean face in 68 points (iBUG order: jaw, brows, nose, eyes, mouth), and where its parts are in the order.

Unit: the distance of the eyes' middles, which lie at (-0.5, 0) and (0.5, 0); y grows downwards; mouth shut.
The proportions are those of adults (Farkas, "Anthropometry of the Head and Face", 1994), rounded.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Landmarks: TypeAlias = NDArray[np.float32]
"""[68, 2]: x and y in pixels of the picture, iBUG order; left and right are the picture's."""
NUM_POINTS: Final = 68

JAW, LEFT_BROW, RIGHT_BROW = slice(0, 17), slice(17, 22), slice(22, 27)
NOSE, LEFT_EYE, RIGHT_EYE = slice(27, 36), slice(36, 42), slice(42, 48)
OUTER_LIPS, INNER_LIPS = slice(48, 60), slice(60, 68)
CHIN: Final = 8
MOUTH: Final = (0.0, 1.09)
"""The middle of the line between the lips."""

_JAW = [(-1.18, 0.05), (-1.16, 0.36), (-1.11, 0.66), (-1.02, 0.95), (-0.89, 1.22), (-0.7, 1.46), (-0.47, 1.65)]
_JAW += [(-0.24, 1.78), (0.0, 1.82)]
_BROW = [(-0.93, -0.21), (-0.79, -0.34), (-0.58, -0.38), (-0.4, -0.37), (-0.22, -0.31)]
_BRIDGE = [(0.0, -0.03), (0.0, 0.17), (0.0, 0.37), (0.0, 0.57)]
_NOSTRILS = [(-0.24, 0.7), (-0.12, 0.75), (0.0, 0.78)]
_EYE = [(-0.7, 0.015), (-0.57, -0.075), (-0.43, -0.075), (-0.3, 0.03), (-0.43, 0.055), (-0.57, 0.06)]
_UPPER_LIP = [(-0.42, 1.09), (-0.27, 1.01), (-0.1, 0.965), (0.0, 0.985)]
_LOWER_LIP = [(-0.28, 1.21), (-0.12, 1.285), (0.0, 1.295)]
_UPPER_INSIDE = [(-0.36, 1.09), (-0.12, 1.08), (0.0, 1.085)]
_LOWER_INSIDE = [(-0.12, 1.095), (0.0, 1.1)]


def _right(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same on the other side, from the middle outwards; a last point on the middle line is not doubled."""
    return [(-x, y) for x, y in reversed(points) if x != 0]


def _mean() -> Landmarks:
    right_eye = [(-_EYE[i][0], _EYE[i][1]) for i in (3, 2, 1, 0, 5, 4)]
    points = _JAW + _right(_JAW) + _BROW + _right(_BROW) + _BRIDGE + _NOSTRILS + _right(_NOSTRILS)
    points += _EYE + right_eye
    points += _UPPER_LIP + _right(_UPPER_LIP) + _right_then_left(_LOWER_LIP)
    points += _UPPER_INSIDE + _right(_UPPER_INSIDE) + _right_then_left(_LOWER_INSIDE)
    return np.array(points, np.float32)


def _right_then_left(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Lower lips go from the picture's right to its left."""
    return [(-x, y) for x, y in points if x != 0] + list(reversed(points))


MEAN: Final = _mean()


def eye_middles(landmarks: Landmarks) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The middles of the eye on the picture's left and of the one on its right."""
    return landmarks[LEFT_EYE].mean(0), landmarks[RIGHT_EYE].mean(0)


def mouth_middle(landmarks: Landmarks) -> NDArray[np.float32]:
    """Between the corners of the mouth."""
    return np.asarray((landmarks[60] + landmarks[64]) / 2, np.float32)


def face_unit(landmarks: Landmarks) -> float:
    """What is 1 in `MEAN`, in pixels: the eyes' distance, or what the way to the mouth says when the head is turned."""
    left, right = eye_middles(landmarks)
    down = mouth_middle(landmarks) - (left + right) / 2
    return float(max(np.hypot(*(right - left)), np.hypot(*down) / MOUTH[1] * 0.95))
