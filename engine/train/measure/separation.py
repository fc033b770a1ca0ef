"""How near separated vocals come to the true ones.  Sounds are float32 [C, N] of one rate and length.

Seconds are counted from the start of the song; what is left over at its end is not measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]

ACTIVE_DBFS = -45.0
"""A second counts as sung when the true vocals' root mean square in it lies above this."""
FREE_DBFS = -60.0
"""A second counts as free of vocals when they lie below this in it, in the one before and in the one after."""
CAP_DB = 100.0
"""Ratios beyond this, either way, say no more than this."""
LONGEST_LAG = 4096
RESOLUTIONS = ((512, 128), (1024, 256), (2048, 512))
"""(window, hop) in samples of the multi-resolution distance."""
FLOOR = 1e-4
"""Magnitudes below this are raised to it; a sine of full scale has 1, so that -80 dBFS is the end of hearing."""


@dataclass(frozen=True, slots=True)
class SongScore:
    """One song by one system.  Level ratios in dB, levels in dBFS; None where the song has no such stretch.

    `sdr_db`, `si_sdr_db`, `stft_distance` and `lag` are of the sung seconds, the bleeds of the vocal-free ones:
    `bleed_db` over all of them, `bleed_stretch_db` over the worst unbroken run, `bleed_p95_db` the second that
    95 % of them do not exceed.  `lag` in samples, positive when the estimate is late.
    """

    sdr_db: float | None
    si_sdr_db: float | None
    stft_distance: float | None
    lag: int | None
    bleed_db: float | None
    bleed_stretch_db: float | None
    bleed_p95_db: float | None


def score_song(truth: Sound, estimate: Sound, sample_rate: int) -> SongScore:
    """All figures of `estimate` against `truth`.  Raises `ValueError` for different shapes."""
    if truth.shape != estimate.shape:
        raise ValueError(f"the estimate is {estimate.shape}, the truth {truth.shape}")
    active = active_seconds(truth, sample_rate)
    wanted, heard = (chosen(sound, active, sample_rate) for sound in (truth, estimate))
    sung = bool(active.any())
    bleed = bleed_levels(truth, estimate, sample_rate)
    return SongScore(
        sdr_db=sdr(wanted, heard) if sung else None,
        si_sdr_db=si_sdr(wanted, heard) if sung else None,
        stft_distance=stft_distance(wanted, heard) if sung else None,
        lag=lag(wanted, heard) if sung else None,
        bleed_db=bleed[0] if bleed else None,
        bleed_stretch_db=bleed[1] if bleed else None,
        bleed_p95_db=bleed[2] if bleed else None,
    )


def active_seconds(truth: Sound, sample_rate: int) -> NDArray[np.bool_]:
    """[S]: seconds in which the true vocals lie above `ACTIVE_DBFS`."""
    return second_levels(truth, sample_rate) > ACTIVE_DBFS


def free_seconds(truth: Sound, sample_rate: int) -> NDArray[np.bool_]:
    """[S]: seconds that are free of vocals, as are their neighbours."""
    quiet = np.pad(second_levels(truth, sample_rate) < FREE_DBFS, 1, constant_values=True)
    return np.asarray(quiet[:-2] & quiet[1:-1] & quiet[2:])


def second_levels(sound: Sound, sample_rate: int) -> NDArray[np.float64]:
    """Root mean square of every whole second, all channels together, dBFS [S]."""
    return _dbfs(_second_powers(sound, sample_rate))


def chosen(sound: Sound, seconds: NDArray[np.bool_], sample_rate: int) -> Sound:
    """The seconds of `sound` that are marked, one after another: [C, sum(seconds) * sample_rate]."""
    cut = sound[:, : len(seconds) * sample_rate].reshape(len(sound), len(seconds), sample_rate)
    return cut[:, seconds].reshape(len(sound), -1)


def sdr(truth: Sound, estimate: Sound) -> float:
    """10 log10(sum s^2 / sum (s - e)^2) over all samples and channels, within ±`CAP_DB`.

    An all-zero estimate gives 0.  No filter is fitted, unlike in BSSEval: level and time errors count.
    """
    return _ratio_db(_energy(truth), _energy(truth - estimate))


def si_sdr(truth: Sound, estimate: Sound) -> float:
    """The same after the estimate's best scaling (Le Roux et al., 2019), within ±`CAP_DB`."""
    s, e = truth.ravel().astype(np.float64), estimate.ravel().astype(np.float64)
    target = s * (s @ e / max(float(s @ s), 1e-20))
    return _ratio_db(_energy(target), _energy(e - target))


