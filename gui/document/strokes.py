"""What a hand has drawn, made points of a curve: forward in time, and no more of them than it takes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Doubles = NDArray[np.float64]
_SAME_QUARTERS = 1e-6


def drawn_forward(stroke: Sequence[Point]) -> list[Point]:
    """The points by ascending quarters (>= 0); where the hand went back over itself, what was drawn last counts."""
    placed: list[Point] = []
    before: Point | None = None
    for at, value in stroke:
        here = (max(0.0, float(at)), float(value))
        ends = sorted((here, before or here), key=_place)
        if ends[1][0] - ends[0][0] <= _SAME_QUARTERS:
            ends = [here]
        # The line that was just drawn replaces what lies under it, whichever way the hand went.
        first = bisect_left(placed, ends[0][0] - _SAME_QUARTERS, key=_place)
        last = bisect_right(placed, ends[-1][0] + _SAME_QUARTERS, key=_place)
        placed[first:last] = ends
        before = here
    return placed


def simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """The fewest of the points, first and last among them, from whose straight lines none is further than `tolerance`
    in value (Ramer 1972, Douglas and Peucker 1973, with the distance taken upright: time is exact)."""
    if len(points) < 3:
        return list(points)
    places = np.array([at for at, _ in points], np.float64)
    values = np.array([value for _, value in points], np.float64)
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    stretches = [(0, len(points) - 1)]
    while stretches:
        first, last = stretches.pop()
        if last - first < 2:
            continue
        inside = slice(first + 1, last)
        line = np.interp(places[inside], places[[first, last]], values[[first, last]])
        off = np.abs(values[inside] - line)
        worst = int(off.argmax())
        if off[worst] > tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            stretches += [(first, middle), (middle, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _place(point: Point) -> float:
    return point[0]
