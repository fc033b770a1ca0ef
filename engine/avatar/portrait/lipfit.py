"""The mouth's twenty landmarks laid along the line that was found: how full the lips are, and what shows between."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import UNIT, Crop
from engine.avatar.portrait.mouthpath import followed_line
from engine.avatar.portrait.mouths import MouthLine
from engine.avatar.portrait.parted import cut_out
from engine.avatar.portrait.shape import INNER_LIPS, MEAN, MOUTH, NUM_POINTS, OUTER_LIPS
from engine.avatar.portrait.teeth import Teeth, find_teeth

Floats = NDArray[np.float64]
_HALF = float(MEAN[54, 0])  # half width of the mean mouth
_ALONG = np.linspace(-0.55, 0.55, 9)  # where the lips are looked at, in half widths
_AWAY = np.arange(-0.34, 0.42, 0.02)  # how far from the line, units
_USUAL_UP, _USUAL_DOWN = 0.115, 0.195  # of the mean lips: their height above and below the line
_ROOM = 0.42  # how far the edges may be off before what is between them has been cut out, half widths
_SHUT = 0.008  # from the middle of the line to a lip's edge, units


def mouth_points(crop: Crop, line: MouthLine) -> Floats:
    """[20, 2] in units of the crop: the outer and inner lips in iBUG order."""
    teeth, line = find_teeth(crop, line), followed_line(crop, line)
    if teeth is None:
        return _around(crop, line, lambda x: (line.at((x - line.x) / line.half_width)[1],) * 2)
    wide = _wide_enough(line, teeth)
    guess = _around(crop, wide, lambda x: (_edge(wide, teeth, teeth.upper, x), _edge(wide, teeth, teeth.lower, x)))
    cut = _cut(crop, guess)
    return guess if cut is None else _around(crop, *cut)


def _around(crop: Crop, line: MouthLine, edges: Callable[[Floats], tuple[Floats, Floats]]) -> Floats:
    """Lips of the mean face's form around their inner `edges` (the upper's y and the lower's at x), from end to end of
    `line`."""
    mean = np.concatenate([MEAN[OUTER_LIPS], MEAN[INNER_LIPS]]).astype(np.float64) - MOUTH
    x, y = line.at(mean[:, 0] / _HALF)
    top, bottom = edges(x)
    up, down = _lip_heights(crop, line, float((top - y)[14]), float((bottom - y)[18]))
    outer = np.arange(20) < 12
    is_upper = np.isin(np.arange(20), (1, 2, 3, 4, 5, 13, 14, 15))
    is_lower = np.isin(np.arange(20), (7, 8, 9, 10, 11, 17, 18, 19))
    around = np.where(is_upper, top + mean[:, 1] * up / _USUAL_UP, bottom + mean[:, 1] * down / _USUAL_DOWN)
    inside = np.where(is_upper, top - _SHUT, bottom + _SHUT)
    return np.stack([x, np.where(is_upper | is_lower, np.where(outer, around, inside), y)], -1)


def _cut(crop: Crop, guess: Floats) -> tuple[MouthLine, Callable[[Floats], tuple[Floats, Floats]]] | None:
    """The same mouth with the ends and edges of what shows between its lips."""
    landmarks = np.zeros((NUM_POINTS, 2), np.float32)
    landmarks[OUTER_LIPS.start :] = crop.pixels(guess)
    cut = cut_out(crop.picture, landmarks, _ROOM)
    if cut is None:
        return None
    upper, lower = (crop.units(cut.frame.pixels(np.stack([cut.x, edge], -1))) for edge in (cut.upper, cut.lower))
    middle = (upper + lower) / 2
    left, right = middle[0], middle[-1]
    half = (right[0] - left[0]) / 2
    # Inner corners lie nearer together than the outer ones, between which the line goes.
    half /= float(-MEAN[INNER_LIPS][0, 0]) / _HALF
    at = (left[0] + right[0]) / 2
    c, b, a = np.polyfit(middle[:, 0], middle[:, 1], 2)
    line = MouthLine(at, a + b * at + c * at * at, half, -c * half**2, (b + 2 * c * at) * half)
    return line, lambda x: (np.interp(x, upper[:, 0], upper[:, 1]), np.interp(x, lower[:, 0], lower[:, 1]))


def _wide_enough(line: MouthLine, teeth: Teeth) -> MouthLine:
    """The line, as long as the teeth at least, and about as far to both sides of them: one side may lie in shade."""
    left, right = min(line.x - line.half_width, teeth.left - 0.03), max(line.x + line.half_width, teeth.right + 0.03)
    tooth = (teeth.left + teeth.right) / 2
    left, right = min(left, tooth - 0.75 * (right - tooth)), max(right, tooth + 0.75 * (tooth - left))
    at, half = (left + right) / 2, (right - left) / 2
    _, (low, middle, high) = line.at((np.array([left, at, right]) - line.x) / line.half_width)
    return MouthLine(at, float(middle), half, float(middle - (low + high) / 2), float(high - low) / 2)


def _edge(line: MouthLine, teeth: Teeth, curve: tuple[float, float, float], x: Floats) -> Floats:
    """The edge of a lip at `x`: along the teeth, and from the last of them to the mouth's end."""
    (left, right), (low, high) = line.at(np.array([-1.0, 1.0]))
    along = np.linspace(teeth.left, teeth.right, 24)
    places = np.concatenate([along, [left, right]])
    values = np.concatenate([curve[0] + curve[1] * along + curve[2] * along**2, [low, high]])
    weights = np.where(np.arange(26) < 24, 1.0, 20.0)
    half = line.half_width
    fitted = np.polynomial.Polynomial.fit(places - line.x, values, 4, domain=[-half, half], w=weights)
    return np.asarray(fitted(x - line.x), np.float64)


