"""Short hair and dense curls; `volume` is 0 to 1 everywhere."""

from __future__ import annotations

import numpy as np

from engine.avatar.drawn.curves import ellipse, mirrored
from engine.avatar.drawn.hair_parts import Locks, Style, between, cap, tufts


def bald(_: float) -> Style:
    """Only skin."""
    return Style()


def buzz(_: float) -> Style:
    """Millimetres."""
    line = between([(0.62, -0.7), (0.3, -0.72), (0, -0.7), (-0.3, -0.72), (-0.62, -0.7)])
    return Style(front=(cap(-1.25, 1.25, line, 0.0),))  # the skull itself ends it


def crop(volume: float) -> Style:
    """Short, with a jagged fringe."""
    top = -1.14 - 0.12 * volume
    line = between(
        [(0.66, -0.58), (0.4, -0.66), (0.2, -0.57), (-0.06, -0.66), (-0.3, -0.57), (-0.52, -0.65), (-0.7, -0.57)]
    )
    locks = Locks([(-0.1, top + 0.06), (-0.5, -0.95), (-0.8, -0.6)], [(0.2, top + 0.06), (0.6, -0.95), (0.78, -0.6)], 9)
    return Style(front=(cap(top, 1.07, line),), front_locks=(locks,))


def parted(volume: float) -> Style:
    """A side parting."""
    top = -1.2 - 0.16 * volume
    shape = [
        (-0.46, top + 0.15), (-0.05, top), (0.45, top + 0.04), (0.9, top + 0.32), (1.09, -0.62), (1.06, -0.15),
        (1.0, 0.06),
        (0.95, -0.12), (0.94, -0.38), (0.82, -0.56), (0.42, -0.6), (0.05, -0.66), (-0.25, -0.76), (-0.46, -0.87),
        (-0.64, -0.76), (-0.84, -0.56), (-0.935, -0.34), (-0.95, -0.1), (-1.0, 0.06), (-1.05, -0.15),
        (-1.07, -0.55),
        (-0.96, -0.86), (-0.76, -1.06),
    ]  # fmt: skip
    sweep = Locks(
        [(-0.46, -0.92), (0.0, -0.76), (0.5, -0.64), (0.92, -0.4)],
        [(-0.46, -1.0), (0.1, top + 0.08), (0.82, top + 0.36), (1.04, -0.4)],
        8,
    )
    side = Locks([(-0.5, -0.92), (-0.84, -0.68), (-0.96, -0.3)], [(-0.5, -1.02), (-0.92, -0.84), (-1.03, -0.3)], 3)
    return Style(front=(shape,), front_locks=(sweep, side))


def quiff(volume: float) -> Style:
    """Short sides, high above the forehead."""
    top = -1.3 - 0.22 * volume
    line = between([(0.6, -0.68), (0.25, -0.74), (-0.1, -0.72), (-0.45, -0.7), (-0.68, -0.64)])
    tuft = [
        (-0.8, -0.64), (-0.96, -0.9), (-0.84, -1.18), (-0.42, top + 0.06), (0.12, top - 0.03),
        (0.62, top + 0.08), (0.98, -1.12), (0.97, -0.86),
        (0.8, -0.64), (0.4, -0.72), (0.0, -0.68), (-0.42, -0.74),
    ]  # fmt: skip
    locks = Locks([(-0.7, -0.68), (-0.86, -0.98), (-0.66, -1.22)], [(0.7, -0.68), (0.92, -0.95), (0.8, -1.26)], 11)
    return Style(front=(cap(-1.12, 1.05, line), tuft), front_locks=(locks,))


