"""Where an edit lands in time: on the grid that is seen, or on one that was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from engine.score import TempoMap
from gui.viewmodels.bars import bar_at
from gui.viewmodels.timeline import PARTS, Timeline

TRIPLETS = (12, 6, 3, 1)
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Snap:
    """`step`: quarters of the grid, None: as the zoom shows it; `triplet`: three in the place of two.

    Grids begin anew with each bar, so that they stay on the beat behind a pickup or in 7/8.
    """

    tempo_map: TempoMap
    step: float | None = None
    triplet: bool = False

    def step_at(self, quarters: float, timeline: Timeline) -> float:
        """Quarters between two places of the grid at `quarters`."""
        if self.step is not None:
            return self.step * 2 / 3 if self.triplet else self.step
        bar = bar_at(self.tempo_map, quarters)
        return timeline.part(bar.beat, TRIPLETS if self.triplet else PARTS) or bar.end - bar.start

    def to(self, quarters: float, timeline: Timeline) -> float:
        """The nearest place of the grid, >= 0."""
        bar = bar_at(self.tempo_map, quarters)
        step = self.step_at(quarters, timeline)
        asked = max(quarters, 0.0)
        at = bar.start + round((asked - bar.start) / step) * step
        # The next bar begins where it begins, be it in the middle of a step.
        return bar.end if bar.end - asked < abs(at - asked) + _SAME else at

    def floor(self, quarters: float, timeline: Timeline) -> float:
        """The place of the grid at `quarters` or before it, >= 0."""
        at = self.to(quarters, timeline)
        return at if at <= quarters + 1e-9 else self.next(at, -1, timeline)

    def next(self, quarters: float, direction: int, timeline: Timeline) -> float:
        """The next place of the grid after `quarters` (direction 1) or before it (-1), >= 0."""
        step = self.step_at(quarters if direction > 0 else max(0.0, quarters - 1e-6), timeline)
        for far in (0.0, 0.5, 1.0, 1.5):
            at = self.to(quarters + direction * far * step, timeline)
            if (at - quarters) * direction > 1e-6:
                return at
        return max(0.0, quarters + direction * step)
