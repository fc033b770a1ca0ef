"""A whole track by rule: what the training takes for true, and the exact lips of our own renders."""

from __future__ import annotations

import numpy as np

from engine.avatar.gestures import NAMES, gestures_by_rule
from engine.avatar.line import RATE_HZ, SungLine
from engine.avatar.lips import NUM_LIPS, lips_by_rule
from engine.avatar.params import NUM_PARAMS, PARAMS, FaceTrack, index_of

BREATH_OPENS = 0.22
"""The mouth opens a little with the breath before a phrase, on top of nothing else."""


def track_by_rule(line: SungLine, fps: float, num_frames: int, seed: int = 0, expressive: float = 0.6) -> FaceTrack:
    """`num_frames` rows at `fps`.  `expressive` 0 to 1; another `seed` moves head, brows and lids otherwise."""
    if not len(line.level):
        return FaceTrack(np.zeros((num_frames, NUM_PARAMS), np.float32), fps)
    values = np.zeros((len(line.level), NUM_PARAMS), np.float32)
    values[:, :NUM_LIPS] = lips_by_rule(line, expressive)
    gestures = gestures_by_rule(line, seed, expressive)
    for column, name in enumerate(NAMES):
        values[:, index_of(name)] = gestures[:, column]
    _breathe_in(values)
    return FaceTrack(values, RATE_HZ).resampled(fps, num_frames)


def _breathe_in(values: np.ndarray) -> None:
    """While the breath rises and nothing is sung, the lips part."""
    breath, lips = values[:, PARAMS.index("breath")], values[:, PARAMS.index("open")]
    rising = np.clip(np.gradient(breath) * RATE_HZ / 3.0, 0, 1)
    np.maximum(lips, BREATH_OPENS * rising * (lips < BREATH_OPENS), out=lips)
