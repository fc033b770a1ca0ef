"""Targets of the self-supervised encoder: which of K clusters a frame belongs to.

First of cepstra of WORLD's envelope (13 with two orders of differences, as HuBERT's MFCC, but free of the pitch),
then of the encoder's own middle layer.  Both less the clip's mean: what is always so in a clip is its singer.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.train.unlabelled.heard import Clip
from engine.train.unlabelled.listener import STRIDE

CEPSTRA = 13
ENVELOPE_BANDS = 86
"""Of the kept gains: up to 7.8 kHz, which 16 kHz recordings still have."""
QUIET = -7.0
"""Natural log of an amplitude under the clip's level: what lies lower is not heard (-60 dB)."""
FITTED = 120_000
ROUNDS = 20


def cepstra(clip: Clip) -> np.ndarray:
    """float32 [ceil(T / 2), 39] of a clip's envelope, at the encoder's frame rate."""
    gains = clip.gains[:, :, :ENVELOPE_BANDS].astype(np.float32)
    # A band's share of a full-scale sound: harmonics and noise carry the same power at the same gain.
    logs = 0.5 * np.logaddexp(2 * gains[:, 0], 2 * gains[:, 1])
    logs = np.maximum(logs - logs.max(axis=1).max(), QUIET)
    bands = np.arange(ENVELOPE_BANDS) + 0.5
    basis = np.cos(np.pi * np.arange(CEPSTRA)[:, None] * bands / ENVELOPE_BANDS) / ENVELOPE_BANDS
    return differences(halved(logs @ basis.T.astype(np.float32)))


def mel_cepstra(mel: np.ndarray) -> np.ndarray:
    """MFCC of a log-mel [80, T], float32 [ceil(T / 2), 39]: the baseline that needs nothing else."""
    bands = np.arange(len(mel)) + 0.5
    basis = np.cos(np.pi * np.arange(CEPSTRA)[:, None] * bands / len(mel)) / len(mel)
    return differences(halved(np.maximum(mel.astype(np.float32).T, QUIET) @ basis.T.astype(np.float32)))


def halved(rows: np.ndarray) -> np.ndarray:
    """Means of pairs: [T, F] -> [ceil(T / 2), F]; a last odd row stands alone."""
    odd = len(rows) % STRIDE
    rows = np.concatenate([rows, rows[-1:]]) if odd else rows
    means: np.ndarray = rows.reshape(-1, STRIDE, rows.shape[1]).mean(axis=1)
    return means


def differences(rows: np.ndarray) -> np.ndarray:
    """[T, F] -> [T, 3 F]: the rows less their mean, and how they change over 85 and 170 ms."""
    rows = rows - rows.mean(axis=0)
    first = _slope(rows)
    return np.concatenate([rows, 2 * first, 4 * _slope(first)], axis=1).astype(np.float32)


def _slope(rows: np.ndarray) -> np.ndarray:
    padded = np.pad(rows, ((2, 2), (0, 0)), mode="edge")
    slope: np.ndarray = (padded[3:-1] - padded[1:-3] + 2 * (padded[4:] - padded[:-4])) / 10
    return slope


def fit_clusters(rows: Tensor, count: int, seed: int = 0) -> Tensor:
    """K-means (k-means++ start, then Lloyd's rounds) of rows [N, F], each column of unit spread; centres [K, F].

    Raises `ValueError` when there are fewer rows than clusters.
    """
    if len(rows) < count:
        raise ValueError(f"{len(rows)} frames cannot make {count} clusters.")
    random = torch.Generator().manual_seed(seed)
    rows = rows[torch.randperm(len(rows), generator=random)[:FITTED]]
    centres = _start(rows, count, random)
    for _ in range(ROUNDS):
        nearest = assign(rows, centres)
        sums = torch.zeros_like(centres).index_add_(0, nearest, rows)
        sizes = torch.bincount(nearest, minlength=count)
        lonely = sizes == 0
        centres = sums / sizes.clamp(min=1)[:, None]
        centres[lonely] = rows[torch.randint(len(rows), (int(lonely.sum()),), generator=random)]
    return centres


def _start(rows: Tensor, count: int, random: torch.Generator) -> Tensor:
    """Rows far from each other: each next one drawn with the square of its distance to those before."""
    some = rows[torch.randint(len(rows), (min(len(rows), 40 * count),), generator=random)]
    centres = [some[0]]
    distance = (some - some[0]).square().sum(1)
    for _ in range(count - 1):
        weights = distance if bool(distance.sum() > 0) else torch.ones_like(distance)
        centres.append(some[int(torch.multinomial(weights, 1, generator=random))])
        distance = torch.minimum(distance, (some - centres[-1]).square().sum(1))
    return torch.stack(centres)


def assign(rows: Tensor, centres: Tensor) -> Tensor:
    """Number of the nearest centre of each row, int64 [N]."""
    blocks = [centres.square().sum(1) - 2 * part @ centres.t() for part in rows.split(20_000)]
    return torch.cat([block.argmin(dim=1) for block in blocks])
