"""Pitch drawn by hand: where it lies it is sung, everywhere else nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.score import Curve
from engine.singing.pitch import A4_HZ, A4_KEY, key_to_hz

Times = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
JOIN_S = 0.015
"""A drawn piece takes over from the plan, and gives back to it, within so long inside its own ends."""
TOUCHING_S = 2 * JOIN_S
"""Pieces closer than this are one line: between them the plan is not sung."""


def drawn_over(f0: Floats, times: Times, pieces: Sequence[Curve], transpose: float = 0.0) -> Floats:
    """f0 [T] in Hz at `times` [T], with `pieces` (seconds, fractional MIDI keys) in its place; later pieces win.

    Outside the pieces the values are the same to the bit.
    """
    if not pieces:
        return f0
    keys, weight = np.zeros(len(times)), np.zeros(len(times))
    for piece in pieces:
        inside = (times >= piece.start) & (times <= piece.end)
        keys[inside] = piece.at(times[inside])
    for start, end in _runs(pieces):
        join = min(JOIN_S, 0.5 * (end - start))
        inside = (times >= start) & (times <= end)
        at = times[inside]
        weight[inside] = np.clip(np.minimum(at - start, end - at) / max(join, 1e-9), 0, 1)
        keys[inside] = _bridged(at, keys[inside], pieces)
    moved = weight > 0
    planned = A4_KEY + 12 * np.log2(f0[moved].astype(np.float64) / A4_HZ)
    sung = planned + weight[moved] * (keys[moved] + transpose - planned)
    drawn = f0.copy()
    drawn[moved] = key_to_hz(sung).astype(np.float32)
    return drawn


def _runs(pieces: Sequence[Curve]) -> list[tuple[float, float]]:
    """(start, end) of what is drawn without a gap."""
    runs: list[tuple[float, float]] = []
    for start, end in sorted((piece.start, piece.end) for piece in pieces):
        if runs and start <= runs[-1][1] + TOUCHING_S:
            runs[-1] = runs[-1][0], max(runs[-1][1], end)
        else:
            runs.append((start, end))
    return runs


def _bridged(times: Times, keys: Doubles, pieces: Sequence[Curve]) -> Doubles:
    """A straight line over the hair's breadth between two pieces."""
    covered = np.zeros(len(times), bool)
    for piece in pieces:
        covered |= (times >= piece.start) & (times <= piece.end)
    return keys if covered.all() or not covered.any() else np.interp(times, times[covered], keys[covered])
