"""Noise that belongs to places in a song: any window of frames sees the same values where it overlaps another.

A sampler that starts two overlapping segments from unlike noise gives two unlike takes, and a seam between them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BLOCK_FRAMES = 64
_WORD = 2**64


def frame_noise(seed: int, step: int, first_frame: int, num_frames: int, channels: int) -> Floats:
    """Standard normal values [channels, num_frames] of the frames from `first_frame` (may be negative) on.

    `seed`, from 0 below 2^64, names the take, `step` >= 0 the draw within it; the same frame of the same draw is
    always the same.
    """
    first_block = first_frame // _BLOCK_FRAMES
    last_block = (first_frame + num_frames - 1) // _BLOCK_FRAMES
    blocks = [_block(seed, step, number, channels) for number in range(first_block, last_block + 1)]
    if not blocks:
        return np.zeros((channels, 0), np.float32)
    skipped = first_frame - first_block * _BLOCK_FRAMES
    return np.ascontiguousarray(np.concatenate(blocks, axis=1)[:, skipped : skipped + num_frames])


def _block(seed: int, step: int, number: int, channels: int) -> Floats:
    # A counter-based generator: seed and step are its key, the block's number is the counter's highest word, so
    # no two blocks ever share a value however many each draws.
    key = np.array([seed, step], np.uint64)
    counter = np.array([0, 0, 0, number % _WORD], np.uint64)
    rng = np.random.Generator(np.random.Philox(key=key, counter=counter))
    return rng.standard_normal((_BLOCK_FRAMES, channels), dtype=np.float32).T
