"""Who stands where in a choir: each member's time, pitch and place, drawn from one seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError

Doubles = NDArray[np.float64]
Times = NDArray[np.floating[Any]]

FEWEST, MOST = 1, 16
MAX_SPREAD_MS, MAX_DETUNE_CENTS = 100.0, 100.0
DRIFTING = 0.25
"""Share of the variance that drifts, the rest is habit.  A guess: singers stray less than they differ."""
DRIFT_S = (4.0, 11.0)
"""Periods of the drift: slower than a phrase's notes, faster than a verse."""
_WAVES = 3


@dataclass(frozen=True, slots=True)
class Choir:
    """`voices` 1 (the part's own voice alone) to 16; `spread_ms`, `detune_cents` 0 to 100: standard deviations over the
    members of when they begin and how they are tuned; `width` 0 (all in the middle) to 1 (far left to far right);
    `seed` >= 0: another choir of the same size; `speakers`: who members 1, 2, ... are, in turn (none: the part's own
    voice).

    Raises `InputError` for a value out of range.
    """

    voices: int
    spread_ms: float = 15.0
    detune_cents: float = 8.0
    width: float = 0.7
    seed: int = 0
    speakers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for what, value, low, high, unit in (
            ("voices", self.voices, FEWEST, MOST, ""),
            ("spread", self.spread_ms, 0, MAX_SPREAD_MS, " ms"),
            ("detune", self.detune_cents, 0, MAX_DETUNE_CENTS, " cents"),
            ("width", self.width, 0, 1, ""),
        ):
            if not low <= value <= high:
                where = f"Keep it within {low:g} to {high:g}{unit}."
                raise InputError(f"The {what} of a choir cannot be {value:g}{unit}.", where)
        if self.seed < 0:
            raise InputError(f"The seed of a choir cannot be {self.seed}.", "Give a whole number from 0 on.")

    @property
    def alone(self) -> bool:
        """Whether nobody sings but the lead."""
        return self.voices == 1


@dataclass(frozen=True, slots=True)
class Member:
    """`late_s` and `sharp_cents`: how far off the lead at seconds of the song, [T] -> [T]; `pan` -1 (left) to 1."""

    number: int
    late_s: Callable[[Times], Doubles]
    sharp_cents: Callable[[Times], Doubles]
    pan: float

    def gains(self, voices: int) -> tuple[float, float]:
        """(left, right) by constant power, so that `voices` of them are as loud as one."""
        angle = (self.pan + 1) * math.pi / 4
        return math.cos(angle) / math.sqrt(voices), math.sin(angle) / math.sqrt(voices)


def members(choir: Choir) -> tuple[Member, ...]:
    """All members, the lead first.  The same choir gives the same members.

    One stands in the middle, two left and right.  From three on the lead stands in the middle, the others evenly from
    left to right, and who stands where has nothing to do with who is late or sharp.
    """
    if choir.alone:
        return (Member(0, _nowhere, _nowhere, 0.0),)
    rng = np.random.default_rng(choir.seed)
    times = _standing(choir.voices, rng) * choir.spread_ms * 1e-3
    tunes = _standing(choir.voices, rng) * choir.detune_cents
    pans = np.linspace(-1, 1, choir.voices - 1)[rng.permutation(choir.voices - 1)] if choir.voices > 2 else np.ones(1)
    pans = np.concatenate(([0.0 if choir.voices > 2 else -1.0], pans)) * choir.width
    made = [Member(0, _nowhere, _nowhere, float(pans[0]))]
    for number in range(1, choir.voices):
        late = _wander(float(times[number]), choir.spread_ms * 1e-3, rng)
        sharp = _wander(float(tunes[number]), choir.detune_cents, rng)
        made.append(Member(number, late, sharp, float(pans[number])))
    return tuple(made)


def _standing(voices: int, rng: np.random.Generator) -> Doubles:
    """Habits [voices] with the lead at 0, such that with the drift the deviation over all is 1.

    Quantiles of a normal distribution in any order: chance alone would often put two on the same spot.
    """
    others = np.array([NormalDist().inv_cdf((place + 0.5) / (voices - 1)) for place in range(voices - 1)])
    if voices == 2:
        others[:] = rng.choice((-1.0, 1.0))
    standing = np.concatenate(([0.0], rng.permutation(others)))
    wanted = math.sqrt((1 - DRIFTING) * voices)
    return np.asarray(standing * wanted / np.linalg.norm(standing))


def _wander(habit: float, deviation: float, rng: np.random.Generator) -> Callable[[Times], Doubles]:
    """A habit, and slow waves around it that take the drift's share of the variance."""
    rates = 2 * np.pi / rng.uniform(*DRIFT_S, _WAVES)
    phases = rng.uniform(0, 2 * np.pi, _WAVES)
    height = deviation * math.sqrt(DRIFTING * 2 / _WAVES)

    def at(times_s: Times) -> Doubles:
        waves = np.sin(np.multiply.outer(np.asarray(times_s, np.float64), rates) + phases)
        return np.asarray(habit + height * waves.sum(axis=-1))

    return at


def _nowhere(times_s: Times) -> Doubles:
    return np.zeros(np.shape(times_s))
