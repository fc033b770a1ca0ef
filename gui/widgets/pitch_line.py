"""Pitch over time as a line: the plan's, and what was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.score import TempoMap
from gui.viewmodels.timeline import Doubles, Timeline, quarters_of

_APART_PX = 1.5
"""Points that are closer are left out."""


@dataclass(frozen=True, slots=True)
class PitchLine:
    """`quarters` [N], ascending, and `keys` [N], fractional MIDI keys; NaN where nothing is voiced."""

    quarters: Doubles
    keys: Doubles

    @classmethod
    def of_plan(
        cls, tempo_map: TempoMap, start_s: float, per_s: float, keys: Sequence[float] | NDArray[np.floating[Any]]
    ) -> PitchLine:
        """Of values `per_s` times a second from `start_s` on; what is not above 0 is no pitch."""
        values = np.asarray(keys, np.float64)
        seconds = start_s + np.arange(len(values)) / per_s
        return cls(quarters_of(tempo_map, seconds), np.where(values > 0, values, np.nan))

    def lines(self, timeline: Timeline, first: float, last: float) -> Iterator[tuple[Doubles, Doubles]]:
        """Pieces (x [n], y [n]) in pixels of what is seen from quarters `first` to `last`, none with a gap in it."""
        begin = max(0, int(np.searchsorted(self.quarters, first)) - 1)
        end = int(np.searchsorted(self.quarters, last, side="right")) + 1
        quarters, keys = self.quarters[begin:end], self.keys[begin:end]
        if len(quarters) < 2:
            return
        apart_px = (quarters[-1] - quarters[0]) * timeline.per_quarter / len(quarters)
        # Counted from the line's own beginning: the same points stay while the view scrolls.
        stride = max(1, int(_APART_PX / max(apart_px, 1e-6)))
        offset = -begin % stride
        xs = timeline.xs(quarters[offset::stride])
        ys = timeline.y(0) + 0.5 * timeline.per_key - keys[offset::stride] * timeline.per_key
        for piece in _whole(ys):
            if piece.stop - piece.start > 1:
                yield xs[piece], ys[piece]


def _whole(values: Doubles) -> list[slice]:
    """The stretches of `values` that have no NaN."""
    there = np.concatenate(([False], np.isfinite(values), [False]))
    edges = np.flatnonzero(there[1:] != there[:-1])
    return [slice(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
