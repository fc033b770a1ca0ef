"""Where the mouth is and what it is like: the dark line between the lips, their colour, and whether teeth show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop

Floats = NDArray[np.float64]
_ALONG = np.linspace(-1.35, 1.35, 19)  # places along the line, in half widths; the mouth ends at -1 and 1
_INSIDE = np.abs(_ALONG) < 0.95
_OUTSIDE = np.abs(_ALONG) > 1.1


@dataclass(frozen=True, slots=True)
class MouthLine:
    """The line between the lips, in units of the crop: its middle, half its width, how far its ends lie above the
    middle (`lift`), and how much lower its right end is than its middle (`slope`)."""

    x: float
    y: float
    half_width: float
    lift: float
    slope: float

    def at(self, along: Floats) -> tuple[Floats, Floats]:
        """x and y at places along it; -1 and 1 are its ends."""
        return self.x + along * self.half_width, self.y + self.slope * along - self.lift * along**2


def find_mouth(crop: Crop, promised: tuple[float, float]) -> MouthLine:
    """The line between the lips near `promised` (units): a dark, level line on something redder than skin."""
    line, red = np.maximum(_line_strength(crop), 0.9 * _whiteness(crop)), _redness(crop)
    steps = np.linspace(-1, 1, 9)
    coarse = _grid(
        promised[0] + 0.2 * steps,
        promised[1] + 0.27 * np.linspace(-1, 1, 15),
        np.linspace(0.28, 0.55, 5),
        np.array([-0.04, 0.0, 0.05, 0.1]),
        np.array([-0.05, 0.0, 0.05]),
    )
    best = coarse[int(np.argmax(_scores(coarse, line, red, promised, crop)))]
    fine = _grid(
        best[0] + 0.04 * np.linspace(-1, 1, 5),
        best[1] + 0.03 * np.linspace(-1, 1, 7),
        best[2] + 0.06 * np.linspace(-1, 1, 5),
        best[3] + 0.03 * np.linspace(-1, 1, 3),
        best[4] + 0.03 * np.linspace(-1, 1, 5),
    )
    return MouthLine(*(float(v) for v in fine[int(np.argmax(_scores(fine, line, red, promised, crop)))]))


def _grid(*axes: Floats) -> Floats:
    return np.array(list(product(*axes)), np.float64)


def _scores(lines: Floats, line: Floats, red: Floats, promised: tuple[float, float], crop: Crop) -> Floats:
    """How much each of `lines` [N, 5] looks like a mouth."""
    x = lines[:, :1] + _ALONG * lines[:, 2:3]
    y = lines[:, 1:2] + lines[:, 4:5] * _ALONG - lines[:, 3:4] * _ALONG**2
    dark = _sampled(line, x, y, crop)
    lips = _sampled(red, x, y - 0.06, crop) + _sampled(red, x, y + 0.09, crop)
    evidence = dark + 0.5 * lips
    inside, outside = evidence[:, _INSIDE].mean(1), evidence[:, _OUTSIDE].mean(1)
    # The weakest quarter of the line counts too, or half a mouth and a shadow would do.
    weakest = np.sort(evidence[:, _INSIDE], 1)[:, :4].mean(1)
    usual = ((lines[:, 0] - promised[0]) / 0.16) ** 2 + ((lines[:, 1] - promised[1]) / 0.13) ** 2
    usual += ((lines[:, 2] - 0.41) / 0.12) ** 2 + ((lines[:, 3] - 0.02) / 0.08) ** 2 + (lines[:, 4] / 0.05) ** 2
    return np.asarray(inside + 0.5 * weakest - 0.7 * outside - 0.2 * usual, np.float64)


def _sampled(field: Floats, x: Floats, y: Floats, crop: Crop) -> Floats:
    places = crop.pixels(np.stack([x, y], -1)).round().astype(int)
    columns, rows = (np.clip(places[..., i], 0, field.shape[1 - i] - 1) for i in (0, 1))
    return np.asarray(field[rows, columns], np.float64)


def _line_strength(crop: Crop) -> Floats:
    """How much darker a level line is than what lies above and below it; about 1 where it is a mouth."""
    light = cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float64)
    wide = cv2.GaussianBlur(light, (0, 0), sigmaX=0.07 * UNIT, sigmaY=0.001)
    best = np.zeros_like(light)
    for thick in (0.03, 0.055):
        thin = cv2.GaussianBlur(wide, (0, 0), sigmaX=0.001, sigmaY=thick * UNIT)
        around = cv2.GaussianBlur(wide, (0, 0), sigmaX=0.001, sigmaY=2.2 * thick * UNIT)
        best = np.maximum(best, around - thin)
    return _normalized(best, crop)


def _redness(crop: Crop) -> Floats:
    """How much redder a place is than the skin around; nothing in a picture without colour."""
    a = cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB)[..., 1].astype(np.float64)
    near, around = (cv2.GaussianBlur(a, (0, 0), s * UNIT) for s in (0.05, 0.35))
    red = np.maximum(near - around, 0)
    return _normalized(red, crop) if red.max() > 2.0 else np.zeros_like(red)


def _whiteness(crop: Crop) -> Floats:
    """How much brighter and less red a level band is than what is around: teeth between lips."""
    lab = cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB).astype(np.float64)
    near, around = (
        cv2.GaussianBlur(lab, (0, 0), sigmaX=x * UNIT, sigmaY=y * UNIT) for x, y in ((0.07, 0.04), (0.1, 0.16))
    )
    lighter, paler = near[..., 0] - around[..., 0], around[..., 1] - near[..., 1]
    coloured = np.clip(paler / 4, 0, 1) if np.ptp(lab[..., 1]) > 10 else 1.0
    return _normalized(np.maximum(lighter - 4, 0) * coloured, crop)


def _normalized(field: Floats, crop: Crop) -> Floats:
    """By the strongest few values of the lower half of the face."""
    (left, top), (right, bottom) = crop.pixels(np.array([[-0.7, 0.7], [0.7, 1.6]])).round().astype(int)
    return np.clip(field / max(float(np.percentile(field[top:bottom, left:right], 96)), 0.5), 0, 1.2)
