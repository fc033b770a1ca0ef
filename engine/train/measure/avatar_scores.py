"""Figures of one face that sings: how its mouth follows, closes and rests, how its head moves, how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.avatar.line import RATE_HZ, SungLine
from engine.avatar.params import FaceTrack
from engine.avatar.visemes import CLOSURES

Floats = NDArray[np.float32]
LAGS = 10
"""Pictures to either side that are tried."""
SHUT = 0.1
"""A mouth less open than this is seen as closed: a line, no gap."""
REST_S = 0.4
"""A rest shorter than this does not count: lips are on their way."""
SILENT_LEVEL = 0.02
_LEFT_EYE, _RIGHT_EYE, _LIPS = slice(36, 42), slice(42, 48), slice(48, 68)


@dataclass(frozen=True, slots=True)
class Following:
    """Pearson's r of two curves as they are, and at the best lag; `lag` > 0: the first comes late, in pictures."""

    correlation: float
    best: float
    lag: int


def following(found: Floats, truth: Floats) -> Following:
    """How a curve [F] follows another [F]."""
    by_lag = {lag: _correlation(*_shifted(found, truth, lag)) for lag in range(-LAGS, LAGS + 1)}
    lag = max(by_lag, key=lambda key: (by_lag[key], -abs(key)))
    return Following(by_lag[0], by_lag[lag], lag)


def closures(track: FaceTrack, line: SungLine) -> list[float]:
    """How far the mouth is open at its most closed in each M, B and P, a picture to either side of it included."""
    opened = track.at("open")
    found = []
    for phone in line.phones:
        if phone.label in CLOSURES:
            first, last = int(phone.start_s * track.fps), int(np.ceil(phone.end_s * track.fps)) + 1
            if first < len(opened):
                found.append(float(opened[first:last].min()))
    return found


def openings_in_silence(track: FaceTrack, line: SungLine) -> Floats:
    """`open` of every picture in the middle of a rest."""
    silent = line.level < SILENT_LEVEL
    edges = np.flatnonzero(np.diff(np.concatenate([[False], silent, [False]]).astype(int)))
    opened, found = track.at("open"), []
    for start, end in edges.reshape(-1, 2):
        if end - start >= REST_S * RATE_HZ:
            first, last = (start / RATE_HZ + 0.2) * track.fps, (end / RATE_HZ - 0.1) * track.fps
            found.append(opened[int(np.ceil(first)) : int(last)])
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def head_spread(tracks: Sequence[FaceTrack]) -> float:
    """Spread of yaw, pitch and roll from take to take at the same moment, in degrees."""
    heads = np.stack([[track.at(name) for name in ("yaw", "pitch", "roll")] for track in tracks])
    return float(heads.std(axis=0).mean() * 30)


def beat_alignment(track: FaceTrack, beats_s: Sequence[float], tolerance_s: float = 0.1) -> float | None:
    """How near the head's turning points are to the beats, 0 to 1 (Li et al. 2021, eq. 5); None without beats."""
    speed = np.abs(np.gradient(track.at("pitch")))
    slow = np.flatnonzero((speed[1:-1] <= speed[:-2]) & (speed[1:-1] < speed[2:])) + 1
    if not len(slow) or not len(beats_s):
        return None
    away_s = np.abs(np.asarray(beats_s)[:, None] - slow[None] / track.fps).min(axis=1)
    return float(np.exp(-(away_s**2) / (2 * tolerance_s**2)).mean())


def landmark_error(found: Floats, truth: Floats) -> tuple[float, float]:
    """Mean distance of 68 landmarks, and of the lips' 20, as shares of the distance between the eyes."""
    between = np.linalg.norm(truth[_LEFT_EYE].mean(axis=0) - truth[_RIGHT_EYE].mean(axis=0))
    away = np.linalg.norm(found - truth, axis=1) / between
    return float(away.mean()), float(away[_LIPS].mean())


def likeness(found: NDArray[np.uint8], truth: NDArray[np.uint8]) -> tuple[float, float]:
    """SSIM, and PSNR in dB (at most 60), of two pictures [H, W, 3]."""
    from skimage.metrics import structural_similarity

    error = float(np.mean((found.astype(np.float32) - truth) ** 2))
    psnr = 60.0 if error < 0.065 else 10 * float(np.log10(255**2 / error))
    return float(structural_similarity(found, truth, channel_axis=2)), psnr


def _shifted(found: Floats, truth: Floats, lag: int) -> tuple[Floats, Floats]:
    count = len(found) - abs(lag)
    return found[max(0, lag) :][:count], truth[max(0, -lag) :][:count]


def _correlation(a: Floats, b: Floats) -> float:
    if len(a) < 2 or a.std() < 1e-6 or b.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
