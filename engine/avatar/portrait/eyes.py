"""The middles of the eyes: where the picture's gradients point away from something dark and round.

After Timm and Barth, "Accurate Eye Centre Localisation by Means of Gradients" (2011), with what is known of where eyes
are: a place that a face box promises, the distance between the two, and a line that is nearly level.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop

Floats = NDArray[np.float64]
_HALF_WIDTH, _HALF_HEIGHT = 0.34, 0.26  # of the region around each promised eye, units
_CANDIDATES = 8


def find_eyes(crop: Crop, spread: float) -> tuple[Floats, Floats]:
    """Left and right eye in units of the crop, near (-0.5, 0) and (0.5, 0).

    `spread`: how far from there eyes are thought to be, units, as a standard deviation.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(crop.picture, cv2.COLOR_RGB2GRAY), (0, 0), 1.0).astype(np.float64)
    left, right = (_candidates(grey, crop, x, spread) for x in (-0.5, 0.5))
    best, pair = -1.0, (np.array([-0.5, 0.0]), np.array([0.5, 0.0]))
    for left_place, left_score in left:
        for right_place, right_score in right:
            across = right_place - left_place
            fits = np.exp(-(((across[0] - 1) / (1.6 * spread)) ** 2) - (across[1] / (1.2 * spread)) ** 2)
            if (score := left_score * right_score * fits) > best:
                best, pair = score, (left_place, right_place)
    return pair


def _candidates(grey: Floats, crop: Crop, x: float, spread: float) -> list[tuple[Floats, float]]:
    """The best places for one eye, apart from each other, with their scores (1 is the best)."""
    left, top = crop.pixels(np.array([x - _HALF_WIDTH, -_HALF_HEIGHT])).round().astype(int)
    width, height = round(2 * _HALF_WIDTH * UNIT), round(2 * _HALF_HEIGHT * UNIT)
    region = grey[top : top + height, left : left + width]
    rows, columns = np.mgrid[0:height, 0:width]
    promised = crop.pixels(np.array([x, 0.0])) - (left, top)
    away = ((columns - promised[0]) ** 2 + (rows - promised[1]) ** 2) / (spread * UNIT) ** 2
    score = _roundness(region) * np.exp(-0.5 * away)
    score /= max(float(score.max()), 1e-12)
    found = []
    for _ in range(_CANDIDATES):
        row, column = divmod(int(np.argmax(score)), width)
        if score[row, column] < 0.2:
            break
        place = (np.array([column + left, row + top], np.float64) - crop.pixels(np.zeros(2))) / UNIT
        found.append((place, float(score[row, column])))
        score = np.where((columns - column) ** 2 + (rows - row) ** 2 < (0.07 * UNIT) ** 2, 0, score)
    return found


def _roundness(region: Floats) -> Floats:
    """For each pixel of [H, W], how well gradients point away from it, times how dark it is."""
    down, across = np.gradient(region)
    strength = np.hypot(down, across)
    rows, columns = np.nonzero(strength > strength.mean() + 0.3 * strength.std())
    if not len(rows):
        return np.ones_like(region)
    steep = np.maximum(strength[rows, columns], 1e-9)
    unit_x, unit_y = np.asarray(across)[rows, columns] / steep, np.asarray(down)[rows, columns] / steep
    y, x = (axis.reshape(-1, 1) for axis in np.mgrid[0 : region.shape[0], 0 : region.shape[1]])
    dx, dy = columns - x, rows - y
    far = np.hypot(dx, dy)
    # An iris has a twelfth of the eyes' distance for radius; what is farther away is brow, frame or nose.
    near = (far > 0.5) & (far < 0.2 * UNIT)
    along = np.maximum((dx * unit_x + dy * unit_y) / np.maximum(far, 0.5), 0) ** 2
    agreeing = (along * near).sum(1).reshape(region.shape)
    smooth = cv2.GaussianBlur(region, (0, 0), 0.06 * UNIT)
    dark = (smooth.max() - smooth) / max(float(np.ptp(smooth)), 1.0)
    return np.asarray(agreeing * (0.15 + dark), np.float64)
