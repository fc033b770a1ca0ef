"""How much a trained SINGER moves less than it should, parameter by parameter.

What is hard to learn comes out right and too small: gestures that follow the truth with a correlation of 0.9 at a third
of its size.  The read-out makes up for it; lips are left as they are.
"""

from __future__ import annotations

import numpy as np
import torch

from engine.avatar.gestures import NAMES
from engine.avatar.latents import read_motion
from engine.avatar.params import index_of
from engine.train.avatar.dataset import Windows
from engine.train.avatar.networks.audio_encoder import Heard
from engine.train.avatar.networks.config import SENSES
from engine.train.avatar.networks.flow import draw_noise
from engine.train.avatar.networks.singer import Singer

BATCH = 8
SMALLEST, LARGEST = 0.7, 5.0
_LEFT = ("lids", "breath")
"""Blinks come by rule; breath is as large as it should be, or absent."""


@torch.no_grad()
def read_out_gains(singer: Singer, windows: Windows, count: int = 96) -> dict[str, float]:
    """By name: the factor by least squares from what one step states, of the sound alone, to the truth of `count`
    windows, whose chance the noise has."""
    random = torch.Generator().manual_seed(0)
    present = torch.eye(len(SENSES))[:1].expand(BATCH, -1)
    stated, truth = [], []
    for _ in range(max(1, count // BATCH)):
        batch = windows.draw(BATCH)
        noise = draw_noise(batch.z.shape, random, torch.from_numpy(batch.chances))
        heard = Heard(torch.from_numpy(batch.bands), torch.from_numpy(batch.streams), present)
        found = singer(noise, torch.ones(BATCH), torch.from_numpy(batch.references), heard).numpy()
        stated.append(_read(found))
        truth.append(_read(batch.z))
    x, y = (np.concatenate(rows) for rows in (stated, truth))
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    slopes = (x * y).sum(axis=0) / np.maximum((x * x).sum(axis=0), 1e-9)
    names = [name for name in NAMES if name not in _LEFT]
    return {name: round(float(np.clip(slopes[index_of(name)], SMALLEST, LARGEST)), 2) for name in names}


def _read(z: np.ndarray) -> np.ndarray:
    """[B, C, F, H, W] -> rows [B F, 14]."""
    pictures = np.ascontiguousarray(z.transpose(0, 2, 1, 3, 4), np.float32)
    return read_motion(pictures.reshape(-1, *pictures.shape[2:]))
