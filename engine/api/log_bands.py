"""A spectrogram's rows: short spectra gathered into bands that are as far apart in octaves.  numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio import FloatArray

Bytes = NDArray[np.uint8]

NUM_BANDS = 128
LOWEST_HZ, HIGHEST_HZ = 50.0, 16_000.0
FRAMES_PER_SECOND = 100
FLOOR_DB = -96.0
_WINDOW_S = 0.085  # 4096 samples at 48 kHz: harmonics of a low voice stand apart, syllables are still sharp
_AT_ONCE = 256  # spectra in memory at once


def band_hz() -> NDArray[np.float64]:
    """The middle of each band in Hz: [128]."""
    return np.asarray(np.geomspace(LOWEST_HZ, HIGHEST_HZ, NUM_BANDS))


class BandFrames:
    """Rows of a sound that comes in blocks: row n is centred on second n / 100, silence before and after the sound."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate = sample_rate
        self._size = 1 << max(5, round(np.log2(_WINDOW_S * sample_rate)))
        self._window = np.hanning(self._size + 1)[:-1].astype(np.float32)
        self._weights = _band_weights(sample_rate, self._size)
        # A full-scale sine is 0 dB at its bin.
        self._scale = np.float32((2 / self._window.sum()) ** 2)
        self._samples: FloatArray = np.zeros((channels, self._size // 2), np.float32)
        self._start = -(self._size // 2)  # where `_samples` begins in the sound
        self._next = 0
        self._heard = 0

    def push(self, block: FloatArray) -> Bytes:
        """block [C, n] -> the rows that can be told by now [m, 128]."""
        self._heard += block.shape[1]
        self._samples = np.concatenate((self._samples, block), axis=1)
        return self._rows(self._start + self._samples.shape[1])

    def finish(self) -> Bytes:
        """The rows that are left: ceil(100 T / rate) of T samples in all."""
        rest = np.zeros((len(self._samples), self._size), np.float32)
        self._samples = np.concatenate((self._samples, rest), axis=1)
        return self._rows(self._start + self._samples.shape[1], -(-FRAMES_PER_SECOND * self._heard // self._rate))

    def _rows(self, known: int, up_to: int | None = None) -> Bytes:
        """Rows whose window ends before `known`, and before row `up_to`."""
        half = self._size // 2
        count = max(0, ((known - half) * FRAMES_PER_SECOND) // self._rate + 1)
        while count and self._middle(count - 1) + half > known:
            count -= 1
        if up_to is not None:
            count = min(count, up_to)
        rows = [self._told(first, min(count, first + _AT_ONCE)) for first in range(self._next, count, _AT_ONCE)]
        self._next = max(self._next, count)
        needed = self._middle(self._next) - half - self._start
        if needed > 0:
            self._samples = self._samples[:, needed:]
            self._start += needed
        return np.concatenate(rows) if rows else np.zeros((0, NUM_BANDS), np.uint8)

    def _middle(self, row: int) -> int:
        return round(row * self._rate / FRAMES_PER_SECOND)

    def _told(self, first: int, last: int) -> Bytes:
        begins = np.array([self._middle(row) for row in range(first, last)]) - self._size // 2 - self._start
        frames = np.lib.stride_tricks.sliding_window_view(self._samples, self._size, axis=1)[:, begins]
        power = np.zeros((last - first, self._size // 2 + 1), np.float32)
        for channel in frames:
            spectrum = np.fft.rfft(channel * self._window, axis=1)
            power += np.square(spectrum.real) + np.square(spectrum.imag)
        power *= self._scale / len(frames)
        level_db = 10 * np.log10(power @ self._weights + np.float32(1e-12))
        return np.asarray(np.clip((level_db - FLOOR_DB) * (255 / -FLOOR_DB) + 0.5, 0, 255), dtype=np.uint8)


def _band_weights(sample_rate: int, size: int) -> FloatArray:
    """[size / 2 + 1, 128]: how much of each bin's power a band takes.

    Where bands lie closer than bins, a band reads between its two neighbours; where they lie wider, it takes a triangle
    that reaches to the next bands' middles.  Bands above half the rate take nothing.
    """
    middles = band_hz()
    ratio = middles[1] / middles[0]
    bin_hz = sample_rate / size
    hz = np.arange(size // 2 + 1)[:, np.newaxis] * bin_hz
    below, above = middles * (1 - 1 / ratio), middles * (ratio - 1)
    distance = hz - middles
    reach = np.maximum(np.where(distance < 0, below, above), bin_hz)
    weights = np.clip(1 - np.abs(distance) / reach, 0, None)
    # A sine spreads over one and a half bins of this window; a wide band has all of it.
    weights /= 1 + 0.5 * np.clip(above / bin_hz - 1, 0, 1)
    weights[:, middles >= sample_rate / 2] = 0
    return np.asarray(weights, dtype=np.float32)
