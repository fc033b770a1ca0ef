"""Lines of a text matched to runs of notes by their sizes, in order.

A missing note spoils only its line: that line loses its end, no more than a third, and the next one begins with its own
run.  Where lines fit no better than that, the text is laid note by note, so that all that is left over is its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import inf

MAX_CELLS = 100_000
"""Of (lines, runs) that are kept while they are tried."""
MAX_STEPS = 4_000_000
"""From one of them to another, in each of two passes: seconds of work at most."""
LEFT_OVER = 2.0
"""What a syllable without a note costs; a note without a syllable costs 1."""
TORN = 4.0
"""What a line costs that goes on behind a rest: as much as two syllables that are not sung."""

_MAX_MERGE = 4
_KEPT = 3  # a line may lose one syllable in so many, where all that follows fits
_UNEVEN = 0.5

Range = tuple[int, int]
_Costs = dict[Range, float]
_Steps = dict[Range, Range]


def match_lines(texts: Sequence[int], runs: Sequence[int]) -> list[tuple[Range, Range]]:
    """Which lines, of `texts` syllables, go to which runs, of `runs` notes; each pair is laid note by note.

    One line may take several runs, several lines one run, and a run may stay empty.
    """
    whole = [((0, len(texts)), (0, len(runs)))]
    cells = len(texts) * len(runs)
    if cells > MAX_CELLS or cells * (_merged(runs, texts) + _merged(texts, runs)) > MAX_STEPS:
        return whole
    sums = _running(texts), _running(runs)
    end = (len(texts), len(runs))
    keeping, steps = _shortest(texts, runs, sums, losing=False)
    place, cost = _last_fit(keeping, sums)
    if cost >= LEFT_OVER:
        losing, lost_steps = _shortest(texts, runs, sums, losing=True)
        if losing.get(end, inf) <= cost:
            return _walked(lost_steps, end)
    return [*_walked(steps, place), *([((place[0], end[0]), (place[1], end[1]))] if place != end else [])]


def _shortest(
    texts: Sequence[int], runs: Sequence[int], sums: tuple[list[int], list[int]], losing: bool
) -> tuple[_Costs, _Steps]:
    """Least cost of every (lines, runs) that can be used up together, and from where; `losing`: lines may lose ends."""
    together = [(1, 1), (0, 1)]
    together += [(1, k) for k in range(2, _merged(runs, texts) + 1)]
    together += [(k, 1) for k in range(2, _merged(texts, runs) + 1)]
    text_sum, run_sum = sums
    cost: _Costs = {(0, 0): 0.0}
    came: _Steps = {}
    for i in range(len(texts) + 1):
        for j in range(1, len(runs) + 1):
            for di, dj in together:
                before = (i - di, j - dj)
                if before not in cost:
                    continue
                over = (text_sum[i] - text_sum[i - di]) - (run_sum[j] - run_sum[j - dj])
                if over > 0 and not (losing and over <= texts[i - 1] // _KEPT):
                    continue
                value = cost[before] + (LEFT_OVER * over if over > 0 else -over) + _UNEVEN * abs(di - dj)
                if value < cost.get((i, j), inf):
                    cost[i, j], came[i, j] = value, before
    return cost, came


def _last_fit(costs: Mapping[Range, float], sums: tuple[list[int], list[int]]) -> tuple[Range, float]:
    """The place from which on all is best laid note by note, whatever its lines; and the whole cost."""
    text_sum, run_sum = sums
    ends = frozenset(text_sum)

    def least(place: Range, cost: float) -> float:
        over = (text_sum[-1] - text_sum[place[0]]) - (run_sum[-1] - run_sum[place[1]])
        return cost + (LEFT_OVER * over if over > 0 else -over)

    best, best_cost = (0, 0), inf
    for cost, lines, used in sorted((least(place, cost), -place[0], -place[1]) for place, cost in costs.items()):
        if cost >= best_cost:
            break
        moved = text_sum[-lines] - run_sum[-used]
        laid = (end + moved for end in run_sum[1 - used :])
        torn = sum(end < text_sum[-1] and end not in ends for end in laid)
        if cost + TORN * torn < best_cost:
            best, best_cost = (-lines, -used), cost + TORN * torn
    return best, best_cost


def _walked(came: Mapping[Range, Range], place: Range) -> list[tuple[Range, Range]]:
    """The steps that lead to `place`."""
    pairs: list[tuple[Range, Range]] = []
    while place != (0, 0):
        before = came[place]
        pairs.append(((before[0], place[0]), (before[1], place[1])))
        place = before
    return pairs[::-1]


def _merged(many: Sequence[int], few: Sequence[int]) -> int:
    """How many of `many` may go to one of `few`: a melody without rests takes all lines there are."""
    return max(_MAX_MERGE, 2 * -(-len(many) // max(len(few), 1)))


def _running(counts: Sequence[int]) -> list[int]:
    return list(accumulate(counts, initial=0))
