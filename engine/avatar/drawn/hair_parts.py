"""What hair styles are made of, in the measure of any head.

x: 1 is half the head's width.  y: -1 is the crown, 0 the eyes, 1 the chin.  All curves are smooth and closed; a lock
is what lies between two guide lines, from the root to the tip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.avatar.drawn.curves import Points, ellipse


@dataclass(frozen=True, slots=True)
class Locks:
    """Strands drawn between two lines with the same number of points."""

    first: ArrayLike
    last: ArrayLike
    count: int = 7


@dataclass(frozen=True, slots=True)
class Style:
    """What lies behind the head, and what before it."""

    back: tuple[ArrayLike, ...] = ()
    front: tuple[ArrayLike, ...] = ()
    back_locks: tuple[Locks, ...] = ()
    front_locks: tuple[Locks, ...] = ()
    ears_seen: bool = True
    band: tuple[ArrayLike, ...] = ()  # a ribbon or bow in the cover colour, in front


def cap(top: float, side: float, hairline: list[tuple[float, float]], ear: float = 0.04) -> Points:
    """Hair that lies on the skull down to the ears; `hairline` is its lower edge, from right to left."""
    right = [
        (0.0, top),
        (0.5 * side, top + 0.09),
        (0.88 * side, top + 0.38),
        (side, -0.46),
        (side * 0.985, -0.1),
        (1.0, ear),
    ]
    left = [(-x, y) for x, y in right[:0:-1]]
    return np.asarray([*right, *hairline, *left])


TEMPLE = [(0.945, -0.1), (0.93, -0.36), (0.83, -0.6)]


def between(middle: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A hairline: temples, and what is between them."""
    return [*TEMPLE, *middle, *((-x, y) for x, y in TEMPLE[::-1])]


def tufts(rng: np.random.Generator, along: ArrayLike, size: float) -> tuple[Points, ...]:
    """Curls along a line."""
    return tuple(
        ellipse(x, y, size * rng.uniform(0.85, 1.2), size * rng.uniform(0.7, 0.95)) for x, y in np.asarray(along)
    )
