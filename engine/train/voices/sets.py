"""What the codec of several voices hears, and how often: speech, real singing, the teachers' songs, many speakers."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from engine.train.corpus.shards import Crops, Shard, read_shard
from engine.train.corpus.speech import UNIT_HOP_LENGTH

SHARES = {
    "real/kathleen": 0.16,
    "real/kerstin": 0.15,
    "real/yuki": 0.18,
    "real/librispeech": 0.08,
    "real/berklee": 0.03,
    "real/erithacus": 0.03,
    "sung/kathleen": 0.15,
    "sung/kerstin": 0.12,
    "sung/yuki": 0.10,
}
"""Folders of shards below the work folder, and how much of a batch each gives while it has any."""
HELD_OUT = 30
"""One file in so many of the real sets is never trained on."""
HELD_SONGS = "sung_held"


def is_held_out(name: str) -> bool:
    """Whether a recording is put aside for judging, by the checksum of its name."""
    return zlib.crc32(name.encode()) % HELD_OUT == 0


class SharedCrops:
    """Random windows of several sets, each with its share; `refresh` reads what has been written since."""

    def __init__(self, work: Path, length: int, seed: int, held_out: bool = False) -> None:
        self._work, self._length, self._seed, self._held_out = work, length, seed, held_out
        self._shards: dict[str, dict[str, Shard]] = {name: {} for name in SHARES}
        self._crops: dict[str, Crops] = {}
        self._rng = np.random.default_rng(seed)
        self.refresh()

    @property
    def sets(self) -> list[str]:
        """Names of the sets that have anything to offer."""
        return list(self._crops)

    def refresh(self) -> None:
        """Read shards that are new on disk."""
        for name, known in self._shards.items():
            folder = self._work / (name if not self._held_out else name.replace("sung/", f"{HELD_SONGS}/"))
            real = name.startswith("real/")
            new = [
                path
                for path in sorted(folder.glob("*.npz"))
                if path.stem not in known and (not real or is_held_out(path.stem) == self._held_out)
            ]
            for path in new:
                known[path.stem] = read_shard(path)
            long_enough = [s for s in known.values() if len(s.f0) > self._length]
            if long_enough and (new or name not in self._crops):
                self._crops[name] = Crops(long_enough, UNIT_HOP_LENGTH, self._length, self._seed + len(known))

    def reseed(self, seed: int) -> None:
        """Draw other windows from here on."""
        self._rng = np.random.default_rng(seed)
        for index, crops in enumerate(self._crops.values()):
            crops.reseed(seed + 1000 * index)

    def batch(self, size: int) -> dict[str, np.ndarray]:
        """As `Crops.batch`, over all sets."""
        names = self.sets
        shares = np.array([SHARES[name] for name in names])
        counts = self._rng.multinomial(size, shares / shares.sum())
        parts = [self._crops[name].batch(int(n)) for name, n in zip(names, counts, strict=True) if n]
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}

    def of_set(self, name: str, size: int) -> dict[str, np.ndarray]:
        """A batch of one set alone, always the same after `reseed`."""
        return self._crops[name].batch(size)
