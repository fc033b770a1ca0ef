"""A DAW's playhead between its words."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gui.bridge_link import DawSeen
from gui.bridge_link.playhead import JUMP_S, SILENT_S, Playhead
from gui.bridge_link.seen import Where, where_of


def told(position_s: float, now: float, speed: float = 1.0, daw: str = "ardour") -> Where:
    return Where(daw, position_s, speed, 120.0, now)


def position(head: Playhead, now: float) -> float:
    where = head.where(now)
    assert where is not None
    return where.position_s


def test_between_two_notices_the_position_goes_on_while_it_plays():
    daws = (DawSeen("ardour", "Ardour", True, frozenset(), "s", 48_000),)
    rolling = where_of({"daw": "ardour", "sample": 48_000, "speed": 1.0, "bpm": 120.0}, daws, now=100.0)
    assert rolling.now_s(100.5) == pytest.approx(1.5)
    still = where_of({"daw": "ardour", "sample": 48_000, "speed": 0.0, "bpm": 120.0}, daws, now=100.0)
    assert still.now_s(200.0) == pytest.approx(1.0)


def test_before_the_daw_says_anything_nobody_knows_where_it_is():
    head = Playhead()
    assert head.where(1.0) is None
    assert not head.rolls(1.0)


@pytest.mark.parametrize("error", [-0.08, -0.03, 0.05, 0.09])
@pytest.mark.parametrize("speed", [1.0, 0.1, -2.0])
def test_a_small_error_is_made_good_without_a_step_back(error: float, speed: float):
    head = Playhead()
    head.hear(told(10.0, 100.0, speed))
    expected = 10.0 + speed
    head.hear(told(expected + error, 101.0, speed))
    times = [101.0 + step / 40 for step in range(240)]
    way = [position(head, now) for now in times]
    assert way[0] == pytest.approx(expected)
    steps = [(after - before) * (1 if speed > 0 else -1) for before, after in pairwise(way)]
    assert min(steps) > 0
    assert way[-1] == pytest.approx(expected + error + speed * (times[-1] - 101.0))


@pytest.mark.parametrize("jump", [-5.0, -JUMP_S - 0.01, JUMP_S + 0.01, 60.0])
def test_a_locate_is_followed_at_once(jump: float):
    head = Playhead()
    head.hear(told(10.0, 100.0))
    head.hear(told(11.0 + jump, 101.0))
    assert position(head, 101.0) == pytest.approx(11.0 + jump)


def test_a_stop_stands_where_the_daw_says():
    head = Playhead()
    head.hear(told(10.0, 100.0))
    head.hear(told(10.95, 101.0, speed=0.0))
    assert position(head, 101.0) == position(head, 150.0) == 10.95
    assert not head.rolls(101.0)


def test_a_daw_that_says_no_more_is_not_followed_for_ever():
    head = Playhead()
    head.hear(told(10.0, 100.0))
    assert head.rolls(100.0 + SILENT_S / 2)
    assert not head.rolls(100.0 + SILENT_S)
    assert position(head, 1000.0) == pytest.approx(10.0 + SILENT_S)


def test_one_that_is_halted_stays_and_another_daw_begins_where_it_says():
    head = Playhead()
    head.hear(told(10.0, 100.0))
    head.halt(100.5)
    assert position(head, 200.0) == pytest.approx(10.5)
    head.hear(told(10.55, 200.0, daw="reaper"))
    assert position(head, 200.0) == 10.55
