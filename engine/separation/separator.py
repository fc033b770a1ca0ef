"""The seam of separators: one segment of a stereo mix in, the vocals of that segment out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.jobs import JobContext

Floats = NDArray[np.float32]
Refine = Literal["alone", "mask", "none"]
STAGE = "Isolating"


@dataclass(frozen=True, slots=True)
class SeparationSettings:
    """What a user may ask of a separator; None: as its manifest says.

    `seed` from 0 below 2^64; `num_steps` >= 1 of the sampler; `eta` in [0, 1], the noise that each step renews;
    `refine`: "mask" takes the vocals from the mix's own spectrum with generated ones beside it, "alone" without any,
    "none" takes them as they were generated.
    A separator ignores what it does not have.  Raises `ValueError` outside these.
    """

    seed: int = 0
    num_steps: int | None = None
    eta: float | None = None
    refine: Refine | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**64:
            raise ValueError(f"seed must be 0 to 2^64 - 1, not {self.seed}")
        if self.num_steps is not None and self.num_steps < 1:
            raise ValueError(f"num_steps must be 1 or more, not {self.num_steps}")
        if self.eta is not None and not 0 <= self.eta <= 1:
            raise ValueError(f"eta must be 0 to 1, not {self.eta}")
        if self.refine not in (None, "alone", "mask", "none"):
            raise ValueError(f"refine must be alone, mask or none, not {self.refine}")


class Separator(Protocol):
    """Knows nothing of files, lengths or seams: it sees segments of one length at one rate."""

    @property
    def sample_rate(self) -> int:
        """Hz; whoever calls resamples to it and back."""

    @property
    def segment_samples(self) -> int:
        """Length of every segment."""

    @property
    def overlap_samples(self) -> int:
        """How many of them the next segment shares; less than `segment_samples`."""

    @property
    def provider(self) -> str:
        """The device that really computes, in words."""

    def separate_segment(self, mix: Floats, start: int, context: JobContext) -> Floats:
        """mix float32 [2, segment_samples], zero beyond the song's ends -> vocals, same shape, level and time.

        `start`: the place of mix[:, 0] in the song, in samples, a multiple of segment_samples - overlap_samples
        (may be negative).  Equal mix, start and seed give an equal result, and noise depends on the place in the
        song alone, so segments that overlap see the same noise.  Reports `context.step(STAGE, done, total)` over
        this segment.  Raises `Cancelled`, `MelismaError`.
        """
