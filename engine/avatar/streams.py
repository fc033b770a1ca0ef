"""What is known of a vocal besides its sound, picture by picture, as the network takes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.avatar.line import RATE_HZ, SungLine
from engine.phonemize.phones import PHONES

Floats = NDArray[np.float32]
PHONE_ORDER = tuple(sorted(PHONES))
NAMES = ("phones", "log_f0", "voiced", "level", "beat")
NUM_COLUMNS = len(PHONE_ORDER) + 5
F0_REFERENCE_HZ = 220.0


def streams_of(line: SungLine, fps: float, num_frames: int) -> Floats:
    """[F, 46]: shares of each phone, octaves of f0, voicing, level, phase between beats (cosine, sine)."""
    edges_s = np.arange(num_frames + 1) / fps
    columns = np.zeros((num_frames, NUM_COLUMNS), np.float32)
    for phone in line.phones:
        inside = np.minimum(edges_s[1:], phone.end_s) - np.maximum(edges_s[:-1], phone.start_s)
        columns[:, PHONE_ORDER.index(phone.label)] += np.clip(inside * fps, 0, 1)
    rest = PHONE_ORDER.index("SP")
    columns[:, rest] += np.clip(1 - columns[:, : len(PHONE_ORDER)].sum(axis=1), 0, 1)
    places = np.minimum((edges_s[:-1] + 0.5 / fps) * RATE_HZ, max(len(line.f0) - 1, 0)).astype(int)
    if len(line.f0):
        f0 = line.f0[places]
        columns[:, -5] = np.where(f0 > 0, np.log2(np.maximum(f0, 1) / F0_REFERENCE_HZ), 0)
        columns[:, -4] = f0 > 0
        columns[:, -3] = line.level[places]
    if len(line.beats_s) > 1:
        phase = np.interp(edges_s[:-1], line.beats_s, np.arange(len(line.beats_s))) * 2 * np.pi
        columns[:, -2], columns[:, -1] = np.cos(phase), np.sin(phase)
    return columns
