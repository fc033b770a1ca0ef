"""What a producer can ask of a rendering, beside the notes."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, field, replace

from engine.diffusion import SAMPLERS
from engine.singing.pitch import PitchStyle
from engine.singing.takes import Take


@dataclass(frozen=True, slots=True)
class SingSettings:
    """Options of one rendering; the voice's manifest gives the defaults of the sampler.

    `seed`: another seed, another take; `pitch_seed`: another take of the pitch alone (None: as `seed`).
    `num_steps` (>= 1): more is slower and finer.  `temperature` (0-2): how far a take may stray from the most
    likely one; the paper's tau is 1 / temperature.  `sampler`: a name in engine.diffusion.SAMPLERS.  `start`
    (0-1]: the diffusion time to begin at; 1 is pure noise.  `transpose`: semitones.  `speaker`: index or name
    within the voice; `blend`: (speaker's name, share 0 to 1).
    Raises `ValueError` for a value out of range.
    """

    seed: int = 0
    num_steps: int = 8
    temperature: float = 0.5
    sampler: str = "second-order"
    start: float = 1.0
    transpose: int = 0
    speaker: str | int = 0
    pitch: PitchStyle = field(default_factory=PitchStyle)
    pitch_seed: int | None = None
    blend: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise ValueError(f"there is no sampler {self.sampler!r}")
        if self.num_steps < 1 or not 0 < self.start <= 1 or not 0 <= self.temperature <= 2:
            raise ValueError("a setting of the sampler is out of range")
        if isinstance(self.speaker, int) and self.speaker < 0:
            raise ValueError("there is no speaker before the first")

    @property
    def take(self) -> Take:
        """The take of every phrase that has none of its own."""
        return Take(self.seed if self.pitch_seed is None else self.pitch_seed, self.seed)

    def key(self) -> str:
        """Hex digest of everything here but the seeds: part of the cache's key, as the take is."""
        return hashlib.sha256(repr(astuple(replace(self, seed=0, pitch_seed=None))).encode()).hexdigest()
