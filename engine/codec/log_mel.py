"""The log-mel that the listening networks hear, numpy; training and run time share it (decision 0007).

Levels are those of the clip, not of the recording: the loudest tenth of its frames averages 0 dB, so that a
whispered take and a loud one of the same words look alike.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.codec.harmonic import mel

Floats = NDArray[np.float32]
MEL_BANDS = 80
TOP_HZ = 8000.0
FLOOR = 1e-5
"""Of a band's amplitude, relative to the clip's level (-100 dB)."""
WINDOW_S = 2048 / 48_000
LOUDEST = 0.1
SILENT = 1e-7
"""Amplitude below which a clip is silence, and stays so."""
BLOCK_FRAMES = 1024
"""Transformed at once: a song must not need gigabytes."""


def log_mel(samples: Floats, sample_rate: int = 48_000, hop_length: int = 512) -> Floats:
    """Natural log of band amplitudes [80, T] of mono samples [N], T = ceil(N / hop), at the clip's own level.

    Frame t is centred on (t + 1/2) hop, as the codec's; edges see silence.
    """
    return levelled(band_amplitudes(samples, sample_rate, hop_length))


def band_amplitudes(samples: Floats, sample_rate: int = 48_000, hop_length: int = 512) -> Floats:
    """[80, T]: root of the power in each band; a sine of amplitude 1 is 1/2 in its bin."""
    n_fft = window_length(sample_rate)
    frames = -(-len(samples) // hop_length)
    pad = (n_fft - hop_length) // 2
    padded = np.pad(np.asarray(samples, np.float32), (pad, n_fft + frames * hop_length - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length][:frames]
    bank = mel_bank(sample_rate)
    window = (np.hanning(n_fft + 1)[:-1] * (2.0 / n_fft)).astype(np.float32)
    bands = np.zeros((frames, MEL_BANDS), np.float32)
    for first in range(0, frames, BLOCK_FRAMES):
        cut = slice(first, first + BLOCK_FRAMES)
        spectrum = np.fft.rfft(windows[cut] * window)[:, : len(bank)]
        bands[cut] = np.sqrt((spectrum.real**2 + spectrum.imag**2) @ bank)
    return np.ascontiguousarray(bands.T)


def levelled(amplitudes: Floats) -> Floats:
    """Natural log [80, T] of amplitudes [80, T] over the clip's level; silence lies on the floor."""
    level = clip_level(amplitudes)
    relative = amplitudes / np.float32(level) if level > SILENT else np.zeros_like(amplitudes)
    logs: Floats = np.log(np.maximum(relative, np.float32(FLOOR)))
    return logs


def clip_level(amplitudes: Floats) -> float:
    """Root mean power of the loudest tenth of the frames, all bands of a frame together."""
    if not amplitudes.shape[1]:
        return 0.0
    power = np.sort((amplitudes.astype(np.float64) ** 2).sum(axis=0))
    loudest = power[-max(1, round(LOUDEST * len(power))) :]
    return float(np.sqrt(loudest.mean()))


def window_length(sample_rate: int) -> int:
    """Samples of a spectrum's window: as long in seconds at every rate, even."""
    return 2 * round(WINDOW_S * sample_rate / 2)


@cache
def mel_bank(sample_rate: int) -> Floats:
    """Triangles [bins up to 8 kHz, 80], each as high as it makes the power of white noise equal in all bands.

    Raises `ValueError` for a rate under 16 kHz, which has no 8 kHz.
    """
    if sample_rate < 2 * TOP_HZ:
        raise ValueError(f"{sample_rate} Hz does not reach {TOP_HZ:.0f} Hz.")
    n_fft = window_length(sample_rate)
    bins = np.arange(int(TOP_HZ * n_fft / sample_rate) + 1) * sample_rate / n_fft
    edges = band_edges()
    rise = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(np.minimum(rise, fall), 0.0)
    bank: Floats = (triangles / triangles.sum(axis=0)).astype(np.float32)
    return bank


def band_edges() -> NDArray[np.float64]:
    """Hz [82]: band b rises from edge b to b + 1 and falls to b + 2."""
    points = np.linspace(0.0, float(mel(TOP_HZ)), MEL_BANDS + 2)
    hz: NDArray[np.float64] = 700.0 * (10.0 ** (points / 2595.0) - 1.0)
    return hz
