"""Notes sung early or late: each moves with all its sounds, its neighbours give or take the room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

SHORTEST_S = 0.03
"""What a neighbour keeps, or half of what it had."""

Span = tuple[float, float]


def moved_spans(spans: Sequence[Span], timing_s: Sequence[float], touching_s: float) -> list[Span]:
    """(start, end) in seconds of notes in order, each moved by its own `timing_s`; none becomes empty or overtakes.

    Notes closer than `touching_s` stay as close: the one before is cut or held.  Without any timing nothing changes.
    """
    if not any(timing_s):
        return list(spans)
    starts = [spans[0][0] + timing_s[0]]
    for (before, here), timing in zip(pairwise(spans), timing_s[1:], strict=True):
        kept = min(SHORTEST_S, 0.5 * (here[0] - before[0]))
        starts.append(max(here[0] + timing, starts[-1] + kept))
    moved: list[Span] = []
    for index, ((start, end), timing) in enumerate(zip(spans, timing_s, strict=True)):
        shortest = starts[index] + 0.5 * min(SHORTEST_S, end - start)
        if index + 1 == len(spans):
            moved.append((starts[index], max(end + timing, shortest)))
            continue
        gap, following = spans[index + 1][0] - end, starts[index + 1]
        wanted = following - max(gap, 0.0) if gap < touching_s else min(end + timing, following)
        moved.append((starts[index], min(max(wanted, shortest), following)))
    return moved
