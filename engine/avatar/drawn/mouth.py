"""The shape of a mouth: four lines over x, from the face parameters.  Design units; the head looks straight ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.measures import Measures
from engine.avatar.params import index_of

Floats = NDArray[np.float32]
GAP = 0.118
"""Between the lips when they are wide open, before the jaw's own stretch."""
_TEETH = 0.021


@dataclass(frozen=True, slots=True)
class Mouth:
    """A mouth around (0, `y`).  The functions take x [...] and give y [...]."""

    y: float
    half_width: float
    rise: float  # of the corners
    up: float  # how far the upper lip is lifted in the middle
    down: float  # and the lower lip lowered
    sink: float  # how far the corners go down with the jaw
    corner: float  # where the opening ends, as a share of the half width
    power: float  # of the opening: 0.5 is an ellipse, 1 a lens
    bulge: float  # the same for the outer edge of the lips
    upper_lip: float
    lower_lip: float
    bared: float  # how far the upper teeth reach below the closed lips
    tuck: float
    tongue: float

    def _across(self, x: Floats) -> Floats:
        return np.asarray(np.clip(x / self.half_width, -1, 1))

    def _middle(self, u: Floats) -> Floats:
        """The line where closed lips meet."""
        corners = self.rise * (np.abs(u) ** 1.9 - 0.4) - self.sink * u * u
        return np.asarray(self.y - corners + 0.005 * np.exp(-((u / 0.3) ** 2)))

    def _opened(self, u: Floats) -> Floats:
        inside = np.clip(1 - np.abs(u / self.corner) ** 2.3, 0, 1)
        return np.asarray(inside**self.power)

    def lines(self, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Upper lip's top and bottom, lower lip's top and bottom."""
        u = self._across(x)
        middle, opened = self._middle(u), self._opened(u)
        upper = middle - self.up * opened
        free = middle + self.down * opened
        bitten = middle + 0.9 * self.bared * opened
        lower = np.maximum(free + self.tuck * (bitten - free), upper)
        around = (1 - np.abs(u) ** 2.2) ** self.bulge
        bow = 1 - 0.26 * np.exp(-((u / 0.15) ** 2)) + 0.1 * np.exp(-(((np.abs(u) - 0.3) / 0.17) ** 2))
        top = middle - (self.up + self.upper_lip * bow) * around
        bottom = np.maximum(middle + (self.down + self.lower_lip) * around, lower)
        return top, upper, lower, bottom

    def teeth(self, x: Floats) -> Floats:
        """Lower end of the upper teeth: fixed to the skull, whatever the lips do."""
        u = self._across(x)
        return np.asarray(self.y + self.bared - (0.012 + 0.3 * self.rise) * u * u)

    def tongue_top(self, x: Floats) -> Floats:
        """Upper edge of the tongue; its tip rises to the teeth."""
        _, upper, lower, _ = self.lines(np.zeros(1, np.float32))
        gap = float(lower[0] - upper[0])
        touching = float(lower[0]) - min(self.y + 0.35 * self.bared, float(lower[0]))
        height = 0.3 * gap + self.tongue * (max(touching, 0.5 * gap) - 0.3 * gap)
        reach = self.half_width * (0.72 - 0.14 * self.tongue)
        bump = 1 - np.abs(x / reach) ** (2.2 + self.tongue)
        return np.asarray(float(lower[0]) - height * bump)


def mouth_of(m: Measures, cheer: float, values: NDArray[np.float32]) -> Mouth:
    """The mouth that one row of a track means ([14], within the ranges); `cheer` 0 to 1 is its smile at rest."""

    def at(name: str) -> float:
        return float(values[index_of(name)])

    opened, wide, rounded, smile, tuck = at("open"), at("wide"), at("round"), at("smile"), at("tuck")
    spread = (1 + 0.27 * wide) * (1 - 0.36 * rounded) * (1 + 0.1 * smile)
    gap = GAP * opened
    # Spread lips bare the teeth, rounded ones hide them; without a gap there is nothing to bare.
    bared = opened / (opened + 0.12) * (0.012 * max(wide, 0) + 0.008 * max(smile, 0))
    full = 1 + 0.4 * rounded - 0.16 * wide - 0.1 * smile
    return Mouth(
        y=m.mouth_y - 0.006 * smile,
        half_width=m.mouth_half_width * spread * (1 - 0.06 * opened),
        rise=(0.048 * cheer - 0.004) * (1 - 0.6 * rounded) + 0.036 * smile,
        up=0.17 * gap + bared + 0.012 * tuck,
        down=0.83 * gap,
        sink=0.3 * gap,
        corner=0.92 - 0.05 * opened - 0.12 * rounded,
        power=0.78 - 0.22 * opened - 0.14 * rounded,
        bulge=0.75 - 0.14 * opened - 0.14 * rounded,
        upper_lip=m.upper_lip * full * (1 - 0.25 * opened),
        lower_lip=m.lower_lip * full * (1 - 0.15 * opened) * (1 - 0.6 * tuck),
        bared=_TEETH * (1 - 0.8 * rounded),
        tuck=tuck,
        tongue=at("tongue"),
    )
