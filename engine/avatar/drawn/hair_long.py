"""Long hair, let down or tied; `volume` is 0 to 1 everywhere."""

from __future__ import annotations

import numpy as np

from engine.avatar.drawn.curves import Points, ellipse, flipped, mirrored
from engine.avatar.drawn.hair_parts import Locks, Style, between, cap


def bob(volume: float) -> Style:
    """To the chin, with a straight fringe."""
    top, out = -1.17 - 0.12 * volume, 1.2 + 0.14 * volume
    back = mirrored(
        [
            (0, top),
            (0.56, top + 0.12),
            (0.98, -0.8),
            (out, -0.2),
            (out + 0.04, 0.4),
            (out - 0.08, 0.86),
            (0.7, 0.98),
            (0, 0.9),
        ]
    )
    fringe = mirrored(
        [(0, top), (0.56, top + 0.1), (0.98, -0.82), (out - 0.02, -0.3), (out + 0.02, 0.35), (1.16, 0.9),
        (0.88, 0.8), (0.92, 0.3), (0.88, -0.22), (0.72, -0.34), (0.36, -0.31), (0, -0.29)]
    )  # fmt: skip
    bangs = Locks(
        [(-0.35, top + 0.1), (-0.72, -0.7), (-0.76, -0.34)], [(0.35, top + 0.1), (0.72, -0.7), (0.76, -0.34)], 11
    )
    right = Locks([(0.72, -0.86), (0.96, -0.2), (0.94, 0.75)], [(0.84, -0.9), (1.14, -0.2), (1.14, 0.8)], 4)
    return Style(
        (back,), (fringe,), (), (bangs, right, Locks(flipped(right.first), flipped(right.last), 4)), ears_seen=False
    )


def long(volume: float) -> Style:
    """Straight, parted in the middle."""
    top, out = -1.16 - 0.12 * volume, 1.18 + 0.16 * volume
    back = mirrored(
        [
            (0, top),
            (0.56, top + 0.13),
            (0.98, -0.76),
            (out, -0.1),
            (out + 0.1, 0.8),
            (out + 0.12, 1.7),
            (0.95, 2.12),
            (0, 2.1),
        ]
    )
    lock = [
        (0.0, top + 0.03), (0.5, top + 0.09), (0.95, -0.78), (out - 0.02, -0.2), (out + 0.06, 0.6),
        (out + 0.02, 1.3), (1.02, 1.52), (0.86, 1.1), (0.98, 0.5),
        (0.96, 0.0), (0.82, -0.42), (0.46, -0.74), (0.06, -0.94),
    ]  # fmt: skip
    sweep = Locks(
        [(0.06, -1.0), (0.62, -0.66), (0.95, 0.0), (0.96, 1.2)],
        [(0.1, top + 0.08), (0.92, -0.8), (out - 0.06, 0.0), (out - 0.04, 1.25)],
        7,
    )
    behind = Locks([(-1.0, 0.8), (-0.95, 1.4), (-0.85, 2.1)], [(1.0, 0.8), (0.95, 1.4), (0.85, 2.1)], 12)
    return Style(
        (back,),
        (lock, flipped(lock)),
        (behind,),
        (sweep, Locks(flipped(sweep.first), flipped(sweep.last))),
        ears_seen=False,
    )


def wavy(volume: float) -> Style:
    """Long waves from a side parting."""
    top, out = -1.2 - 0.14 * volume, 1.24 + 0.2 * volume
    right = [
        (0, top),
        (0.58, top + 0.1),
        (1.0, -0.84),
        (out - 0.02, -0.3),
        (out + 0.14, 0.1),
        (out, 0.5),
        (out + 0.2, 0.95),
        (out + 0.06, 1.35),
        (out + 0.12, 1.7),
        (0.9, 1.9),
        (0, 1.8),
    ]
    sweep_side = [
        (-0.5, top + 0.1), (-0.05, top), (0.54, top + 0.09), (0.99, -0.86), (out - 0.02, -0.3),
        (out + 0.12, 0.1), (out - 0.02, 0.5), (out + 0.12, 0.95), (1.08, 1.36),
        (1.06, 0.95), (0.88, 0.6), (1.0, 0.2), (0.92, -0.16), (0.74, -0.42), (0.3, -0.6), (-0.2, -0.86),
    ]  # fmt: skip
    short_side = [
        (-0.36, top + 0.07), (-0.72, top + 0.18), (-1.02, -0.8), (0.02 - out, -0.3), (-out - 0.12, 0.1),
        (0.02 - out, 0.5), (-out - 0.12, 0.95), (-1.1, 1.36), (-1.04, 0.95), (-0.88, 0.6),
        (-1.0, 0.2), (-0.94, -0.2), (-0.84, -0.54), (-0.5, -0.92),
    ]  # fmt: skip
    first = Locks(
        [(-0.36, -1.02), (0.5, -0.62), (0.92, -0.1), (0.94, 0.6), (1.1, 1.1)],
        [(-0.3, -1.1), (0.9, -0.92), (out, 0.0), (out - 0.06, 0.5), (out + 0.06, 1.0)],
        7,
    )
    other = Locks(
        [(-0.46, -1.02), (-0.84, -0.6), (-0.98, 0.1), (-0.94, 0.6), (-1.1, 1.1)],
        [(-0.5, -1.08), (-1.04, -0.7), (-out, 0.0), (0.06 - out, 0.5), (-out - 0.06, 1.0)],
        5,
    )
    return Style((mirrored(right),), (sweep_side, short_side), (), (first, other), ears_seen=False)


