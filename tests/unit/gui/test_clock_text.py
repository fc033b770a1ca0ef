"""Times and sizes as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score import TempoMap
from gui.viewmodels.clock_text import bar_beat, clock, size, time_left

WALTZ = TempoMap(((0.0, 90.0),), ((0.0, 3, 4),), pickup=1.0)


@given(st.floats(0, 86_400))
def test_the_clock_says_the_time(seconds: float) -> None:
    *hours, minutes, rest = clock(seconds).split(":")
    told = sum(float(part) * 60**power for power, part in enumerate([rest, minutes, *hours[::-1]]))
    assert told == pytest.approx(seconds, abs=0.000_51)
    assert float(rest) < 60
    assert len(rest) == 6


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, "0:00.000"), (59.9996, "1:00.000"), (3723.5, "1:02:03.500")])
def test_the_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@given(st.integers(0, 400))
def test_a_cursor_on_a_beat_shows_that_beat(beats: int) -> None:
    bar, beat, hundredths = bar_beat(WALTZ, WALTZ.seconds(float(beats))).split(".")
    assert hundredths == "00"
    # One beat before the first bar; then three to each, counted from 1.
    assert (int(bar), int(beat)) == ((0, 3) if beats == 0 else ((beats - 1) // 3 + 1, (beats - 1) % 3 + 1))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, ""), (0.2, "1 s left"), (59.4, "59 s left"), (61, "1:01 left"), (3720, "1 h 02 min left")],
)
def test_time_left(seconds: float | None, shown: str) -> None:
    assert time_left(seconds) == shown


def test_sizes() -> None:
    assert (size(10), size(38_400_000), size(2_500_000_000)) == ("1 MB", "38 MB", "2.5 GB")