def lag(truth: Sound, estimate: Sound) -> int:
    """Samples, within ±`LONGEST_LAG`, by which the estimate comes late: the peak of the cross-correlation."""
    s, e = truth.mean(axis=0, dtype=np.float64), estimate.mean(axis=0, dtype=np.float64)
    size = 1 << (len(s) + LONGEST_LAG).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(e, size) * np.conj(np.fft.rfft(s, size)), size)
    lags = np.arange(-LONGEST_LAG, LONGEST_LAG + 1)
    # Beginning at 0, so that silence, which correlates alike with everything, is not late.
    order = np.argsort(np.abs(lags), kind="stable")
    return int(lags[order][np.argmax(correlation[lags[order]])])


def stft_distance(truth: Sound, estimate: Sound) -> float:
    """Multi-resolution STFT distance: spectral convergence + mean |log magnitude ratio|, mean of `RESOLUTIONS`.

    As `MultiResolutionSTFTLoss` of auraloss (Yamamoto et al., 2020) with Hann windows and `FLOOR`.
    """
    return float(np.mean([_distance(truth, estimate, n_fft, hop) for n_fft, hop in RESOLUTIONS]))


def bleed_levels(truth: Sound, estimate: Sound, sample_rate: int) -> tuple[float, float, float] | None:
    """(all, worst unbroken run, 95th percentile of seconds) of the estimate where nobody sings, dBFS; None if never."""
    free = free_seconds(truth, sample_rate)
    if not free.any():
        return None
    powers = _second_powers(estimate, sample_rate)
    edges = np.flatnonzero(np.diff(np.pad(free.astype(int), 1)))
    runs = [float(powers[start:end].mean()) for start, end in list(pairwise(edges))[::2]]
    every, worst = (float(_dbfs(np.asarray(value))) for value in (powers[free].mean(), max(runs)))
    return every, worst, float(np.percentile(_dbfs(powers[free]), 95))


def null_db(mix: Sound, vocals: Sound, instrumental: Sound) -> float:
    """Highest |mix - vocals - instrumental|, dBFS."""
    worst = max(float(np.abs(m - v - i).max(initial=0.0)) for m, v, i in zip(mix, vocals, instrumental, strict=True))
    return float(_dbfs(np.asarray(worst**2)))


def _second_powers(sound: Sound, sample_rate: int) -> NDArray[np.float64]:
    seconds = sound.shape[1] // sample_rate
    cut = sound[:, : seconds * sample_rate].reshape(len(sound), seconds, sample_rate)
    return np.einsum("cst,cst->s", cut, cut, dtype=np.float64) / (len(sound) * sample_rate)


def _energy(sound: NDArray[np.floating]) -> float:
    return float(np.sum(np.square(sound, dtype=np.float64)))


def _ratio_db(wanted: float, rest: float) -> float:
    if rest <= 0 or wanted <= 0:
        return CAP_DB if rest <= 0 < wanted else -CAP_DB
    return min(CAP_DB, max(-CAP_DB, 10 * math.log10(wanted / rest)))


def _dbfs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """A square wave of full scale is 0 dBFS; digital silence -200."""
    return np.asarray(10 * np.log10(np.maximum(power, 1e-20)))


def _distance(truth: Sound, estimate: Sound, n_fft: int, hop: int) -> float:
    """One resolution, channel by channel and block by block: a song's spectra at a hop of 128 fill gigabytes."""
    away = total = logs = 0.0
    count, step = 0, 1024 * hop
    for start in range(0, truth.shape[1] - n_fft + 1, step):
        block = slice(start, start + step - hop + n_fft)
        wanted, heard = (_magnitudes(sound[:, block], n_fft, hop) for sound in (truth, estimate))
        away += _energy(wanted - heard)
        total += _energy(wanted)
        logs += float(np.abs(np.log(wanted / heard)).sum(dtype=np.float64))
        count += wanted.size
    return math.sqrt(away / max(total, 1e-20)) + logs / max(count, 1)


def _magnitudes(sound: Sound, n_fft: int, hop: int) -> NDArray[np.float32]:
    window = np.hanning(n_fft + 1)[:-1].astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(sound, n_fft, axis=1)[:, ::hop]
    magnitude = np.abs(np.fft.rfft(frames * (window * (2 / window.sum()))))
    return np.maximum(magnitude, np.float32(FLOOR))
