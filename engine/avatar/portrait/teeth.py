"""Teeth that a portrait shows: which pixels they are.

Teeth are paler than lips and skin and about as bright as skin; a picture without colour has only brightness.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop
from engine.avatar.portrait.mouths import MouthLine

Floats = NDArray[np.float64]
_WIDE, _HIGH = 0.68, 0.3  # of the place that is looked at, units from the mouth's middle
_BAND = 0.17  # how far teeth may reach from the line
_LEAST_HIGH, _LEAST_WIDE = 0.045, 0.22


@dataclass(frozen=True, slots=True)
class Teeth:
    """The row of teeth, units of the crop: its ends, and its upper and lower edge as parabolas (a + b x + c x^2)."""

    left: float
    right: float
    upper: tuple[float, float, float]
    lower: tuple[float, float, float]


def find_teeth(crop: Crop, line: MouthLine) -> Teeth | None:
    """The teeth along a mouth's line, or none when the lips are shut or hide them."""
    flags, places_x, places_y = _pale(crop, line)
    level = line.y + line.slope * (places_x - line.x) / line.half_width
    level -= line.lift * np.clip((places_x - line.x) / line.half_width, -1.3, 1.3) ** 2
    away = np.abs(places_y - level)
    count, labels = cv2.connectedComponents((flags & (away < _BAND)).astype(np.uint8), connectivity=8)
    rows = [labels == label for label in range(1, count) if (away[labels == label] < 0.09).any()]
    if not rows:
        return None
    # Where one reaches the band's edge it has run into cheek or chin, and its edges are none of the teeth's.
    cuts = [(row & (away > _BAND - 1.5 / UNIT)).any(0) for row in rows]
    full = [row.sum(0) / UNIT >= _LEAST_HIGH * 0.7 for row in rows]
    clear = [f & ~c for f, c in zip(full, cuts, strict=True)]
    best = int(np.argmax([c.sum() for c in clear]))
    row, columns, ends = rows[best], np.flatnonzero(clear[best]), np.flatnonzero(full[best])
    if len(columns) < max(_LEAST_WIDE * UNIT, 0.4 * len(ends)):
        return None
    x = places_x[0, columns]
    first, last = row[:, columns].argmax(0), len(row) - 1 - row[::-1, columns].argmax(0)
    top, bottom = places_y[first, 0], places_y[last, 0]
    if np.median(bottom - top) < _LEAST_HIGH:
        return None
    upper, lower = (_parabola(x, y) for y in (top, bottom))
    left, right = (float(v) for v in np.percentile(places_x[0, ends], (2, 98)))
    if left > line.x - 0.08 or right < line.x + 0.08:
        return None  # a highlight beside the mouth
    return Teeth(left, right, upper, lower)


def _pale(crop: Crop, line: MouthLine) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Which pixels around the line look like teeth, and the places of all, units."""
    lab = cv2.GaussianBlur(cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB), (0, 0), 0.015 * UNIT).astype(np.float64)
    corners = np.array([[line.x - _WIDE, line.y - _HIGH], [line.x + _WIDE, line.y + _HIGH]])
    (left, top), (right, bottom) = crop.pixels(corners).round().astype(int)
    right, bottom = min(right, lab.shape[1]), min(bottom, lab.shape[0])
    part = lab[top:bottom, left:right]
    origin = crop.pixels(np.zeros(2))
    places_x = np.broadcast_to((np.arange(left, right) - origin[0]) / UNIT, part.shape[:2])
    places_y = np.broadcast_to(((np.arange(top, bottom) - origin[1]) / UNIT)[:, None], part.shape[:2])
    skin = np.median(part[:6].reshape(-1, 3), 0)
    light, red = part[..., 0], part[..., 1]
    if np.ptp(red) > 10:
        lips = np.percentile(red, 92, axis=0)
        flags = (red < skin[1] - 2) & (red < lips - 7) & (light > 0.6 * skin[0])
    else:
        near = np.abs(places_y - line.y) < 0.09
        flags = light > max(1.1 * skin[0], 0.8 * float(np.percentile(light[near], 96)))
    # Cut bridges to highlights of lip and chin.
    flags = cv2.morphologyEx(flags.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 5), np.uint8)) > 0
    return flags, np.asarray(places_x, np.float64), np.asarray(places_y, np.float64)


def _parabola(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Through the middle of the points; a few that lie far off do not count."""
    kept = np.ones(len(x), bool)
    for _ in range(3):
        c, b, a = np.polyfit(x[kept], y[kept], 2)
        off = np.abs(a + b * x + c * x * x - y)
        kept = off <= max(2.0 * float(np.median(off)), 1e-6) + 0.01
    return float(a), float(b), float(c)
