"""Smooth outlines through a few points.  Points are float64 [N, 2], x to the right and y down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
_PER_SPAN = 14


def closed_curve(points: ArrayLike) -> Points:
    """A closed curve through all points (Catmull and Rom 1974)."""
    through = np.asarray(points, np.float64)
    return _spans(np.concatenate([through[-1:], through, through[:2]]))


def open_curve(points: ArrayLike) -> Points:
    """A curve through all points, from the first to the last."""
    through = np.asarray(points, np.float64)
    first, last = 2 * through[0] - through[1], 2 * through[-1] - through[-2]
    inner = _spans(np.concatenate([first[None], through, last[None]]))
    return np.concatenate([inner, through[-1:]])


def _spans(knots: Points) -> Points:
    t = np.linspace(0, 1, _PER_SPAN, endpoint=False)[None, :, None]
    before, start, end, after = (knots[at : len(knots) - 3 + at, None] for at in range(4))
    line = 2 * start + (end - before) * t
    bend = (2 * before - 5 * start + 4 * end - after) * t**2 + (3 * start - before - 3 * end + after) * t**3
    return np.asarray((0.5 * (line + bend)).reshape(-1, 2))


def mirrored(right: ArrayLike) -> Points:
    """A loop from its right half, given from top to bottom; points with x = 0 stand once."""
    half = np.asarray(right, np.float64)
    left = half[::-1] * (-1, 1)
    return np.concatenate([half, left[np.abs(left[:, 0]) > 1e-9]])


def flipped(points: ArrayLike) -> Points:
    """Left for right."""
    return np.asarray(points, np.float64) * (-1, 1)


def ellipse(x: float, y: float, radius_x: float, radius_y: float, degrees: float = 0.0) -> Points:
    """An outline; `degrees` clockwise."""
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    turn = np.radians(degrees)
    flat_x, flat_y = radius_x * np.cos(t), radius_y * np.sin(t)
    rotated = [flat_x * np.cos(turn) - flat_y * np.sin(turn), flat_x * np.sin(turn) + flat_y * np.cos(turn)]
    return np.asarray(np.stack(rotated, axis=-1) + np.array([x, y]))


def ribbon(points: ArrayLike, widths: Sequence[float]) -> Points:
    """The outline of a stroke along a smooth curve through `points`; `widths` from its start to its end, evenly."""
    path = open_curve(points)
    along = np.gradient(path, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=-1) / np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    width = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(widths)), widths)
    half = normal * width[:, None] / 2
    return np.concatenate([path + half, (path - half)[::-1]])
