"""Work that Ctrl-C stops: it runs on a worker, so that the main thread is free to notice the signal.

A native computation on the main thread would keep Python from running any signal handler until it ends.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from engine.jobs import JobContext, JobQueue, ProgressSink

T = TypeVar("T")
_POLL_S = 0.05


def run_cancellable(name: str, work: Callable[[JobContext], T], progress_sink: ProgressSink) -> T:
    """The result of `work`.  The first SIGINT or SIGTERM cancels it (raises `Cancelled`); a second one kills."""
    with JobQueue({"engine": 1}) as queue, _signals() as received:
        handle = queue.submit("engine", name, work, progress_sink)
        while not handle.wait(_POLL_S):
            if received:
                handle.cancel()
        return handle.result()


@contextmanager
def _signals() -> Iterator[list[int]]:
    """The list that arriving signals are put into.  The handler does no more: it must not wait for any lock."""
    received: list[int] = []
    previous: dict[int, Any] = {}

    def note(number: int, _frame: Any) -> None:
        received.append(number)
        signal.signal(number, previous[number])

    for number in (signal.SIGINT, signal.SIGTERM):
        previous[number] = signal.signal(number, note)
    try:
        yield received
    finally:
        for restored, handler in previous.items():
            signal.signal(restored, handler)
