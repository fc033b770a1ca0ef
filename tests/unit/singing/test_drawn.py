"""Drawn pitch takes the plan's place where it lies, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.score import Curve
from engine.singing.drawn import JOIN_S, drawn_over
from engine.singing.pitch import key_to_hz

TIMES = np.arange(0.0, 3.0, 256 / 48_000)
PLANNED = key_to_hz(60 + 0.3 * np.sin(2 * np.pi * 5.5 * TIMES)).astype(np.float32)


def keys(f0: np.ndarray) -> np.ndarray:
    return 69 + 12 * np.log2(np.asarray(f0, np.float64) / 440)


@given(st.floats(0, 2.5), st.floats(0.002, 1), st.floats(0, 127), st.floats(0, 127))
@settings(deadline=None)
def test_outside_the_plan_stays_to_the_bit(start: float, length: float, first: float, last: float) -> None:
    f0 = drawn_over(PLANNED, TIMES, [Curve(((start, first), (start + length, last)))])
    outside = (start > TIMES) | (start + length < TIMES)
    assert np.array_equal(f0[outside], PLANNED[outside])
    assert np.isfinite(f0).all()
    assert (f0 > 0).all()


def test_inside_it_is_what_was_drawn() -> None:
    line = Curve(((0.5, 62.0), (1.0, 64.5), (2.0, 58.0)))
    f0 = drawn_over(PLANNED, TIMES, [line])
    inside = (TIMES > 0.5 + JOIN_S) & (TIMES < 2.0 - JOIN_S)
    assert keys(f0[inside]) == pytest.approx(line.at(TIMES[inside]), abs=1e-3)


def test_it_joins_without_a_step() -> None:
    f0 = drawn_over(PLANNED, np.linspace(0, 3, len(PLANNED)), [Curve(((1.0, 61.0), (2.0, 61.0)))])
    assert np.abs(np.diff(keys(f0))).max() < 0.75


def test_pieces_that_touch_are_one_line() -> None:
    """Between them the plan must not be heard, not for an instant."""
    high = [Curve(((0.5, 72.0), (1.0, 72.0))), Curve(((1.004, 72.0), (1.5, 72.0)))]
    f0 = drawn_over(PLANNED, TIMES, high)
    inside = (TIMES > 0.5 + JOIN_S) & (TIMES < 1.5 - JOIN_S)
    assert keys(f0[inside]) == pytest.approx(72.0, abs=1e-3)


def test_the_later_piece_wins_and_transposing_moves_them() -> None:
    pieces = [Curve(((0.5, 60.0), (2.0, 60.0))), Curve(((1.0, 65.0), (1.5, 65.0)))]
    f0 = drawn_over(PLANNED, TIMES, pieces, transpose=-12)
    assert keys(f0[np.searchsorted(TIMES, 1.25)]) == pytest.approx(53, abs=1e-3)
    assert keys(f0[np.searchsorted(TIMES, 0.75)]) == pytest.approx(48, abs=1e-3)


def test_nothing_drawn_is_the_plan_itself() -> None:
    assert drawn_over(PLANNED, TIMES, []) is PLANNED
