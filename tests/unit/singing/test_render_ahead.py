"""Phrases at once: order, limits, errors, cancelling; threads meet by events, never by waiting a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from engine.errors import Cancelled
from engine.jobs import CancelToken
from engine.singing.render_ahead import in_order

DEADLINE_S = 20.0


@pytest.mark.parametrize("at_once", [1, 2, 3, 8])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_results_come_in_order(at_once: int, count: int) -> None:
    assert list(in_order(range(count), lambda n: n * n, at_once)) == [n * n for n in range(count)]


def test_a_later_task_that_is_done_first_waits() -> None:
    second_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_done.wait(DEADLINE_S)
        else:
            second_done.set()
        return number

    assert list(in_order([0, 1], work, 2)) == [0, 1]


def test_no_more_than_asked_for_are_held() -> None:
    lock, held, most = threading.Lock(), 0, 0

    def work(number: int) -> int:
        nonlocal held, most
        with lock:
            held += 1
            most = max(most, held)
        return number

    for _ in in_order(range(50), work, 3):
        with lock:
            held -= 1
    assert most <= 3 + 1


def test_tasks_are_asked_for_when_they_are_begun() -> None:
    """A recording is read piece by piece: it must not lie in memory whole because others are at work."""
    asked = 0

    def tasks() -> Iterator[int]:
        nonlocal asked
        for number in range(50):
            asked += 1
            yield number

    with closing(in_order(tasks(), lambda n: n, 3)) as results:
        for done, number in enumerate(results, start=1):
            assert number == done - 1
            assert asked <= done + 3


def test_an_error_comes_in_its_place_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 2:
            raise ValueError("two")
        return number

    results = in_order(range(100), work, 2)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(results)
    assert len(begun) <= 6


def test_a_cancelled_token_ends_those_at_work() -> None:
    token, both_began = CancelToken(), threading.Barrier(3)

    def work(number: int) -> int:
        token.raise_if_cancelled()
        both_began.wait(DEADLINE_S)
        assert token.wait(DEADLINE_S)
        token.raise_if_cancelled()
        return number

    def cancel() -> None:
        both_began.wait(DEADLINE_S)
        token.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Cancelled):
        list(in_order(range(9), work, 2))
    canceller.join(DEADLINE_S)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("phrase")]


def test_closing_leaves_no_thread() -> None:
    with closing(in_order(range(50), lambda n: n, 3)) as results:
        assert next(results) == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("phrase")]
