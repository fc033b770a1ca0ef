"""A track as shares of the five vowels A, I, U, E, O: what VRM, MMD and VTube Studio faces are moved by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.avatar.params import FaceTrack

VOWELS = "AIUEO"
_MOUTHS = np.array(
    [
        # open, wide, round
        [1.0, 0.05, 0.0],  # A
        [0.34, 0.85, 0.0],  # I
        [0.28, -0.7, 1.0],  # U
        [0.62, 0.45, 0.0],  # E
        [0.8, -0.3, 0.55],  # O
    ]
)
_TELLING = np.array([1.5, 0.6, 1.0])
_ALIEN = 0.3
"""Cost of a share, by how far the vowel points from the mouth: E is E, not the A and I that together look like it."""
_STEPS = 300


def vowels_of(track: FaceTrack) -> NDArray[np.float32]:
    """[F, 5], 0 to 1, in the order of `VOWELS`, together at most 1: the mixture nearest to each row's mouth.

    Such faces add their vowels up, so shares are found by non-negative least squares (projected gradient), not by
    choosing the nearest vowel.  All 0 is a closed mouth.
    """
    names = ("open", "wide", "round")
    aims = np.stack([track.at(name) for name in names], axis=1) * _TELLING
    mouths = _MOUTHS * _TELLING
    gram = mouths @ mouths.T
    step = 1.0 / float(np.linalg.eigvalsh(gram)[-1])
    alike = aims @ mouths.T / np.linalg.norm(mouths, axis=1) / np.maximum(np.linalg.norm(aims, axis=1), 1e-9)[:, None]
    wanted = aims @ mouths.T - _ALIEN * (1 - alike)
    shares = ahead = np.zeros((len(aims), len(VOWELS)))
    pace = 1.0
    for _ in range(_STEPS):
        # Accelerated as of Nesterov: the vowels are alike, and plain steps would creep.
        before, shares = shares, _simplex(ahead + step * (wanted - ahead @ gram))
        pace_before, pace = pace, (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = shares + (pace_before - 1) / pace * (shares - before)
    closed = np.clip(track.at("open") / 0.06, 0, 1)[:, None]
    return np.asarray(shares * closed, np.float32)


def vowels_csv(track: FaceTrack) -> str:
    """A line per row of the track: time in seconds, the five vowels, and `blink`."""
    shares = vowels_of(track)
    lines = ["time_s,A,I,U,E,O,blink"]
    for row, (mouth, lids) in enumerate(zip(shares, track.at("lids"), strict=True)):
        lines.append(",".join([f"{row / track.fps:.4f}", *(f"{value:.4f}" for value in [*mouth, lids])]))
    return "\n".join(lines) + "\n"


def _simplex(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest points with no negative part and a sum of at most 1, row by row (Duchi et al. 2008)."""
    positive = np.maximum(points, 0)
    over = positive.sum(axis=1) > 1
    if over.any():
        ordered = -np.sort(-points[over], axis=1)
        excess = (np.cumsum(ordered, axis=1) - 1) / np.arange(1, points.shape[1] + 1)
        last = (ordered > excess).sum(axis=1) - 1
        positive[over] = np.maximum(points[over] - excess[np.arange(len(last)), last][:, None], 0)
    return positive
