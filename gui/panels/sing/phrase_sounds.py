"""Sung phrases on their way from the engine's scratch files to the window, read beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gui.widgets.mixdown import RATE, Floats, playable
from gui.widgets.peaks import peaks_of
from gui.widgets.wave import ShownSound


@dataclass(frozen=True, slots=True, eq=False)
class PhraseSound:
    """A phrase's sound as it is played, `samples` float32 [1 or 2, T] at 48 kHz, and as it is drawn.  It begins where
    its phrase does; an equal phrase elsewhere in the song has the same.  `draft`: until the phrase's own comes."""

    key: str
    samples: Floats
    shown: ShownSound
    draft: bool = False


def read_sound(key: str, path: Path, sample_rate: int, num_samples: int, draft: bool = False) -> PhraseSound:
    """A phrase out of its `.f32` file (float32 [T, C], at `sample_rate` Hz).

    Raises `OSError`, and `ValueError` for half a file.
    """
    raw = np.fromfile(path, np.float32)
    channels = max(1, raw.size // max(1, num_samples))
    if num_samples <= 0 or raw.size != channels * num_samples:
        raise ValueError(f"{path.name} holds {raw.size} samples, not {num_samples}")
    samples = playable(np.ascontiguousarray(raw.reshape(num_samples, channels).T), sample_rate)
    return PhraseSound(key, samples, ShownSound(RATE, peaks_of(samples)), draft)
