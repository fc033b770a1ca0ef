"""New mixtures from the stems of many songs, as many as the training asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.train.mixes.augment import Samples, change_speed, place, vary
from engine.train.mixes.songs import FULL_SCALE, SAMPLE_RATE, Stems

FAVOUR = 4.0
"""How many times as often a favoured song is drawn."""
AUDIBLE = 3e-3
_SCALE = np.float32(1 / FULL_SCALE)


@dataclass
class Mixer:
    """Draws (vocals, mixture) of `length` samples.  `favoured`: names of songs that count `FAVOUR` times.

    A third of the pairs are as the song has them; else vocals and accompaniment of two songs meet at a random
    ratio.  Some have no vocals, some two singers.  The same seed draws the same.
    """

    stems: Sequence[Stems]
    length: int
    seed: int | tuple[int, ...]
    favoured: Collection[str] = ()
    paired: float = 0.35
    silent: float = 0.1
    sample_rate: int = SAMPLE_RATE
    _rng: np.random.Generator = field(init=False)
    _weights: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(self.seed)
        weights = np.array([len(s) * (FAVOUR if s.name in self.favoured else 1.0) for s in self.stems])
        self._weights = weights / weights.sum()

    def batch(self, size: int) -> tuple[Samples, Samples]:
        """vocals, mixture: float32 [size, 2, N] at `sample_rate`."""
        pairs = [self.pair() for _ in range(size)]
        return np.stack([v for v, _ in pairs]), np.stack([m for _, m in pairs])

    def pair(self) -> tuple[Samples, Samples]:
        """vocals, mixture: float32 [2, N]."""
        rng = self._rng
        if rng.random() < self.paired:
            vocals, accompaniment = self._crop(self._song(), rng.uniform(0.9, 1.1), 0, 1)
        else:
            vocals = self._sounding()
            (accompaniment,) = self._crop(self._song(), rng.uniform(0.85, 1.18), 1)
            vocals, accompaniment = self._remix(vocals, accompaniment)
        vocals = vocals * np.float32(10 ** (rng.uniform(-3, 3) / 20))
        if rng.random() < self.silent:
            vocals = np.zeros_like(vocals)
        mixture = vocals + accompaniment
        if rng.random() < 0.05:
            vocals, mixture = _mono(vocals), _mono(mixture)
        return vocals, mixture

    def _remix(self, vocals: Samples, accompaniment: Samples) -> tuple[Samples, Samples]:
        rng = self._rng
        vocals = vary(vocals, self.sample_rate, rng)
        if rng.random() < 0.3:
            vocals = place(vocals, rng)
        if rng.random() < 0.1:
            (second,) = self._crop(self._song(), rng.uniform(0.85, 1.18), 0)
            vocals = vocals + 0.5 * place(second, rng)
        accompaniment = vary(accompaniment, self.sample_rate, rng)
        if rng.random() < 0.3:
            (second,) = self._crop(self._song(), rng.uniform(0.85, 1.18), 1)
            accompaniment = accompaniment + second * np.float32(rng.uniform(0.3, 1.0))
        wanted = np.clip(rng.normal(-5.0, 5.0), -16.0, 6.0)
        return vocals * _gain_to(vocals, accompaniment, float(wanted)), accompaniment

    def _sounding(self) -> Samples:
        """Vocals, rarely a pause: one crop in ten is made silent on purpose."""
        for _ in range(4):
            (vocals,) = self._crop(self._song(), self._rng.uniform(0.85, 1.18), 0)
            if float((vocals**2).mean()) > AUDIBLE**2:
                break
        return vocals

    def _song(self) -> Stems:
        return self.stems[int(self._rng.choice(len(self.stems), p=self._weights))]

    def _crop(self, stems: Stems, speed: float, *which: int) -> list[Samples]:
        """A random place of the song, at another speed in half of the cases."""
        speed = speed if self._rng.random() < 0.5 else 1.0
        needed = int(np.ceil(self.length * speed)) + 8
        start = int(self._rng.integers(0, max(1, len(stems) - needed)))
        crops = []
        for row in which:
            samples = stems.samples[row, start : start + needed].T.astype(np.float32) * _SCALE
            samples = samples if speed == 1.0 else change_speed(samples, speed)
            crops.append(_fit(samples, self.length))
        return crops


def _fit(samples: Samples, length: int) -> Samples:
    samples = samples[:, :length]
    return np.pad(samples, ((0, 0), (0, length - samples.shape[1])))


def _mono(samples: Samples) -> Samples:
    return np.broadcast_to(samples.mean(0, keepdims=True), samples.shape).copy()


def _gain_to(vocals: Samples, accompaniment: Samples, ratio_db: float) -> np.float32:
    """The gain that puts the vocals `ratio_db` above the accompaniment; at most 24 dB, for there may be silence."""
    levels = [float(np.sqrt((x**2).mean())) for x in (vocals, accompaniment)]
    if min(levels) < 1e-4:
        return np.float32(1.0)
    return np.float32(np.clip(levels[1] / levels[0] * 10 ** (ratio_db / 20), 1 / 16, 16))
