"""Bar lines of a tempo map: where each bar begins, for rulers, grids and snapping."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.score import TempoMap

_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar `number` from quarters `start` to `end`; `beat` quarters a beat of its meter."""

    number: int
    start: float
    end: float
    beat: float


def bars_between(tempo_map: TempoMap, first: float, last: float) -> Iterator[Bar]:
    """The bars that touch quarters `first` to `last`, in order; a meter change off the line begins a new bar."""
    runs = _runs(tempo_map)
    for place, (start, length, beat) in enumerate(runs):
        end = runs[place + 1][0] if place + 1 < len(runs) else math.inf
        if end <= first or start > last:
            continue
        number, _ = tempo_map.bar_beat(start)
        # A hair early rather than late: a place just before a bar line must not fall between two bars.
        skipped = max(0, math.floor((first - start) / length - _EPSILON))
        at = start + skipped * length
        while at <= last and at < end - _EPSILON:
            yield Bar(number + skipped, at, min(at + length, end), beat)
            skipped += 1
            at = start + skipped * length


def bar_at(tempo_map: TempoMap, quarters: float) -> Bar:
    """The bar that holds `quarters` (>= 0)."""
    at = max(0.0, quarters)
    return max(bars_between(tempo_map, at, at), key=lambda bar: bar.start)


def _runs(tempo_map: TempoMap) -> list[tuple[float, float, float]]:
    """(start, length of a bar, length of a beat) in quarters of each run of bars of one meter, a pickup first."""
    numerator, denominator = tempo_map.meters[0][1:]
    pickup = tempo_map.pickup
    runs = [(0.0, pickup, 4.0 / denominator)] if pickup > 0 else []
    runs.append((pickup, numerator * 4.0 / denominator, 4.0 / denominator))
    for start, numerator, denominator in tempo_map.meters[1:]:
        run = (start, numerator * 4.0 / denominator, 4.0 / denominator)
        if start <= pickup + _EPSILON:
            runs[-1] = (pickup, *run[1:])
        else:
            runs.append(run)
    return runs
