"""Order, supersession, failure, cancel, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from engine.errors import Cancelled
from engine.jobs import JobContext, JobQueue, JobState, Progress

_LONG_S = 10


@pytest.fixture(autouse=True)
def _no_thread_leaks() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def wait_for_cancel(context: JobContext) -> None:
    assert context.token.wait(_LONG_S)
    context.step("never", 0, 1)


def test_results_errors_and_progress() -> None:
    seen: list[Progress] = []

    def work(context: JobContext) -> int:
        context.step("count", 1, 2)
        return 7

    def fail(_: JobContext) -> int:
        raise KeyError("no")

    with JobQueue() as queue:
        good, bad = queue.submit("engine", "good", work, seen.append), queue.submit("io", "bad", fail)
        assert good.result(_LONG_S) == 7
        assert good.state is JobState.DONE
        with pytest.raises(KeyError):
            bad.result(_LONG_S)
        assert bad.state is JobState.FAILED
    assert seen == [Progress("count", 1, 2)]


def test_the_engine_lane_keeps_order_and_works_one_at_a_time() -> None:
    order: list[int] = []
    with JobQueue() as queue:
        handles = [queue.submit("engine", str(i), lambda _, i=i: order.append(i)) for i in range(20)]
        for handle in handles:
            handle.result(_LONG_S)
    assert order == list(range(20))


def test_lanes_do_not_wait_for_each_other() -> None:
    with JobQueue() as queue:
        stuck = queue.submit("engine", "stuck", wait_for_cancel)
        assert queue.submit("io", "quick", lambda _: 1).result(_LONG_S) == 1
        assert not stuck.finished
        with pytest.raises(TimeoutError):
            stuck.result(0.01)
    assert stuck.state is JobState.CANCELLED


def test_the_newest_request_of_a_key_supersedes() -> None:
    started = threading.Event()

    def run(context: JobContext) -> None:
        started.set()
        wait_for_cancel(context)

    with JobQueue() as queue:
        running = queue.submit("engine", "clip", run)
        assert started.wait(_LONG_S)
        waiting = queue.submit("engine", "clip", wait_for_cancel)
        newest = queue.submit("engine", "clip", lambda _: "new")
        assert newest.result(_LONG_S) == "new"
        for old in (running, waiting):
            with pytest.raises(Cancelled):
                old.result(_LONG_S)


def test_finish_callbacks_run_once_early_or_late() -> None:
    states: list[JobState] = []
    with JobQueue() as queue:
        handle = queue.submit("engine", "a", wait_for_cancel)
        handle.on_finish(lambda h: states.append(h.state))
        handle.cancel()
        assert handle.wait(_LONG_S)
        handle.cancel()
    handle.on_finish(lambda h: states.append(h.state))
    assert states == [JobState.CANCELLED] * 2


def test_shutdown_cancels_joins_and_refuses() -> None:
    queue = JobQueue({"engine": 1})
    running, waiting = (queue.submit("engine", key, wait_for_cancel) for key in ("a", "b"))
    queue.shutdown()
    queue.shutdown()
    assert running.state is waiting.state is JobState.CANCELLED
    with pytest.raises(RuntimeError):
        queue.submit("engine", "c", wait_for_cancel)
