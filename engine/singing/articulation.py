"""What a singer was asked to do with one note."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Articulation:
    """None: the voice's own habit.

    `consonants`: factor of their lengths (> 0).  `vibrato_depth` in cents to either side, `vibrato_rate` in Hz,
    `vibrato_onset` in seconds after the note's start; `portamento`: seconds of the way into this note.
    """

    consonants: float = 1.0
    vibrato_depth: float | None = None
    vibrato_rate: float | None = None
    vibrato_onset: float | None = None
    portamento: float | None = None

    @property
    def sways(self) -> bool:
        """Whether anything is said of the vibrato."""
        return any(asked is not None for asked in (self.vibrato_depth, self.vibrato_rate, self.vibrato_onset))


NATURAL = Articulation()
