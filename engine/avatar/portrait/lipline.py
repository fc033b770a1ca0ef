"""The inner edges of the lips as the portrait has them: on one line, or apart where it shows teeth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.geometry import Floats
from engine.avatar.portrait.parted import Parted

_UPPER, _LOWER = [60, 61, 62, 63, 64], [60, 67, 66, 65, 64]
_POINTS = 513  # places along the mouth in its tables


@dataclass(frozen=True, slots=True)
class LipLine:
    """In half widths of the mouth, its corners at -1 and 1.

    `level` (a, b, c): the line where the lips meet, a + b x + c x^2.  `upper`, `lower` [513]: how far above and below
    it the lips' edges lie in the portrait from one corner to the other, 0 or more; all 0 when the lips are together.
    """

    level: tuple[float, float, float]
    upper: Floats
    lower: Floats

    def level_at(self, x: Floats) -> Floats:
        """y of the line at x, [...]; flat a little beyond the corners."""
        a, b, c = (np.float32(v) for v in self.level)
        near = np.clip(x, -1.25, 1.25)
        return np.asarray(a + near * (b + near * c), np.float32)

    def parted_at(self, x: Floats) -> tuple[Floats, Floats]:
        """How far the edges of the upper and of the lower lip are from the line in the portrait, [...]."""
        half = (_POINTS - 1) / 2
        at = np.clip(x * np.float32(half) + np.float32(half + 0.5), 0, _POINTS - 1).astype(np.intp)
        return self.upper[at], self.lower[at]

    @property
    def parted(self) -> float:
        """How far the lips are apart in the middle."""
        return float((self.upper + self.lower)[_POINTS // 2])


def lip_line(places: Floats, own_teeth: bool, cut: Parted | None = None) -> LipLine:
    """From landmarks [68, 2] in the mouth's frame; `own_teeth`: the portrait shows what is between the lips, with the
    edges of `cut`, in the same frame, where it could be cut out."""
    between = (places[_UPPER] + places[_LOWER]) / 2
    if not own_teeth:
        shut = np.zeros(_POINTS, np.float32)
        return LipLine(_parabola(between[:, 0], between[:, 1]), shut, shut)
    x, upper, lower = (between[:, 0], places[_UPPER, 1], places[_LOWER, 1]) if cut is None else cut.edges
    level = _parabola(x, (upper + lower) / 2)
    along = np.linspace(-1, 1, _POINTS, dtype=np.float32)
    line = LipLine(level, along, along).level_at(along)
    # Towards the corners both edges run into the line.
    ends = np.clip((1 - np.abs(along)) / 0.06, 0, 1)
    edges = [np.maximum(way * (np.interp(along, x, edge) - line), 0) * ends for way, edge in ((-1, upper), (1, lower))]
    return LipLine(level, np.asarray(edges[0], np.float32), np.asarray(edges[1], np.float32))


def _parabola(x: NDArray[np.floating], y: NDArray[np.floating]) -> tuple[float, float, float]:
    c, b, a = np.polyfit(x, y, 2)
    return float(a), float(b), float(c)
