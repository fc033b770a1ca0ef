from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.score import TempoMap

quarters = st.integers(0, 96_000).map(lambda t: t / 96)
tempi = st.lists(st.tuples(quarters, st.floats(5.0, 1000.0)), max_size=8)
meters = st.lists(st.tuples(quarters, st.integers(1, 12), st.sampled_from([1, 2, 4, 8, 16])), max_size=5)
tempo_maps = st.builds(TempoMap.from_events, tempi, meters, st.sampled_from([0.0, 0.5, 1.0, 3.0]))


@given(tempo_maps, quarters, quarters)
def test_seconds_are_monotone(tempo_map, a, b):
    if a < b:
        assert tempo_map.seconds(a) < tempo_map.seconds(b)


@given(tempo_maps, quarters)
def test_quarters_is_the_inverse(tempo_map, q):
    assert tempo_map.quarters(tempo_map.seconds(q)) == pytest.approx(q, abs=1e-6)


@given(tempo_maps, quarters, quarters)
def test_seconds_add_up_over_the_pieces(tempo_map, a, b):
    a, b = sorted((a, b))
    edges = [a, *(q for q, _ in tempo_map.tempi if a < q < b), b]
    total = sum((y - x) * 60.0 / tempo_map.bpm_at(x) for x, y in pairwise(edges))
    assert tempo_map.seconds(b) - tempo_map.seconds(a) == pytest.approx(total, abs=1e-6)


@given(tempo_maps, quarters, quarters)
def test_a_slice_tells_the_same_seconds(tempo_map, a, b):
    a, b = sorted((a, b))
    part = tempo_map.slice(a, b)
    for q in (a, (a + b) / 2, b):
        assert part.seconds(q) == pytest.approx(tempo_map.seconds(q), abs=1e-9)


@given(tempo_maps, quarters, quarters)
@example(TempoMap.from_events([], [(1 / 96, 1, 2)], 3.0), 0.0, 1.0)
def test_bar_and_beat_go_forward(tempo_map, a, b):
    a, b = sorted((a, b))
    (bar_a, beat_a), (bar_b, beat_b) = tempo_map.bar_beat(a), tempo_map.bar_beat(b)
    assert bar_a >= 0
    assert beat_a >= 1.0
    assert bar_a < bar_b or (bar_a == bar_b and beat_a <= beat_b + 1e-9)
