"""Places in the roll and back, the grid, and where edits snap to."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score import TempoMap
from gui.viewmodels.bars import bar_at, bars_between
from gui.viewmodels.snap import Snap
from gui.viewmodels.timeline import KEYS, LINE_PX, PER_KEY, PER_QUARTER, Timeline, quarters_of

MAPS = st.sampled_from(
    [
        TempoMap(),
        TempoMap(((0.0, 90.0), (7.5, 140.0), (9.0, 60.0)), ((0.0, 7, 8), (14.0, 3, 4))),
        TempoMap(((0.0, 120.0),), ((0.0, 4, 4), (9.0, 5, 4), (11.0, 6, 8)), pickup=1.5),
        TempoMap(((0.0, 120.0),), ((0.0, 4, 4), (1.0, 3, 4)), pickup=2.0),
    ]
)
VIEWS = st.builds(
    Timeline,
    tempo_map=MAPS,
    left=st.floats(0, 500),
    per_quarter=st.floats(*PER_QUARTER),
    top=st.floats(0, 100),
    per_key=st.floats(*PER_KEY),
    width=st.floats(100, 4000),
    height=st.floats(50, 3000),
)


@given(VIEWS, st.floats(0, 600), st.floats(0, 127))
def test_places_go_there_and_back(view: Timeline, quarters: float, key: float) -> None:
    assert view.quarters(view.x(quarters)) == pytest.approx(quarters, abs=1e-6)
    assert view.seconds(view.x_of_s(quarters)) == pytest.approx(quarters, abs=1e-6)
    assert view.pitch(view.y_of_pitch(key)) == pytest.approx(key, abs=1e-6)
    whole = round(key)
    assert view.key(view.y(whole) + 0.01 * view.per_key) == whole
    assert view.key(view.y(whole) + 0.99 * view.per_key) == whole


@given(MAPS, st.lists(st.floats(0, 60), min_size=1, max_size=20))
def test_many_seconds_at_once_are_each_one_s_quarters(tempo_map: TempoMap, seconds: list[float]) -> None:
    assert quarters_of(tempo_map, np.array(seconds)) == pytest.approx([tempo_map.quarters(at) for at in seconds])


@given(VIEWS, st.floats(0.1, 9), st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_what_is_under_the_mouse(view: Timeline, factor: float, across: float, down: float) -> None:
    x, y = across * view.width, down * view.height
    wide = view.zoomed(factor, x)
    if wide.left > 0:
        assert wide.x(view.quarters(x)) == pytest.approx(x, abs=1e-3 + 1e-6 * wide.per_quarter)
    tall = view.zoomed_keys(factor, y)
    if 0 < tall.top < KEYS - tall.height / tall.per_key:
        assert tall.y_of_pitch(view.top) == pytest.approx(
            y + (view.y_of_pitch(view.top) - y) * tall.per_key / view.per_key, abs=1e-3
        )


@given(VIEWS, st.floats(-9000, 9000), st.floats(-9000, 9000))
def test_scrolling_stays_in_the_song_and_on_the_keys(view: Timeline, dx: float, dy: float) -> None:
    there = view.scrolled(dx, dy)
    assert there.left >= 0
    assert 0 <= there.top <= max(0.0, KEYS - there.height / there.per_key)
    lowest, highest = there.keys_shown
    assert 0 <= lowest <= highest <= KEYS - 1


@given(VIEWS, st.floats(0, 300), st.floats(0.5, 200))
def test_fitting_shows_it_all(view: Timeline, first: float, length: float) -> None:
    fitted = view.fitted(first, first + length)
    if PER_QUARTER[0] < fitted.per_quarter < PER_QUARTER[1]:
        shown = fitted.shown
        assert shown[0] <= first + 1e-6
        assert shown[1] >= first + length - 1e-6
    cursor = fitted.showing(first + 3 * length)
    assert cursor.shown[0] <= first + 3 * length <= cursor.shown[1]
    assert cursor.showing(first + 3 * length) is cursor


@given(MAPS, st.floats(0, 200), st.floats(0, 40))
def test_bars_are_those_of_the_tempo_map(tempo_map: TempoMap, first: float, length: float) -> None:
    bars = list(bars_between(tempo_map, first, first + length))
    assert bars[0].start <= first + 1e-6
    for before, after in pairwise(bars):
        assert before.end == pytest.approx(after.start)
    for bar in bars:
        if not (bar.start == 0.0 and tempo_map.pickup):
            assert tempo_map.bar_beat(bar.start) == (bar.number, pytest.approx(1.0))
        assert tempo_map.bar_beat(bar.end - 1e-3)[0] == bar.number


@given(VIEWS)
def test_grid_lines_are_seen_in_order_and_apart(view: Timeline) -> None:
    lines = view.grid()
    xs = [line.x for line in lines]
    assert xs == sorted(xs)
    _, last = view.shown
    assert all(line.x == pytest.approx(view.x(line.quarters)) and line.quarters <= last + 1e-6 for line in lines)
    assert all(
        after.x - before.x >= LINE_PX - 1e-6
        for before, after in pairwise(lines)
        if before.level != "bar" and after.level != "bar"
    )
    labels = [line.x for line in lines if line.label]
    regular = len(view.tempo_map.meters) == 1
    assert not regular or all(after - before > 20 for before, after in pairwise(labels))


@given(VIEWS, st.sampled_from([None, 0.25, 1.0, 4.0]), st.booleans(), st.floats(0, 400))
def test_snapping_lands_on_the_grid_and_stays_there(
    view: Timeline, step: float | None, triplet: bool, quarters: float
) -> None:
    snap = Snap(view.tempo_map, step, triplet)
    at = snap.to(quarters, view)
    assert at >= 0
    assert snap.to(at, view) == pytest.approx(at)
    assert abs(at - quarters) <= 0.51 * snap.step_at(quarters, view) + 1e-6
    assert snap.floor(quarters, view) <= quarters + 1e-6
    assert snap.next(quarters, 1, view) > quarters
    earlier = snap.next(quarters, -1, view)
    assert earlier < quarters or (earlier == 0.0 and quarters < 1e-5)


@given(MAPS, st.integers(0, 40), st.sampled_from([-1e-7, -3e-14, -1e-15, 0.0, 1e-15, 3e-14, 1e-7]))
def test_every_place_has_a_bar_even_a_hair_beside_a_line(tempo_map: TempoMap, number: int, hair: float) -> None:
    line = list(bars_between(tempo_map, 0.0, 200.0))[number].start
    at = max(0.0, line + hair)
    bar = bar_at(tempo_map, at)
    assert bar.start - 1e-6 <= at <= bar.end + 1e-6
    assert Snap(tempo_map).to(at, Timeline(tempo_map)) == pytest.approx(line, abs=1e-6)


def test_the_grid_begins_anew_behind_a_pickup_and_in_odd_meters() -> None:
    view = Timeline(TempoMap(((0.0, 120.0),), ((0.0, 7, 8),), pickup=0.5), per_quarter=400.0)
    snap = Snap(view.tempo_map, 1.0)
    assert snap.to(0.55, view) == 0.5
    assert snap.to(1.4, view) == 1.5
    assert snap.to(3.9, view) == 4.0, "the next bar, not the next quarter"
    assert Snap(view.tempo_map, 0.5, triplet=True).step_at(1.0, view) == pytest.approx(1 / 3)


def test_the_grid_gets_finer_by_zoom() -> None:
    steps = [Snap(TempoMap()).step_at(0.0, Timeline(per_quarter=wide)) for wide in (2.0, 10.0, 40.0, 80.0, 400.0)]
    assert steps == [4.0, 1.0, 0.25, 0.125, 0.125]
