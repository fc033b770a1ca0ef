"""Early and late notes: in order, never empty, neighbours give and take the room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.singing.early_late import moved_spans
from engine.singing.timing import TOUCHING_S, SungNote, time_phones
from tests.tiny_voice import CONSONANTS as TABLE


@st.composite
def timed(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[float]]:
    spans, at = [], draw(st.floats(0, 1))
    for _ in range(draw(st.integers(1, 9))):
        end = at + draw(st.one_of(st.floats(0.004, 0.05), st.floats(0.05, 2)))
        spans.append((at, end))
        at = end + draw(st.sampled_from([0.0, 0.0, 0.01, 0.3]))
    return spans, [draw(st.floats(-0.2, 0.2)) for _ in spans]


@given(timed())
@settings(deadline=None)
def test_notes_stay_in_order_and_never_become_empty(given_notes: tuple[list[tuple[float, float]], list[float]]) -> None:
    spans, timing = given_notes
    moved = moved_spans(spans, timing, TOUCHING_S)
    assert all(end > start for start, end in moved)
    assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(moved))
    assert all(abs(after[0] - before[0]) <= 0.2 + 1e-9 for before, after in zip(spans, moved, strict=True))
    phones = time_phones([SungNote(*span, 60, ("S", "AA")) for span in moved], TABLE)
    assert all(phone.duration_s > 0 for phone in phones)


@given(timed())
@settings(deadline=None)
def test_without_timing_nothing_moves(given_notes: tuple[list[tuple[float, float]], list[float]]) -> None:
    spans, _ = given_notes
    assert moved_spans(spans, [0.0] * len(spans), TOUCHING_S) == spans


def test_neighbours_that_touch_give_and_take() -> None:
    spans = [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]
    assert moved_spans(spans, [0, 0.1, 0], TOUCHING_S) == [(0.0, 1.1), (1.1, 2.0), (2.0, 3.0)]
    early = moved_spans(spans, [0, -0.15, 0], TOUCHING_S)
    assert [value for span in early for value in span] == pytest.approx([0, 0.85, 0.85, 2, 2, 3])


def test_a_note_between_rests_moves_whole() -> None:
    moved = moved_spans([(0.0, 0.5), (1.0, 1.5), (2.0, 2.5)], [0, 0.1, 0], TOUCHING_S)
    assert moved[1] == pytest.approx((1.1, 1.6))
    assert (moved[0], moved[2]) == ((0.0, 0.5), (2.0, 2.5))


def test_a_shift_for_all_shifts_all() -> None:
    spans = [(0.0, 1.0), (1.0, 1.4), (2.0, 2.1)]
    moved = moved_spans(spans, [-0.1] * 3, TOUCHING_S)
    assert [value for span in moved for value in span] == pytest.approx([v - 0.1 for span in spans for v in span])
