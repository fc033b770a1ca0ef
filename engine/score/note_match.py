"""Which note of now was which note of before, where nothing but the notes themselves can tell.

Needleman and Wunsch (J. Mol. Biol. 48, 1970) over key, onset and duration.  A match costs more than nothing where a
note was changed, a gap costs about as much as a note that was changed in key and place at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.score.note_frame import NEW_PHRASE, Row, Timed, frame_of, row_of

GAP = 0.7
"""Of a note that was deleted, and of one that was inserted."""

_WAITED = 0.1  # a note in the clip is rather itself than one that went away before
_MOST = 0.7  # for a note in another place, and for another key: both at once are as dear as two gaps
_ALONG = 0.2  # for a note that moved, or was transposed, together with its neighbours
_OTHER_KEY, _PER_SEMITONE = 0.4, 0.03
_PER_OCTAVE_OF_LENGTH, _MOST_OF_LENGTH = 0.1, 0.3
_EXACT = 1e-6

_CELLS = 16_000_000  # of the table, one byte each
_NARROWEST = 64

_DIAGONAL, _DELETED, _INSERTED = 0, 1, 2

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matching:
    """`after_of[i]`: the number of the note of now that note `i` of before has become, None when it is gone.

    Numbers never cross: `after_of` ascends.  `stretch`: how much longer all became.  `likeness`: of the notes that both
    sides have, after what happened to all of them: 1 where they are the same, about 0.45 for two melodies by chance.
    """

    after_of: tuple[int | None, ...]
    stretch: float
    likeness: float


def match_notes(before: Sequence[Timed], gone: Sequence[bool], after: Sequence[Timed]) -> Matching:
    """Match two rows of notes, both by ascending start.

    `gone[i]`: note `i` of before was not there even then; it costs nothing to leave it out again.  At most a second
    for 5,000 notes on each side; beyond, only what lies near the diagonal is looked at, so memory stays small.
    """
    if not before or not after:
        return Matching((None,) * len(before), 1.0, 0.0)
    old, new, away = row_of(before), row_of(after), np.asarray(gone, bool)
    frame = frame_of(old, away, new)
    old = old.brought_to(frame)
    first, last = _same_ends(old, away, new)
    inner = slice(first, len(before) - last)
    middle = _aligned(old.part(inner), away[inner], new.part(slice(first, len(after) - last)))
    found = [None if number is None else number + first for number in middle]
    after_of = (*range(first), *found, *range(len(after) - last, len(after)))
    return Matching(after_of, frame.stretch, _likeness(old, new, away, after_of))


def _same_ends(old: Row, away: NDArray[np.bool_], new: Row) -> tuple[int, int]:
    """How many notes at the beginning, then at the end, are what they were: most edits are small."""
    common = min(len(old.start), len(new.start))

    def run(old_part: slice, new_part: slice, turn: int) -> int:
        same = ~away[old_part] & (old.key[old_part] == new.key[new_part])
        same &= np.abs(old.start[old_part] - new.start[new_part]) < _EXACT
        same &= np.abs(old.length[old_part] - new.length[new_part]) < _EXACT
        same = same[::turn]
        return int(len(same) if same.all() else np.argmin(same))

    first = run(slice(0, common), slice(0, common), 1)
    common -= first
    if not common:
        return first, 0
    return first, run(slice(len(old.start) - common, None), slice(len(new.start) - common, None), -1)


def _aligned(old: Row, away: NDArray[np.bool_], new: Row) -> list[int | None]:
    """The cheapest alignment, row by row; within a row the inserted notes are a running minimum."""
    rows, columns = len(old.start), len(new.start)
    reach = max(_NARROWEST, min(columns, _CELLS // (2 * max(rows, 1)))) + abs(columns - rows)
    ways = np.empty((rows + 1, min(columns + 1, 2 * reach + 1)), np.uint8)
    lows = np.zeros(rows + 1, np.int64)
    inserted = GAP * np.arange(columns + 1)
    above = np.full(columns + 1, np.inf)
    here = np.full(columns + 1, np.inf)
    high = min(columns, reach)
    above[: high + 1] = inserted[: high + 1]
    ways[0] = _INSERTED
    for row in range(1, rows + 1):
        centre = row * columns // rows
        low, high = max(0, centre - reach), min(columns, centre + reach)
        lows[row] = low
        if low:
            here[low - 1] = np.inf
        left_out = above[low : high + 1] + (0.0 if away[row - 1] else GAP)
        best, way = left_out, np.full(high + 1 - low, _DELETED, np.uint8)
        start = max(low, 1)
        taken = (
            above[start - 1 : high]
            + _costs(old.part(slice(row - 1, row)), new.part(slice(start - 1, high)))
            + _WAITED * away[row - 1]
        )
        closer = taken <= best[start - low :]
        best[start - low :][closer] = taken[closer]
        way[start - low :][closer] = _DIAGONAL
        level = inserted[low : high + 1]
        reached = np.minimum.accumulate(best - level) + level
        way[reached < best - 1e-9] = _INSERTED
        here[low : high + 1] = reached
        ways[row, : len(way)] = way
        above, here = here, above
    return _traced(ways, lows, rows, columns)


def _traced(ways: NDArray[np.uint8], lows: NDArray[np.int64], rows: int, columns: int) -> list[int | None]:
    found: list[int | None] = [None] * rows
    row, column = rows, columns
    while row:
        way = ways[row, column - lows[row]]
        if way == _INSERTED:
            column -= 1
            continue
        row -= 1
        if way == _DIAGONAL:
            column -= 1
            found[row] = column
    return found


def _costs(old: Row, new: Row) -> Floats:
    """What it costs to take each note of before, or the only one, for each of now."""
    moved = np.abs(new.start - old.start)
    along = np.minimum(
        np.abs(new.in_phrase - old.in_phrase),
        np.maximum(np.abs(new.since - old.since), np.abs(new.until - old.until)),
    )
    place = _MOST * np.minimum(np.sqrt(moved), _ALONG / _MOST + np.sqrt(along))
    up = np.abs(new.key - old.key)
    key = np.where(up == 0, 0.0, _OTHER_KEY + _PER_SEMITONE * (up - 1))
    shape = (new.step_from == old.step_from) & (new.step_to == old.step_to) & (old.step_from != NEW_PHRASE)
    key[shape & (up > 0)] = _ALONG
    longer = _PER_OCTAVE_OF_LENGTH * np.abs(new.log_length - old.log_length)
    total: Floats = np.minimum(place, _MOST) + np.minimum(key, _MOST) + np.minimum(longer, _MOST_OF_LENGTH)
    return total


def _likeness(old: Row, new: Row, away: NDArray[np.bool_], after_of: Sequence[int | None]) -> float:
    pairs = [(i, number) for i, number in enumerate(after_of) if number is not None and not away[i]]
    if not pairs:
        return 0.0
    before, after = np.array(pairs).T
    costs = _costs(old.part(before), new.part(after))
    return float(np.maximum(0.0, 1.0 - costs / (2 * GAP)).sum()) / min(int((~away).sum()), len(new.start))
