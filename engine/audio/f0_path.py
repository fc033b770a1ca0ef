"""The cheapest way through the candidates of all frames (Viterbi's algorithm)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio.f0_candidates import Candidates

UNVOICED = -1
JUMP_COST = 0.35
"""Of an octave between two frames 10 ms apart."""
SWITCH_COST = 0.14
"""Of becoming voiced or unvoiced, likewise."""
REFERENCE_S = 0.01

Floats = NDArray[np.float32]


def best_path(found: Candidates, hop_s: float) -> NDArray[np.int64]:
    """The chosen candidate's column of every frame [S], `UNVOICED` for none.  Worth is summed, changes cost."""
    scale = REFERENCE_S / hop_s
    jump, switch = JUMP_COST * scale, SWITCH_COST * scale
    octaves = np.log2(np.maximum(found.hz, 1.0))
    frames, count = found.hz.shape
    total = np.append(found.worth[0], found.unvoiced[0])
    came_from = np.zeros((frames, count + 1), np.int64)
    cost = np.zeros((count + 1, count + 1), np.float32)
    cost[:count, count] = cost[count, :count] = switch
    for frame in range(1, frames):
        cost[:count, :count] = jump * np.abs(octaves[frame - 1][:, None] - octaves[frame][None, :])
        ways = total[:, None] - cost
        came_from[frame] = ways.argmax(axis=0)
        total = ways.max(axis=0) + np.append(found.worth[frame], found.unvoiced[frame])
    return _back(came_from, int(total.argmax()), count)


def _back(came_from: NDArray[np.int64], last: int, count: int) -> NDArray[np.int64]:
    path = np.zeros(len(came_from), np.int64)
    for frame in range(len(came_from) - 1, -1, -1):
        path[frame] = last
        last = int(came_from[frame, last])
    path[path == count] = UNVOICED
    return path