def _profiles(crop: Crop, line: MouthLine) -> Floats:
    """Lab colours across the line, [places along it, places across it, 3]."""
    lab = cv2.GaussianBlur(cv2.cvtColor(crop.picture, cv2.COLOR_RGB2LAB), (0, 0), 0.02 * UNIT).astype(np.float64)
    x, y = line.at(_ALONG)
    places = crop.pixels(np.stack(np.broadcast_arrays(x[:, None], y[:, None] + _AWAY), -1)).round().astype(int)
    rows, columns = np.clip(places[..., 1], 0, lab.shape[0] - 1), np.clip(places[..., 0], 0, lab.shape[1] - 1)
    return np.asarray(lab[rows, columns], np.float64)


def _lip_heights(crop: Crop, line: MouthLine, top: float, bottom: float) -> tuple[float, float]:
    """How thick the lips are, units: from their inner edges to where their colour is half-way to the skin's."""
    profiles = _profiles(crop, line)
    skin = np.median(profiles[:, (_AWAY < -0.26) | (_AWAY > 0.36)].reshape(-1, 3), 0)
    unlike = np.median((profiles[..., 1] - skin[1]) + 0.25 * np.abs(profiles[..., 0] - skin[0]), 0)
    up = _reach(unlike, -1, top, _USUAL_UP)
    down = _reach(unlike, 1, bottom, _USUAL_DOWN)
    return up, down


def _reach(unlike: Floats, way: int, edge: float, usual: float) -> float:
    """Half between what is seen and what is usual, since beards and shadows look like lips too."""
    ahead = way * (_AWAY - edge)
    chosen = (ahead > 0) & (ahead < 0.26)
    away, values = ahead[chosen], unlike[chosen]
    if way < 0:
        away, values = away[::-1], values[::-1]
    most = float(values[: max(3, len(values) // 2)].max())
    gone = np.flatnonzero((values < 0.5 * most) & (away > 0.05))
    seen = float(away[gone[0]]) if most > 3 and len(gone) else usual
    return float(np.clip(0.5 * seen + 0.5 * usual, 0.6 * usual, 1.5 * usual))
