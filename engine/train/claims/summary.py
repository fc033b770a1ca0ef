"""Means and ranges over the seeds of a row, and whether two rows differ by more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

SAME = 0.1
"""Share of a figure by which two rows may differ and be the same: one seed says nothing of chance."""

Row = Mapping[str, Any]
Verdict = Literal["better", "worse", "the same"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one figure over `count` trainings."""

    mean: float
    low: float
    high: float
    count: int

    def moved(self, scale: float, less: float = 0.0) -> Spread:
        """The same less an offset, in other units."""
        mean, low, high = (scale * (value - less) for value in (self.mean, self.low, self.high))
        return Spread(mean, low, high, self.count)

    def text(self, digits: int = 2) -> str:
        """`4.70`, or `4.70 (4.66 to 4.74)` of several."""
        if self.count == 1 or f"{self.low:.{digits}f}" == f"{self.high:.{digits}f}":
            return f"{self.mean:.{digits}f}"
        return f"{self.mean:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def figure(row: Row, solver: str, steps: int, name: str) -> float:
    """One figure of one training; 0 steps: the prior's mean.

    `words`: phone errors.  `added_db`: distortion over that of the codec alone.
    """
    if name == "words":
        return float(row["phone_errors"][str(steps)])
    if name == "added_db":
        return figure(row, solver, steps, "mcd_db") - float(row["codec_db"])
    return float((row["mean"] if steps == 0 else row[solver][str(steps)])[name])


def spread(rows: Sequence[Row], solver: str, steps: int, name: str) -> Spread | None:
    """Over all trainings of a row; None where there is none."""
    values = [figure(row, solver, steps, name) for row in rows]
    if not values:
        return None
    return Spread(sum(values) / len(values), min(values), max(values), len(values))


def verdict(base: Spread, other: Spread) -> Verdict:
    """What `other` is beside `base`, of a figure that should be small.

    They differ when all trainings of one lie beyond all of the other, and the means by more than a tenth.
    """
    apart = other.mean - base.mean
    if abs(apart) <= SAME * base.mean or (base.low <= other.high and other.low <= base.high):
        return "the same"
    return "worse" if apart > 0 else "better"
