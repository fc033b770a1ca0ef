"""The one value that sound travels in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """`samples`: float32 [C, T], full scale is [-1, 1] (more is allowed until it is written as integers).

    `sample_rate` in Hz.  The array is marked read-only: a snapshot that another thread may hold.
    Raises `ValueError` for another shape, type or rate: that is a caller's bug, not a user's.
    """

    samples: FloatArray
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise ValueError(f"samples must be float32 [C, T], not {self.samples.dtype} {self.samples.shape}")
        if self.samples.shape[0] < 1 or self.sample_rate < 1:
            raise ValueError(f"{self.samples.shape[0]} channels at {self.sample_rate} Hz are no sound")
        view = self.samples.view()
        view.flags.writeable = False
        object.__setattr__(self, "samples", view)

    @classmethod
    def mono(cls, signal: NDArray[Any], sample_rate: int) -> Audio:
        """One channel from `signal` [T] of any float type."""
        return cls(np.asarray(signal, dtype=np.float32)[np.newaxis, :], sample_rate)

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def num_samples(self) -> int:
        """Samples per channel."""
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        return self.num_samples / self.sample_rate

    def to_mono(self) -> Audio:
        """The mean of all channels, [1, T]."""
        if self.channels == 1:
            return self
        return Audio(self.samples.mean(axis=0, keepdims=True, dtype=np.float32), self.sample_rate)