def _pulled(top: float) -> tuple[Points, Locks, Locks]:
    """Hair combed back, and how its strands run."""
    line = between([(0.6, -0.7), (0.25, -0.76), (0, -0.74), (-0.25, -0.76), (-0.6, -0.7)])
    right = Locks([(0.04, -0.84), (0.06, -1.0), (0.02, top)], [(0.93, -0.3), (0.9, -0.75), (0.5, top + 0.06)], 7)
    return cap(top, 1.045, line, 0.0), right, Locks(flipped(right.first), flipped(right.last))


def ponytail(volume: float) -> Style:
    """Combed back, a tail at one side."""
    cap, right, left = _pulled(-1.13)
    wide = 0.3 * volume
    tail = [
        (0.3, -1.2), (0.8, -1.34), (1.3 + wide, -1.0), (1.56 + wide, -0.3), (1.5 + wide, 0.6), (1.24, 1.3),
        (1.2, 0.7), (1.1, 0.0), (0.95, -0.6), (0.6, -0.9),
    ]  # fmt: skip
    hanging = Locks(
        [(0.6, -1.1), (1.0, -0.7), (1.16, 0.2), (1.22, 1.1)],
        [(0.7, -1.28), (1.3, -0.9), (1.5 + 0.8 * wide, 0.1), (1.3, 1.1)],
        5,
    )
    tie = ellipse(0.52, -1.12, 0.2, 0.1, 50)
    return Style((tail, tie), (cap,), (hanging,), (right, left))


def bun(volume: float) -> Style:
    """Combed back into a knot."""
    cap, right, left = _pulled(-1.13)
    size = 0.34 + 0.12 * volume
    knot = ellipse(0, -1.04 - 0.6 * size, size * 1.06, size * 0.86)
    swirl = Locks(
        [(-0.8 * size, -1.08), (-0.5 * size, -1.08 - size), (0.3 * size, -1.08 - 1.1 * size)],
        [(0.2 * size, -1.0), (0.7 * size, -1.08 - 0.3 * size), (0.5 * size, -1.08 - 0.9 * size)],
        5,
    )
    return Style((knot,), (cap,), (swirl,), (right, left))


def braids(volume: float) -> Style:
    """Two braids."""
    top = -1.14 - 0.06 * volume
    half = [
        (0.0, top), (0.5, top + 0.02), (0.9, -0.86), (1.07, -0.46), (1.08, 0.0), (1.05, 0.3), (0.96, 0.0),
        (0.93, -0.34), (0.76, -0.62), (0.4, -0.82), (0.0, -0.98),
    ]  # fmt: skip
    steps = np.linspace(0, 1, 8)
    chain = tuple(
        ellipse(s * (1.1 + 0.1 * np.sin(2.2 * t)), 0.34 + 1.3 * t, 0.19 * (1 - 0.3 * t), 0.14, s * 24)
        for s in (-1, 1)
        for t in steps
    )
    sweep = Locks([(0.03, -1.0), (0.6, -0.76), (0.95, -0.1)], [(0.05, top + 0.04), (0.86, -0.86), (1.05, -0.1)], 6)
    ties = tuple(ellipse(s * (1.1 + 0.1 * np.sin(2.2)), 1.62, 0.12, 0.06) for s in (-1, 1))
    ends = tuple(ellipse(s * 1.18, 1.78, 0.11, 0.17) for s in (-1, 1))
    return Style(
        (),
        (*ends, *chain, half, flipped(half)),
        (),
        (sweep, Locks(flipped(sweep.first), flipped(sweep.last))),
        band=ties,
    )
