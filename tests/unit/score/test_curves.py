"""Curves: cut for a phrase without looking at the whole song, and laid on each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.score import KNOBS, Curve, check_value, split_phrases, with_value
from tests.songs import song

CURVED = sorted(name for name, knob in KNOBS.items() if knob.curve)
PLACES = st.one_of(st.integers(0, 12).map(float), st.floats(0, 12))


class Looked(tuple):  # type: ignore[type-arg]
    """A point that counts how often somebody looks at it."""

    count = 0

    def __getitem__(self, index: object) -> object:
        Looked.count += 1
        return super().__getitem__(index)  # type: ignore[index]

    def __iter__(self) -> Iterator[object]:
        Looked.count += 1
        return super().__iter__()


def plainly_cut(curve: Curve, start: float, end: float) -> tuple[tuple[float, float], ...]:
    """What `Curve.within` promises, by looking at every point."""
    inside = [point for point in curve.points if start < point[0] < end]
    return ((start, float(curve.at(start))), *inside, (end, float(curve.at(end))))


@given(st.lists(st.tuples(PLACES, st.floats(-20, 10)), min_size=1, max_size=12), PLACES, PLACES)
def test_what_is_cut_is_what_lies_there(points: list[tuple[float, float]], one: float, other: float) -> None:
    curve = Curve(tuple(sorted(points, key=lambda point: point[0])))
    start, end = min(one, other), max(one, other)
    assert curve.within(start, end).points == plainly_cut(curve, start, end)


def test_a_phrase_of_a_long_song_does_not_look_at_the_whole_curve() -> None:
    curve = Curve(tuple(Looked((quarter * 0.1, np.sin(quarter))) for quarter in range(20_000)))
    Looked.count = 0
    cut = curve.within(1000.0, 1008.0)
    assert 80 <= len(cut.points) <= 82
    assert Looked.count < 2_000


def test_each_phrase_gets_the_drawn_pieces_that_reach_it_in_their_order() -> None:
    score = song("la:60:2 la:62:2 .:4 la:64:2 la:65:2")
    pieces = tuple(Curve(((at, 60.0), (at + 0.5, 61.0))) for at in (9.0, 1.0, 1.2, 30.0))
    first, second = split_phrases(replace(score, drawn=pieces))
    assert [piece.start for piece in first.drawn] == [1.0, 1.2]
    assert [piece.start for piece in second.drawn] == [9.0]


@pytest.mark.parametrize("name", CURVED)
@given(one=st.floats(0, 1), other=st.floats(0, 1))
def test_two_allowed_values_together_are_allowed(name: str, one: float, other: float) -> None:
    knob = KNOBS[name]
    first, second = (knob.low + share * (knob.high - knob.low) for share in (one, other))
    (_, both), *_ = with_value(name, Curve(((2.0, first),)), second).points
    check_value(name, both)
    expected = first * second if knob.neutral == 1 else first + second
    assert both == pytest.approx(min(max(expected, knob.low), knob.high))


def test_a_value_without_a_curve_is_held() -> None:
    assert with_value("dynamics", None, -6.0).at(100.0) == -6.0


def test_a_blend_with_nobody_is_no_knob() -> None:
    with pytest.raises(InputError, match="There is no knob"):
        check_value("blend:", 0.5)
