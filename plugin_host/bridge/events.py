"""Who is told what of a job, and how often."""

from __future__ import annotations

import enum
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.jobs import Progress
from plugin_host.bridge.job import Job

EVERY_S = 0.1
"""How often the progress of one job is told."""

_log = logging.getLogger(__name__)


class Happened(enum.Enum):
    STATE = "state"
    """The job came into another state; `job.state` says which."""
    PROGRESS = "progress"
    FORGOTTEN = "forgotten"
    """The job is no longer listed."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    what: Happened
    job: Job


Listener = Callable[[JobEvent], None]


class Listeners:
    """Calls everybody who subscribed; one that fails is logged and hinders nobody.  Safe from any thread."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called on the thread where it happens, so it must be quick; what is returned ends that."""
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    def tell(self, event: JobEvent) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:
                _log.exception("a listener of jobs failed")


class Throttle:
    """Lets through what begins a stage or ends it, and else one report in `EVERY_S`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage: str | None = None
        self._next_s = 0.0

    def lets(self, progress: Progress) -> bool:
        """Whether this one is told."""
        now_s = self._clock()
        new_stage, over = progress.stage != self._stage, progress.done >= progress.total
        if not new_stage and not over and now_s < self._next_s:
            return False
        self._stage, self._next_s = progress.stage, now_s + EVERY_S
        return True
