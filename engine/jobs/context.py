"""The whole concurrency surface that a pipeline sees: where to report, and when to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of `stage` (a short phrase for people) are finished."""

    stage: str
    done: int
    total: int


ProgressSink = Callable[[Progress], None]


class CancelToken:
    """Says once and for good that a job should stop.  Safe from any thread and from a signal handler."""

    def __init__(self) -> None:
        self._event = threading.Event()
        # A list's append, remove and copy are each one step for other threads; a lock would deadlock when a
        # signal handler cancels on the thread that holds it.
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Stop the job at its next unit of work, and long native calls that registered with `calling` at once."""
        self._event.set()
        for callback in self._callbacks.copy():
            callback()

    def raise_if_cancelled(self) -> None:
        """Raises `Cancelled` once `cancel` was called."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, timeout_s: float) -> bool:
        """Sleep up to `timeout_s`, shorter when cancelled; says whether it was."""
        return self._event.wait(timeout_s)

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """While the block runs, `cancel` also calls `callback` (at least once when it was cancelled before)."""
        self._callbacks.append(callback)
        try:
            if self.cancelled:
                callback()
            yield
        finally:
            self._callbacks.remove(callback)


def nowhere(_: Progress) -> None:
    """The sink of those who do not watch."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """The only extra argument of a pipeline.  `JobContext()` reports nowhere and is never cancelled."""

    progress_sink: ProgressSink = nowhere
    token: CancelToken = field(default_factory=CancelToken)

    def step(self, stage: str, done: int, total: int) -> None:
        """Report, at every unit of work; raises `Cancelled` when the user asked to stop."""
        self.token.raise_if_cancelled()
        self.progress_sink(Progress(stage, done, total))
