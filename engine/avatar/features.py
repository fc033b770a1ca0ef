"""What the network hears: a few bands of the vocal's loudness, four times for every picture."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, resample

Floats = NDArray[np.float32]
FPS = 25.0
"""Pictures per second that the network knows; other rates are made from these."""
SAMPLE_RATE = 16_000
PER_PICTURE = 4
HOP_LENGTH = 160
WINDOW, N_FFT = 400, 512
BANDS = 40
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
RANGE_DB = 60.0
"""Below the vocal's loudest frames by more than this is silence."""
QUIETEST_DBFS = -60.0
"""A vocal whose loudest frames lie below is as quiet as it is, and not raised to a roar."""
_BLOCK = 4096


def num_pictures(num_samples: int, sample_rate: int, fps: float) -> int:
    """How many pictures a sound of that length has."""
    return round(num_samples / sample_rate * fps)


def hear(audio: Audio) -> Floats:
    """A vocal [C, N] -> [F, 4, 40], 0 (silence) to 1 (as loud as it gets), for F pictures at `FPS`.

    Row i hears the sound from i / FPS on, for 1 / FPS.  At least one row, of an empty sound too.
    """
    mono = Audio(audio.samples.mean(axis=0, keepdims=True), audio.sample_rate)
    samples = resample(mono, SAMPLE_RATE).samples[0]
    count = max(1, num_pictures(audio.samples.shape[1], audio.sample_rate, FPS))
    frames = count * PER_PICTURE
    decibels = np.concatenate([_decibels(samples, a, min(a + _BLOCK, frames)) for a in range(0, frames, _BLOCK)])
    loudest = max(float(np.percentile(decibels.max(axis=1), 95)), QUIETEST_DBFS)
    heard = np.clip(1 + (decibels - loudest) / RANGE_DB, 0, 1.2)
    return heard.reshape(count, PER_PICTURE, BANDS).astype(np.float32)


def _decibels(samples: Floats, first: int, last: int) -> Floats:
    """Frames `first` to `last` of the bands, in dBFS; each frame's window stands around its middle."""
    start = first * HOP_LENGTH + HOP_LENGTH // 2 - WINDOW // 2
    needed = (last - first - 1) * HOP_LENGTH + WINDOW
    cut = samples[max(0, start) : max(0, start + needed)]
    before = max(0, -start)
    padded = np.zeros(needed, np.float32)
    padded[before : before + len(cut)] = cut[: needed - before]
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP_LENGTH]
    power = np.abs(np.fft.rfft(windows * _window(), N_FFT)) ** 2
    return np.asarray(10 * np.log10(power @ _bands() + 1e-12), np.float32)


@cache
def _window() -> Floats:
    """Hann, such that a sine of full scale has a power of about 1 in its bin."""
    window = np.hanning(WINDOW + 1)[:-1]
    return np.asarray(window * 2 / window.sum(), np.float32)


@cache
def _bands() -> Floats:
    """[257, 40]: triangles, equally wide on the mel scale (O'Shaughnessy 1987)."""
    mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    hz = 700 * (10 ** (mel / 2595) - 1)
    bins = np.arange(N_FFT // 2 + 1) * SAMPLE_RATE / N_FFT
    left, middle, right = hz[:-2], hz[1:-1], hz[2:]
    rising = (bins[:, None] - left) / (middle - left)
    falling = (right - bins[:, None]) / (right - middle)
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None), np.float32)


def _mel(hz: float) -> float:
    return float(2595 * np.log10(1 + hz / 700))
