"""Training audio on disk: 16-bit samples at 48 kHz beside their f0, cut at random while training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.codec.harmonic import pulse_train

PCM_PEAK = 32767.0


@dataclass(frozen=True, slots=True)
class Shard:
    """audio int16 [N]; f0 float32 [N / hop] in Hz, > 0 everywhere (unvoiced stretches interpolated);
    gains float16 [N / hop, 2, bands]: see engine.train.corpus.gains."""

    name: str
    audio: np.ndarray
    f0: np.ndarray
    gains: np.ndarray


def continuous_f0(f0: np.ndarray, fallback_hz: float = 220.0) -> np.ndarray:
    """f0 [T] with zeros (unvoiced) replaced by a line, in octaves, between their neighbours."""
    voiced = np.flatnonzero(f0 > 0)
    if not len(voiced):
        return np.full(len(f0), fallback_hz, np.float32)
    octaves = np.interp(np.arange(len(f0)), voiced, np.log2(f0[voiced]))
    return np.exp2(octaves).astype(np.float32)


def make_shard(name: str, samples: np.ndarray, f0: np.ndarray, gains: np.ndarray, hop: int) -> Shard:
    """Trim samples (float [N]), f0 [T] and gains [T, 2, bands] (one per hop, centred) to a common length."""
    count = min(len(samples) // hop, len(f0), len(gains))
    pcm = np.round(np.clip(samples[: count * hop], -1, 1) * PCM_PEAK).astype(np.int16)
    return Shard(name, pcm, continuous_f0(f0[:count]), gains[:count])


def write_shard(shard: Shard, folder: Path) -> None:
    """NAME.npz, written beside and renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{shard.name}.part"
    with beside.open("wb") as file:
        np.savez(file, audio=shard.audio, f0=shard.f0, gains=shard.gains)
    beside.replace(folder / f"{shard.name}.npz")


def read_shards(folders: Iterable[Path]) -> list[Shard]:
    """All shards of the folders, in name order."""
    return [read_shard(path) for folder in folders for path in sorted(folder.glob("*.npz"))]


def read_shard(path: Path) -> Shard:
    """One shard; a sung phrase (engine.train.corpus.singing) is one as well."""
    with np.load(path, allow_pickle=False) as data:
        return Shard(path.stem, data["audio"], data["f0"], data["gains"])


class Batches(Protocol):
    """What a training of the codec draws from."""

    def batch(self, size: int) -> dict[str, np.ndarray]:
        """See `Crops.batch`."""

    def reseed(self, seed: int) -> None:
        """See `Crops.reseed`."""


class Crops:
    """Random windows of a set of shards, each shard drawn in proportion to its length."""

    def __init__(self, shards: list[Shard], hop: int, length: int, seed: int) -> None:
        self._shards = [s for s in shards if len(s.f0) > length]
        if not self._shards:
            raise ValueError("No training audio is longer than one window.")
        weights = np.array([len(s.f0) - length for s in self._shards], np.float64)
        self._weights = weights / weights.sum()
        self._hop, self._length = hop, length
        self._rng = np.random.default_rng(seed)

    def reseed(self, seed: int) -> None:
        """Draw other windows from here on: a resumed training must not see its first ones again."""
        self._rng = np.random.default_rng(seed)

    def batch(self, size: int) -> dict[str, np.ndarray]:
        """audio, pulses, hiss float32 [B, L * hop]; f0 [B, L]; gains [B, L, 2, bands]; random level +-6 dB."""
        rows = [self._one(int(i)) for i in self._rng.choice(len(self._shards), size, p=self._weights)]
        return {key: np.stack([row[key] for row in rows]) for key in rows[0]}

    def _one(self, index: int) -> dict[str, np.ndarray]:
        shard, hop, length = self._shards[index], self._hop, self._length
        start = int(self._rng.integers(len(shard.f0) - length))
        gain = 10 ** (self._rng.uniform(-6, 6) / 20)
        level = gain / PCM_PEAK
        f0 = shard.f0[start : start + length]
        return {
            "audio": shard.audio[start * hop : (start + length) * hop].astype(np.float32) * np.float32(level),
            "f0": f0,
            "gains": shard.gains[start : start + length].astype(np.float32) + np.float32(np.log(gain)),
            "pulses": pulse_train(f0, 48_000, hop, self._rng.random()),
            "hiss": self._rng.standard_normal(length * hop, dtype=np.float32),
        }
