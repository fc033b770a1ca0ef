"""The 68 points of the iBUG scheme on a drawn face, taken from the same lines that are painted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.character import Character
from engine.avatar.drawn.eyes import brow_of, eye_of
from engine.avatar.drawn.measures import Measures, head_outline
from engine.avatar.drawn.mouth import Mouth, mouth_of
from engine.avatar.drawn.pose import Pose

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
_OUTER = np.array([-1, -0.66, -0.3, 0, 0.3, 0.66, 1], np.float32)
_INNER = np.array([-0.91, -0.45, 0, 0.45, 0.91], np.float32)


def pixels(points: Doubles, size: int) -> Doubles:
    """Design units -> x and y in pixels of a square picture; whole numbers are the middles of pixels."""
    return np.asarray((points + 1) * (size / 2) - 0.5)


def landmarks_of(character: Character, m: Measures, size: int, values: NDArray[np.float32]) -> Floats:
    """[68, 2] for one row of a track, as posed; `values` [14] within their ranges."""
    points = np.concatenate(
        [
            _jaw(m),
            *(_brow(character, m, side, values) for side in (-1, 1)),
            _nose(m),
            *(_eye(m, side, values) for side in (-1, 1)),
            _lips(mouth_of(m, character.cheer, values)),
        ]
    )
    return np.asarray(pixels(Pose.of(m, values).head_points(points), size), np.float32)


def _jaw(m: Measures) -> Doubles:
    """17 points from the ear on the picture's left over the chin to the other."""
    outline = head_outline(m)
    lower = outline[(outline[:, 0] >= 0) & (outline[:, 1] >= m.eye_y)]
    lower = lower[np.argsort(lower[:, 1])]
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(lower, axis=0), axis=1))])
    steps = np.linspace(0, length[-1], 9)
    right = np.stack([np.interp(steps, length, lower[:, at]) for at in (0, 1)], axis=-1)
    right[-1] = (0, m.chin_y)
    return np.concatenate([right * (-1, 1), right[-2::-1]])


def _brow(character: Character, m: Measures, side: int, values: NDArray[np.float32]) -> Doubles:
    brow = brow_of(m, side, character.brow_thickness, character.brow_arch, values)
    u = side * np.linspace(-0.94, 0.94, 5, dtype=np.float32)  # from left to right in the picture
    top, bottom = brow.lines(u)
    x = side * (1.04 * m.eye_x + u * brow.half_width)
    return np.stack([x, 0.5 * (top + bottom)], axis=-1).astype(np.float64)


def _nose(m: Measures) -> Doubles:
    top = m.nose_y - m.nose_length
    bridge = [(0.0, top + share * (m.nose_y - 0.035 - top)) for share in (0, 1 / 3, 2 / 3, 1)]
    w = m.nose_half_width
    base = [(-0.9 * w, m.nose_y), (-0.45 * w, m.nose_y + 0.01), (0, m.nose_y + 0.016), (0.45 * w, m.nose_y + 0.01)]
    return np.array([*bridge, *base, (0.9 * w, m.nose_y)])


def _eye(m: Measures, side: int, values: NDArray[np.float32]) -> Doubles:
    """Left corner, two above, right corner, two below."""
    eye = eye_of(m, side, values)
    u = side * np.array([-1, -0.36, 0.36, 1, 0.36, -0.36], np.float32)
    top, bottom = eye.lines(u)
    y = np.where(np.arange(6) < 4, top, bottom)
    return np.stack([eye.x + side * u * m.eye_half_width, y], axis=-1).astype(np.float64)


def _lips(mouth: Mouth) -> Doubles:
    outer, inner = _OUTER * mouth.half_width, _INNER * mouth.half_width
    top, _, _, bottom = mouth.lines(outer)
    _, upper, lower, _ = mouth.lines(inner)
    above = np.stack([outer, top], axis=-1)
    below = np.stack([outer, bottom], axis=-1)[5:0:-1]
    inner_above = np.stack([inner, upper], axis=-1)
    inner_below = np.stack([inner, lower], axis=-1)[3:0:-1]
    return np.concatenate([above, below, inner_above, inner_below]).astype(np.float64)
