"""A vocal with a plain accompaniment, and where a sound is found again in a bounce."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, read_audio, write_audio

_CHORD_HZ = (130.81, 196.00, 261.63, 329.63)


def write_rough_mix(vocal: Path, out: Path) -> Path:
    """Write the vocal over a swelling chord, in stereo, to `out` (.wav); gives `out`.  Raises as `read_audio`."""
    sung = read_audio(vocal)
    seconds = np.arange(sung.num_samples) / sung.sample_rate
    mix = np.repeat(0.7 * sung.samples[:1], 2, axis=0).astype(np.float64)
    for number, hz in enumerate(_CHORD_HZ):
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * (0.11 + 0.03 * number) * seconds + number)
        tone = sum(np.sin(2 * np.pi * hz * overtone * seconds) / overtone**2 for overtone in range(1, 6))
        left = 0.5 + 0.3 * np.cos(np.pi * number / 3)
        mix += 0.05 * swell * tone * np.array([[left], [1 - left]])
    write_audio(Audio(mix.astype(np.float32), sung.sample_rate), out)
    return out


def samples_late(bounced: NDArray[np.floating], placed: NDArray[np.floating], start: int, most: int = 2000) -> int:
    """How many samples later than `start` the sound `placed` [N] is heard in `bounced` [M], by correlation."""
    begin = max(0, start - most)
    heard = bounced[begin : start + placed.size + most].astype(np.float64)
    size = 1 << (heard.size + placed.size).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(placed.astype(np.float64), size))
    found = np.fft.irfft(product, size)[: heard.size]
    return begin + int(np.argmax(found)) - start
