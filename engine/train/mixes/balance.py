"""Vocals against accompaniment: the level drawn, the whole brought to the loudness of records."""

from __future__ import annotations

import numpy as np
import pedalboard as pb

from engine.train.mixes.effects import through, without_top
from engine.train.mixes.writing import PEAK

VOCALS_DB = (-9.0, 5.0)
"""Where vocals sound, against the accompaniment there."""
BLOCK = 4410
NARROWED_SHARE = 0.3
NARROWED_HZ = (9000.0, 17000.0)


def balance(vocals: np.ndarray, accompaniment: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(vocals, accompaniment), float32 [N, 2], at a random level of one against the other and of the whole."""
    wanted = rng.uniform(*VOCALS_DB)
    own, beside = _levels(vocals, accompaniment)
    if own > 0 and beside > 0:
        vocals = vocals * (10 ** (wanted / 20) * beside / own)
    peak = float(np.abs(vocals + accompaniment).max())
    loud = float(rng.uniform(0.55, PEAK)) / max(peak, 1e-6)
    return (vocals * loud).astype(np.float32), (accompaniment * loud).astype(np.float32)


def master(accompaniment: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The accompaniment through a bus: tilt, compression, now and then driven into a limiter as loud records are."""
    peak = float(np.abs(accompaniment).max())
    level = float(np.sqrt((accompaniment.astype(np.float64) ** 2).mean()))
    if peak <= 0:
        return accompaniment
    chain: list[pb.Plugin] = [
        pb.LowShelfFilter(120.0, float(rng.uniform(-3, 4))),
        pb.HighShelfFilter(6000.0, float(rng.uniform(-3, 5))),
        pb.Compressor(-16.0, float(rng.uniform(1.2, 3.0)), 20.0, 200.0),
    ]
    if rng.random() < 0.5:
        chain.append(pb.Limiter(float(rng.uniform(-10, -4)), 120.0))
    gain = 0.13 / level
    return through(chain, accompaniment * gain)


def narrowed(vocals: np.ndarray, accompaniment: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Some songs lose what lies above 9 to 17 kHz, as those lost it that were once compressed or resampled."""
    if rng.random() >= NARROWED_SHARE:
        return vocals, accompaniment
    cut_hz = float(rng.uniform(*NARROWED_HZ))
    return without_top(vocals, cut_hz), without_top(accompaniment, cut_hz)


def _levels(vocals: np.ndarray, accompaniment: np.ndarray) -> tuple[float, float]:
    """Root mean squares of both over the blocks where vocals sound."""
    count = len(vocals) // BLOCK
    sung, played = (
        (s[: count * BLOCK].astype(np.float64) ** 2).reshape(count, -1).mean(axis=1) for s in (vocals, accompaniment)
    )
    active = sung > max(sung.max() * 1e-3, 1e-12)
    if not active.any():
        return 0.0, 0.0
    return float(np.sqrt(sung[active].mean())), float(np.sqrt(played[active].mean()))
