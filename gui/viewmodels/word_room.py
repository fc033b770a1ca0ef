"""How much room the words of notes have in the piano roll, and at which zoom they can be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.api.project import TrackNote
from gui.viewmodels.roll import NoteRows

MARGIN_PX = 7.0
"""Beside a word in its note, both sides together."""
_MOST = 0.8
"""The share of the words that has to fit: the few shortest notes would push all others out of sight."""


def free_until(rows: NoteRows, index: int, reach: float, phones: bool) -> float:
    """Quarters up to which nothing stands right of a note in its row, not farther than `reach` behind its end.

    `phones`: those of a note stand in the row below it.
    """
    last, key = float(rows.ends[index]) + reach, int(rows.keys[index])
    taken = (key, key + 1) if phones else (key,)
    for place in range(index + 1, len(rows)):
        start = float(rows.starts[place])
        if start >= last:
            break
        if rows.keys[place] in taken:
            return start
    return last


def readable_px(notes: Sequence[TrackNote], width_px: Callable[[TrackNote], float]) -> float:
    """Pixels of a quarter at which most words fit into their notes; 0 where there are none."""
    needed = sorted((width_px(note) + MARGIN_PX) / note.duration for note in notes)
    return needed[int(_MOST * (len(needed) - 1))] if needed else 0.0
