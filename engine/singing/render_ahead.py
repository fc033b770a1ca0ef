"""Several phrases at once, their results in order: while one is synthesised the networks work on the next.

A phrase knows nothing of the others, so that what is sung does not depend on how many are sung at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from engine.runtime import default_threads

Task = TypeVar("Task")
Result = TypeVar("Result")
MOST_AT_ONCE = 4
"""Each phrase at work holds its own latents and spectra: memory stays that of so few, however long the song."""


def in_order(
    tasks: Iterable[Task], work: Callable[[Task], Result], at_once: int | None = None
) -> Generator[Result, None, None]:
    """`work(task)` of each task, in the order of `tasks`; `at_once` (by default one per core, 4 at most) run at a time.

    A task is asked for when it is begun.  No more than one result waits beside those at work.  What `work` raises comes
    out where its result would have; then, and when the iterator is closed, no further task is begun and those at work
    are waited for (a cancelled token ends them soon).
    """
    workers = at_once or min(default_threads(), MOST_AT_ONCE)
    if isinstance(tasks, Sized):
        workers = min(workers, len(tasks))
    if workers <= 1:
        yield from map(work, tasks)
        return
    waiting = iter(tasks)
    begun: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="phrase") as pool:
        try:
            for task in waiting:
                begun.append(pool.submit(work, task))
                if len(begun) > workers:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for future in begun:
                future.cancel()
