"""What takes vocals out of a mixture without having learned anything, and the best and worst that a mask can do.

Each takes a mixture float32 [2, N] and gives vocals of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.separation.stft import Spectrum, istft, stft
from engine.train.measure.separation import Sound

N_FFT, HOP = 4096, 1024
LOW_HZ, HIGH_HZ = 100.0, 16_000.0
"""Where voices are: what lies outside goes to the accompaniment."""
CENTRE_SHARPNESS = 8.0
LONG, SHORT = (16_384, 4096), (1024, 256)
"""(window, hop) of the two views of harmonic-percussive separation: in the long one a singer's moving pitch is
broadband like a drum, in the short one harmonic like a string."""
MEDIAN_FRAMES = 17
SIMILAR = 40
"""Frames of which REPET-SIM takes the median."""
APART_S = 1.0
"""How far two of them are apart at least."""
_BLOCK = 512
_EPS = np.float32(1e-10)

Mask = NDArray[np.float32]


def ideal_ratio_mask(mixture: Sound, vocals: Sound) -> Sound:
    """The true vocals' share of power in every bin, on the mixture: what the best mask would reach."""
    accompaniment = _power(stft(mixture - vocals, N_FFT, HOP))
    wanted = _power(stft(vocals, N_FFT, HOP))
    return _masked(mixture, wanted / (wanted + accompaniment + _EPS), N_FFT, HOP)


def centre(mixture: Sound, sample_rate: int) -> Sound:
    """Mid-side centre extraction: the middle channel, where left and right agree (Avendano and Jot, 2004).

    Agreement is 2 Re(L R*) / (|L|^2 + |R|^2), 1 for what lies in the middle.
    """
    left, right = stft(mixture, N_FFT, HOP)
    agreement = 2 * (left * right.conj()).real / (_power(left) + _power(right) + _EPS)
    mask = np.maximum(agreement, 0) ** CENTRE_SHARPNESS * _voice_band(N_FFT, sample_rate)
    middle = istft(((left + right) / 2 * mask)[None], N_FFT, HOP, mixture.shape[1])
    return np.repeat(middle, 2, axis=0)


def harmonic_percussive(mixture: Sound, sample_rate: int) -> Sound:
    """Median filtering in two views, for vocals (FitzGerald and Gainza, 2010).

    The long view's percussive part holds vocals and drums, the short view's harmonic part of that the vocals.
    """
    moving = _masked(mixture, 1 - _harmonic_mask(mixture, *LONG), *LONG)
    return _masked(moving, _harmonic_mask(moving, *SHORT) * _voice_band(SHORT[0], sample_rate), *SHORT)


def repeating(mixture: Sound, sample_rate: int) -> Sound:
    """REPET-SIM (Rafii and Pardo, 2012): what a frame has beyond the median of those most similar to it is voice."""
    spectrum = stft(mixture, N_FFT, HOP)
    magnitude = np.abs(spectrum).mean(axis=0)
    background = np.minimum(_similar_median(magnitude, sample_rate), magnitude)
    voice = magnitude - background
    mask = voice**2 / (voice**2 + background**2 + _EPS) * _voice_band(N_FFT, sample_rate)
    return istft(spectrum * mask, N_FFT, HOP, mixture.shape[1])


def median_along(magnitude: Mask, size: int) -> Mask:
    """Running median of `size` (odd) along the last axis of [F, T], the ends mirrored."""
    padded = np.pad(magnitude, ((0, 0), (size // 2, size // 2)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=-1)
    rows = max(1, 4_000_000 // (size * magnitude.shape[1]))
    parts = [np.partition(windows[i : i + rows], size // 2, axis=-1) for i in range(0, len(windows), rows)]
    return np.concatenate([part[..., size // 2] for part in parts])


def _harmonic_mask(sound: Sound, n_fft: int, hop: int) -> Mask:
    """[F, T]: share of power that lasts in time rather than in frequency."""
    magnitude = np.abs(stft(sound, n_fft, hop)).mean(axis=0)
    lasting = median_along(magnitude, MEDIAN_FRAMES) ** 2
    sudden = np.ascontiguousarray(median_along(np.ascontiguousarray(magnitude.T), MEDIAN_FRAMES).T) ** 2
    return lasting / (lasting + sudden + _EPS)


def _similar_median(magnitude: Mask, sample_rate: int) -> Mask:
    """[F, T]: the median, frame by frame, of itself and the frames most similar to it."""
    apart = max(1, round(APART_S * sample_rate / HOP))
    unit = magnitude / np.maximum(np.linalg.norm(magnitude, axis=0), _EPS)
    median = np.empty_like(magnitude)
    for start in range(0, magnitude.shape[1], _BLOCK):
        alike = unit[:, start : start + _BLOCK].T @ unit
        for row, likeness in enumerate(alike):
            chosen = list(_most_similar(likeness, apart))
            median[:, start + row] = np.median(magnitude[:, chosen], axis=1)
    return median


def _most_similar(likeness: Mask, apart: int) -> Iterator[int]:
    """Up to `SIMILAR` frames by falling likeness [T], none nearer than `apart` frames to another."""
    left = likeness.copy()
    for _ in range(SIMILAR):
        best = int(np.argmax(left))
        if left[best] < 0:
            return
        yield best
        left[max(0, best - apart + 1) : best + apart] = -1


def _voice_band(n_fft: int, sample_rate: int) -> Mask:
    """[F, 1]: 1 from `LOW_HZ` to `HIGH_HZ`, else 0."""
    hz = np.arange(n_fft // 2 + 1) * sample_rate / n_fft
    return ((hz >= LOW_HZ) & (hz <= HIGH_HZ)).astype(np.float32)[:, None]


def _masked(sound: Sound, mask: Mask, n_fft: int, hop: int) -> Sound:
    return istft(stft(sound, n_fft, hop) * mask, n_fft, hop, sound.shape[1])


def _power(spectrum: Spectrum) -> Mask:
    return np.square(spectrum.real) + np.square(spectrum.imag)
