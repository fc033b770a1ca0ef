import pytest

from engine.errors import InputError
from engine.score import TempoMap


def test_default_is_120_in_four_four():
    tempo_map = TempoMap()
    assert tempo_map.seconds(2.0) == 1.0
    assert tempo_map.quarters(1.0) == 2.0
    assert tempo_map.bar_beat(0.0) == (1, 1.0)
    assert tempo_map.bar_beat(9.5) == (3, 2.5)


def test_pieces_are_exact():
    tempo_map = TempoMap(((0.0, 60.0), (4.0, 120.0), (8.0, 30.0)))
    assert [tempo_map.seconds(q) for q in (0, 2, 4, 6, 8, 9)] == [0, 2, 4, 5, 6, 8]
    assert [tempo_map.bpm_at(q) for q in (3.99, 4.0, 100.0)] == [60, 120, 30]


def test_before_the_clip_the_first_tempo_goes_on():
    assert TempoMap(((0.0, 60.0),)).seconds(-1.0) == -1.0


def test_pickup_is_bar_zero_and_ends_on_the_last_beat():
    tempo_map = TempoMap(meters=((0.0, 4, 4),), pickup=1.0)
    assert tempo_map.bar_beat(0.0) == (0, 4.0)
    assert tempo_map.bar_beat(0.5) == (0, 4.5)
    assert tempo_map.bar_beat(1.0) == (1, 1.0)
    assert tempo_map.bar_beat(5.0) == (2, 1.0)


def test_meter_changes_and_compound_beats():
    tempo_map = TempoMap(meters=((0.0, 4, 4), (8.0, 6, 8), (11.0, 3, 4)))
    assert tempo_map.bar_beat(7.0) == (2, 4.0)
    assert tempo_map.bar_beat(8.5) == (3, 2.0)
    assert tempo_map.bar_beat(11.0) == (4, 1.0)


def test_a_change_off_the_bar_line_starts_a_new_bar():
    assert TempoMap(meters=((0.0, 4, 4), (6.0, 4, 4))).bar_beat(6.0) == (3, 1.0)


def test_slice_keeps_absolute_seconds():
    tempo_map = TempoMap(((0.0, 60.0), (4.0, 120.0), (8.0, 30.0)))
    part = tempo_map.slice(5.0, 7.0)
    assert part.tempi == ((4.0, 120.0),)
    assert part.seconds(6.0) == tempo_map.seconds(6.0)
    assert part.quarters(5.0) == tempo_map.quarters(5.0)


def test_from_events_mends_order_doubles_and_nonsense():
    tempo_map = TempoMap.from_events(
        [(4.0, 90.0), (2.0, 0.0), (2.0, float("nan")), (4.0, 100.0), (6.0, 100.0)],
        [(0.0, 0, 4), (1.0, 3, 4)],
        pickup=99.0,
    )
    assert tempo_map.tempi == ((0.0, 120.0), (4.0, 100.0))
    assert tempo_map.meters == ((0.0, 4, 4), (1.0, 3, 4))
    assert tempo_map.pickup == 0.0


@pytest.mark.parametrize(
    "arguments",
    [
        {"tempi": ()},
        {"meters": ()},
        {"tempi": ((0.0, 0.0),)},
        {"tempi": ((0.0, float("inf")),)},
        {"tempi": ((1.0, 60.0), (1.0, 70.0))},
        {"meters": ((0.0, 0, 4),)},
        {"pickup": float("nan")},
    ],
)
def test_bad_tables_are_refused(arguments):
    with pytest.raises(InputError):
        TempoMap(**arguments)
