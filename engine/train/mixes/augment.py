"""What one stem may sound like: level, tone, room, place, speed.  Cheap, for every crop of every step is new."""

from __future__ import annotations

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch import fft

Samples = NDArray[np.float32]


def vary(samples: Samples, sample_rate: int, rng: np.random.Generator) -> Samples:
    """Polarity, sides, tone and sometimes a room.  samples: float32 [2, N]; the length stays."""
    if rng.random() < 0.5:
        samples = -samples
    if rng.random() < 0.5:
        samples = samples[::-1]
    if rng.random() < 0.6:
        samples = shape(samples, sample_rate, rng, wet=rng.random() < 0.3)
    if rng.random() < 0.1:
        samples = saturate(samples, float(rng.uniform(1.0, 4.0)))
    return np.ascontiguousarray(samples, dtype=np.float32)


def change_speed(samples: Samples, factor: float) -> Samples:
    """Pitch and tempo together, as a tape does: factor 1.1 is 10 % faster.  samples: [2, N] -> [2, about N / factor]"""
    out = soxr.resample(samples.T, factor * 1000.0, 1000.0, quality="LQ")
    return np.ascontiguousarray(out.T, dtype=np.float32)


def place(samples: Samples, rng: np.random.Generator) -> Samples:
    """Another width, and a little out of the middle."""
    mid, side = (samples[0] + samples[1]) / 2, (samples[0] - samples[1]) / 2
    width = 0.0 if rng.random() < 0.15 else rng.uniform(0.3, 1.3)
    pan = rng.normal(0.0, 0.12)
    left, right = mid + width * side, mid - width * side
    return np.stack([left * (1 - pan), right * (1 + pan)]).astype(np.float32)


def shape(samples: Samples, sample_rate: int, rng: np.random.Generator, wet: bool) -> Samples:
    """A random tone curve of up to 9 dB either way, and a random decaying room, both by one Fourier transform."""
    length = samples.shape[1]
    room = round(0.6 * sample_rate) if wet else 0
    size = 1 << (length + room - 1).bit_length()
    # PyTorch's transform takes a fifth of the time of numpy's, and a step of training waits for this one.
    spectrum = fft.rfft(torch.from_numpy(np.ascontiguousarray(samples)), size)
    spectrum *= torch.from_numpy(_tone(spectrum.shape[1], sample_rate, rng))
    if wet:
        spectrum *= 1 + fft.rfft(torch.from_numpy(_room(room, sample_rate, rng)), size)
    return np.asarray(fft.irfft(spectrum, size)[:, :length].numpy())


def saturate(samples: Samples, drive: float) -> Samples:
    """Soft clipping of what rises above `1 / drive` of the peak; the level stays."""
    bent = np.tanh(samples * np.float32(drive / (np.abs(samples).max() + 1e-6)))
    levels = [np.sqrt((x**2).mean()) + 1e-9 for x in (samples, bent)]
    return (bent * np.float32(levels[0] / levels[1])).astype(np.float32)


def _tone(bins: int, sample_rate: int, rng: np.random.Generator) -> NDArray[np.float32]:
    octaves = np.log2(np.maximum(np.arange(bins) * sample_rate / (2 * bins), 20.0) / 20.0)
    knots = np.linspace(0, octaves[-1], 7)
    gains_db = np.clip(rng.normal(0, 3, knots.size), -9, 9)
    return (10 ** (np.interp(octaves, knots, gains_db) / 20)).astype(np.float32)


def _room(length: int, sample_rate: int, rng: np.random.Generator) -> Samples:
    """Decaying noise, different left and right, from 10 ms on."""
    time = np.arange(length) / sample_rate
    decay_s = rng.uniform(0.1, 0.6)
    tail = rng.standard_normal((2, length)) * np.exp(-6.9 * time / decay_s) * (time > 0.01)
    level = 10 ** (rng.uniform(-18, -6) / 20)
    return (tail * level / (np.sqrt((tail**2).sum(1, keepdims=True)) + 1e-9)).astype(np.float32)
