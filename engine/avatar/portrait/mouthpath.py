"""The dark line between the lips followed pixel by pixel, and with it the ends of the mouth.

The best path through how dark each place is against what lies above and below it, by dynamic programming, as seams and
roads are traced; it ends where it is no darker than skin.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop
from engine.avatar.portrait.mouths import MouthLine

Floats = NDArray[np.float64]
_REACH, _AWAY = 0.7, 0.13  # how far from the middle, and from the line that was found; units
_STEEP = 0.01  # what a step up or down costs
_OFF = 0.02  # what it costs to lie at the rim of the strip
_GONE = 0.38  # of the usual strength: no line any more
_AHEAD = 6  # pixels of the crop, a tenth of the eyes' distance
_LEAST_HALF, _MOST_HALF = 0.24, 0.6


def followed_line(crop: Crop, line: MouthLine) -> MouthLine:
    """`line` with its ends and its bend as the path through it has them."""
    x, y, strength = _path(_darkness(crop), crop, line)
    strength = np.convolve(strength, np.ones(3) / 3, "same")
    usual = float(np.median(strength[np.abs(x - line.x) < 0.6 * line.half_width]))
    limit, middle = _GONE * usual, len(x) // 2
    left, right = middle - _end(strength[middle::-1], limit), middle + _end(strength[middle:], limit)
    half = (x[right] - x[left]) / 2
    if not _LEAST_HALF <= half <= _MOST_HALF:
        return line
    c, b, a = np.polyfit(x[left : right + 1], y[left : right + 1], 2)
    at = float(x[left] + x[right]) / 2
    return MouthLine(
        at, float(a + b * at + c * at * at), float(half), float(-c * half**2), float(b + 2 * c * at) * half
    )


def _end(strength: Floats, limit: float) -> int:
    """The first place that is weak with what follows it: a gleam on the lips is no end."""
    ahead = np.convolve(strength, np.ones(_AHEAD) / _AHEAD)[_AHEAD - 1 :]  # the mean from each place on
    gone = np.flatnonzero((ahead < limit) & (strength < limit))
    return int(gone[0]) if len(gone) else len(strength) - 1


def _darkness(crop: Crop) -> Floats:
    """How much darker a place is than both what lies above and below; a step from bright to dark counts a little."""
    light = cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float64)
    light = cv2.GaussianBlur(light, (0, 0), sigmaX=0.022 * UNIT, sigmaY=0.001)
    thin = cv2.GaussianBlur(light, (0, 0), sigmaX=0.001, sigmaY=0.017 * UNIT)
    best = np.zeros_like(light)
    for away in (round(0.05 * UNIT), round(0.083 * UNIT)):
        above, below = np.roll(thin, away, 0), np.roll(thin, -away, 0)
        best = np.maximum(best, np.minimum(above, below) - thin + 0.25 * np.abs(above - below))
    return np.asarray(best / np.maximum(cv2.GaussianBlur(light, (0, 0), 0.13 * UNIT), 25), np.float64)


def _path(darkness: Floats, crop: Crop, line: MouthLine) -> tuple[Floats, Floats, Floats]:
    """x, y (units) and darkness along the best path through a strip around the line, a pixel at a time."""
    steps = np.arange(-round(_REACH * UNIT), round(_REACH * UNIT) + 1) / UNIT
    along = steps / line.half_width
    level = line.y + line.slope * along - line.lift * np.clip(along, -1.3, 1.3) ** 2
    away = np.arange(-round(_AWAY * UNIT), round(_AWAY * UNIT) + 1) / UNIT
    x = line.x + steps
    places = crop.pixels(np.stack(np.broadcast_arrays(x[:, None], level[:, None] + away), -1)).round().astype(int)
    rows, columns = np.clip(places[..., 1], 0, len(darkness) - 1), np.clip(places[..., 0], 0, darkness.shape[1] - 1)
    worth = darkness[rows, columns] - _OFF * (away / _AWAY) ** 2
    total, came = worth[0], []
    for values in worth[1:]:
        padded = np.pad(total, 1, constant_values=-np.inf)
        ways = np.stack([padded[:-2] - _STEEP, total, padded[2:] - _STEEP])
        came.append(ways.argmax(0) - 1)
        total = values + ways.max(0)
    chosen = [int(total.argmax())]
    for step in reversed(came):
        chosen.append(chosen[-1] + int(step[chosen[-1]]))
    at = np.array(chosen[::-1])
    return x, level + away[at], worth[np.arange(len(at)), at]
