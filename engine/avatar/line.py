"""What is known of a vocal besides its sound: who says what when, how high, how loud, and where the beats are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
RATE_HZ = 100.0
"""Of `f0` and `level`."""


class SpokenPhone(NamedTuple):
    """One phone (ARPAbet without stress, `SP`, `AP`) of a vocal, in seconds from its first sample."""

    label: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class SungLine:
    """A vocal as the renderer knows it.

    `phones` in order, gaps between them are silence.  `f0` [T] in Hz, 0 where nothing is voiced, and `level` [T],
    0 (silence) to 1 (as loud as this vocal gets), both `RATE_HZ` times a second.  `beats_s`: where a foot would tap.
    Raises `ValueError` for phones out of order, or curves of two lengths.
    """

    phones: tuple[SpokenPhone, ...]
    f0: Floats
    level: Floats
    beats_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        starts = [phone.start_s for phone in self.phones]
        if starts != sorted(starts) or len(self.f0) != len(self.level):
            raise ValueError("phones out of order, or f0 and level of two lengths")

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return len(self.level) / RATE_HZ

    def phrases_s(self, pause_s: float = 0.25) -> list[tuple[float, float]]:
        """(start, end) of every stretch of phones without a pause of `pause_s` in it."""
        sounding = [p for p in self.phones if p.label not in ("SP", "AP")]
        phrases: list[tuple[float, float]] = []
        for phone in sounding:
            if phrases and phone.start_s - phrases[-1][1] < pause_s:
                phrases[-1] = (phrases[-1][0], phone.end_s)
            else:
                phrases.append((phone.start_s, phone.end_s))
        return phrases


def loudness_curve(samples: NDArray[np.float32], sample_rate: int) -> Floats:
    """`level` of a `SungLine` from mono samples [N]: root mean squares over 40 ms, 40 dB below the loudest is 0."""
    hop = sample_rate / RATE_HZ
    count = round(len(samples) / hop)
    reach = round(0.02 * sample_rate)
    power = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    middles = ((np.arange(count) + 0.5) * hop).astype(int)
    low, high = np.clip(middles - reach, 0, len(samples)), np.clip(middles + reach, 0, len(samples))
    rms = np.sqrt((power[high] - power[low]) / np.maximum(high - low, 1))
    loudest = np.percentile(rms, 98) if count else 0.0
    if loudest < 1e-4:  # -80 dBFS: nothing to hear
        return np.zeros(count, np.float32)
    return np.asarray(np.clip(1 + 20 * np.log10(np.maximum(rms / loudest, 1e-6)) / 40, 0, 1), np.float32)


def smoothed(curve: NDArray[np.floating[Any]], width_s: float) -> NDArray[np.floating[Any]]:
    """A curve of `RATE_HZ` through a Gaussian with a standard deviation of `width_s`; same length, ends held."""
    reach = max(1, round(3 * width_s * RATE_HZ))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (width_s * RATE_HZ)) ** 2)
    if not len(curve):
        return curve
    return np.convolve(np.pad(curve, reach, mode="edge"), kernel / kernel.sum(), mode="valid")
