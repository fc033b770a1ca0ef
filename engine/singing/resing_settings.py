"""What a producer can ask of a recording that is sung again."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.codec.shaping import Shaping
from engine.score import check_value
from engine.singing.settings import SingSettings

SHAPED = ("breathiness", "tension", "gender")


@dataclass(frozen=True, slots=True)
class ResingSettings:
    """`sing`: seed, sampler, transposition and who sings; its pitch style does not count, the recording has its own.

    `follow`: the recording's loudness is followed; otherwise the voice sings as loud as it does by itself.
    `breathiness`, `tension` (-1 to 1) and `gender` (semitones, -6 to 6) hold throughout.  Raises `InputError` for one
    that is out of range.
    """

    sing: SingSettings = field(default_factory=SingSettings)
    follow: bool = True
    breathiness: float = 0.0
    tension: float = 0.0
    gender: float = 0.0

    def __post_init__(self) -> None:
        for name in SHAPED:
            check_value(name, getattr(self, name))

    @property
    def factor(self) -> float:
        """What f0 is multiplied by."""
        return float(2.0 ** (self.sing.transpose / 12.0))

    def shaping(self, voicing: NDArray[np.float32]) -> Shaping:
        """The knobs over the subframes of `voicing` [S], and no tone where the recording has none."""
        rows = {name: np.full(len(voicing), getattr(self, name), np.float32) for name in SHAPED}
        return Shaping(dynamics=np.zeros(len(voicing), np.float32), **rows, voicing=voicing)

    def key(self) -> str:
        """Hex digest of everything here: part of the cache's key."""
        own = (self.sing.key(), self.sing.seed, *astuple(self)[1:])
        return hashlib.sha256(repr(own).encode()).hexdigest()
