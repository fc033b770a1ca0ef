"""Short-time Fourier transform and back, as `torch.stft(center=True)` has it, in numpy and single precision."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Spectrum = NDArray[np.complex64]


def stft(samples: Floats, n_fft: int, hop_length: int) -> Spectrum:
    """samples [C, N] -> [C, n_fft/2 + 1, 1 + N // hop_length], not normalised.

    A periodic Hann window is centred on every frame; the ends are reflected.  N must exceed n_fft / 2.
    """
    padded = np.pad(samples, ((0, 0), (n_fft // 2, n_fft // 2)), mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft, axis=1)[:, ::hop_length]
    spectrum = np.fft.rfft(frames * _hann(n_fft), axis=-1).astype(np.complex64, copy=False)
    return spectrum.swapaxes(1, 2)


def istft(spectrum: Spectrum, n_fft: int, hop_length: int, num_samples: int) -> Floats:
    """The least-squares inverse: [C, n_fft/2 + 1, F] -> [C, num_samples].

    Windowed frames are added up and divided by the sum of the squared windows; what no frame covers is silent.
    """
    window = _hann(n_fft)
    frames = np.fft.irfft(spectrum.swapaxes(1, 2), n_fft, axis=-1).astype(np.float32, copy=False) * window
    added = _overlap_add(frames, hop_length)
    weight = _overlap_add(np.broadcast_to(window**2, (1, *frames.shape[1:])), hop_length)
    added /= np.maximum(weight, np.float32(1e-8))
    covered = n_fft // 2 + (frames.shape[1] - 1) * hop_length + n_fft // 2
    kept = added[:, n_fft // 2 : min(covered, n_fft // 2 + num_samples)]
    return np.pad(kept, ((0, 0), (0, num_samples - kept.shape[1])))


def to_parts(spectrum: Spectrum) -> Floats:
    """[2, B, F] complex -> [4, B, F]: re L, im L, re R, im R."""
    parts = np.empty((4, *spectrum.shape[1:]), np.float32)
    parts[0::2], parts[1::2] = spectrum.real, spectrum.imag
    return parts


def from_parts(parts: Floats) -> Spectrum:
    """The reverse of `to_parts`."""
    spectrum: Spectrum = (parts[0::2] + np.complex64(1j) * parts[1::2]).astype(np.complex64, copy=False)
    return spectrum


def _overlap_add(frames: Floats, hop_length: int) -> Floats:
    """[C, F, n_fft] -> [C, at least (F - 1) hop + n_fft]: in pieces of one hop, one addition for all frames' piece."""
    channels, count, n_fft = frames.shape
    pieces = -(-n_fft // hop_length)
    whole = np.pad(frames, ((0, 0), (0, 0), (0, pieces * hop_length - n_fft)))
    split = whole.reshape(channels, count, pieces, hop_length)
    added = np.zeros((channels, count + pieces - 1, hop_length), np.float32)
    for piece in range(pieces):
        added[:, piece : piece + count] += split[:, :, piece]
    return added.reshape(channels, -1)


@lru_cache(maxsize=8)
def _hann(n_fft: int) -> Floats:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)