def undercut(volume: float) -> Style:
    """Short sides, swept over."""
    top = -1.2 - 0.2 * volume
    swept = [
        (-0.86, -0.66), (-0.96, -0.92), (-0.74, -1.14), (-0.2, top), (0.4, top + 0.02), (0.86, -1.1),
        (1.1, -0.78), (1.13, -0.42), (1.0, -0.3),
        (0.92, -0.5), (0.62, -0.52), (0.22, -0.6), (-0.2, -0.76), (-0.52, -0.8),
    ]  # fmt: skip
    locks = Locks(
        [(-0.78, -0.76), (-0.2, -0.84), (0.5, -0.6), (0.96, -0.42)],
        [(-0.84, -0.9), (-0.2, top + 0.1), (0.7, -1.06), (1.08, -0.62)],
        8,
    )
    return Style(front=(swept,), front_locks=(locks,))


def pixie(volume: float) -> Style:
    """Short, with a pointed fringe."""
    top = -1.16 - 0.14 * volume
    shape = [
        (-0.5, top + 0.09), (0.0, top), (0.5, top + 0.06), (0.92, top + 0.32), (1.1, -0.5), (1.08, -0.08),
        (1.02, 0.2), (0.93, -0.02), (0.9, -0.3),
        (0.74, -0.5), (0.68, -0.34), (0.44, -0.54), (0.3, -0.36), (0.06, -0.52), (-0.2, -0.34), (-0.34, -0.42),
        (-0.62, -0.24), (-0.78, -0.28),
        (-0.9, -0.1), (-0.94, 0.1), (-1.03, 0.24), (-1.1, -0.08), (-1.1, -0.5), (-0.9, top + 0.3),
    ]  # fmt: skip
    locks = Locks(
        [(0.42, top + 0.1), (-0.2, -0.95), (-0.7, -0.65), (-0.95, -0.2)],
        [(0.5, top + 0.1), (0.5, -0.9), (0.55, -0.7), (0.5, -0.5)],
        9,
    )
    return Style(front=(shape,), front_locks=(locks,))


def curly(volume: float) -> Style:
    """Curls down to the jaw."""
    rng, out = np.random.default_rng(5), 1.12 + 0.16 * volume
    angles = np.linspace(-0.17, 1.17, 17) * np.pi
    rim = np.stack([out * np.cos(angles), -0.42 - (0.72 + 0.12 * volume) * np.sin(angles)], -1)
    low = [(s * (out - 0.02 * at), -0.1 + 0.2 * at) for at in range(4) for s in (-1, 1)]
    inner = np.stack([0.84 * np.cos(angles[2:-2]), -0.46 - 0.5 * np.sin(angles[2:-2])], -1)
    line = [(x, -0.62 + 0.06 * np.cos(9 * x)) for x in np.linspace(-0.68, 0.68, 8)]
    back = (mirrored([(0, -1.1), (0.8, -0.9), (1.05, -0.3), (1.0, 0.3), (0, 0.5)]), *tufts(rng, low, 0.24))
    front = (
        cap(-1.08, 1.02, between([(0.4, -0.66), (0, -0.66), (-0.4, -0.66)]), -0.1),
        *tufts(rng, rim, 0.23),
        *tufts(rng, inner, 0.24),
        *tufts(rng, line, 0.17),
    )
    return Style(back, front, ears_seen=False)


def afro(volume: float) -> Style:
    """A ball of curls."""
    rng, size = np.random.default_rng(6), 1.16 + 0.14 * volume
    angles = np.linspace(-0.3, 1.3, 34) * np.pi
    rim = np.stack([size * np.cos(angles), -0.36 - 0.88 * size * np.sin(angles)], -1)
    ball = ellipse(0, -0.36, size, 0.86 * size)
    line = [(x, -0.52 - 0.12 * (1 - x * x)) for x in np.linspace(-0.82, 0.82, 13)]
    over = np.stack([size * np.cos(angles[6:28]), -0.36 - 0.86 * size * np.sin(angles[6:28])], -1)
    hairline = [(-1.0, -0.3), (-0.86, -0.52), (-0.4, -0.64), (0, -0.66), (0.4, -0.64), (0.86, -0.52), (1.0, -0.3)]
    front = (np.concatenate([over, hairline]), *tufts(rng, line, 0.09), *tufts(rng, rim[5:29], 0.14))
    return Style((ball, *tufts(rng, rim, 0.14)), front)
