"""Ranges that are not evenly spread: frequencies and times, and values of which only some may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gui.widgets.value_bar import Range

_STEPS = 100
"""So many lead from one end to the other."""


@dataclass(frozen=True, slots=True)
class LogRange(Range):
    """Equal ways are equal ratios; `low` is above 0."""

    def share(self, value: float) -> float:
        return math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)

    def at(self, share: float) -> float:
        return self.low * math.pow(self.high / self.low, min(max(share, 0.0), 1.0))

    def stepped(self, value: float, count: float) -> float:
        # Where a step is less than what is shown, the last figure counts.
        stepped, least = self.at(self.share(value) + count / _STEPS), count * 10.0**-self.decimals
        return value + least if abs(stepped - value) < abs(least) else stepped


@dataclass(frozen=True, slots=True)
class ChoiceRange(Range):
    """Only `choices`, ascending, may be."""

    choices: tuple[float, ...] = ()

    def limited(self, value: float) -> float:
        return min(self.choices, key=lambda choice: abs(choice - value))

    def stepped(self, value: float, count: float) -> float:
        place = self.choices.index(self.limited(value)) + round(math.copysign(max(abs(count), 1.0), count))
        return self.choices[min(max(place, 0), len(self.choices) - 1)]
