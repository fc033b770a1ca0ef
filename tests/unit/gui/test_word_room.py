"""Where the words of notes have room, and how near one has to look to read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gui.viewmodels.roll import NoteRows
from gui.viewmodels.timeline import Timeline
from gui.viewmodels.word_room import MARGIN_PX, free_until, readable_px
from tests.unit.gui.songs_to_edit import row, song


def rows(*keys: int) -> NoteRows:
    notes = tuple(replace(note, key=key) for note, key in zip(row(*"abc"), keys, strict=True))
    return NoteRows.of(song(*notes).tracks[0])


@pytest.mark.parametrize(
    ("keys", "phones", "end"),
    [
        ((60, 60, 60), False, 1.0),  # the next note of the same key
        ((60, 64, 60), False, 2.0),
        ((60, 64, 64), False, 3.5),  # none: as far as is asked for
        ((60, 61, 64), False, 3.5),
        ((60, 61, 64), True, 1.0),  # its phones stand in the row below it
        ((60, 59, 64), True, 3.5),
    ],
)
def test_words_go_on_until_something_stands_in_their_row(keys: tuple[int, int, int], phones: bool, end: float) -> None:
    assert free_until(rows(*keys), 0, 2.5, phones) == end


def test_behind_the_last_note_there_is_room() -> None:
    assert free_until(rows(60, 60, 60), 2, 4.0, True) == 7.0


def test_most_words_can_be_read_but_not_the_few_of_the_shortest_notes() -> None:
    notes = (*row(*"abcdefghi", length=2.0), *row("z", length=0.01))
    assert readable_px(notes, lambda _: 33.0) == (33.0 + MARGIN_PX) / 2.0
    assert readable_px((), lambda _: 33.0) == 0.0


@pytest.mark.parametrize(("height", "per_key"), [(1000.0, 20.0), (160.0, 16.0), (50.0, 14.0)])
def test_rows_become_lower_so_that_all_keys_are_seen(height: float, per_key: float) -> None:
    shown = replace(Timeline(), height=height).fitted_keys(60, 67, 14.0, 20.0)
    assert shown.per_key == per_key
    if height > 50:
        assert shown.y(67) >= 0
        assert shown.y(59) <= height
