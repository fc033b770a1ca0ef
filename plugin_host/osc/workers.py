"""A few threads that take calls from a short line."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Workers:
    """`count` threads; calls begin in the order in which they came.  `limit`: how many may wait."""

    def __init__(self, name: str, count: int, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._open = True
        # Daemons, so that a program that dies without `close` still ends.
        self._threads = [
            threading.Thread(target=self._work, name=f"melisma-{name}-{i}", daemon=True) for i in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, call: Callable[[], None], urgent: bool = False) -> bool:
        """Queue a call; False when too many wait already (an urgent one always fits) or after `close`."""
        with self._changed:
            if not self._open or (len(self._waiting) >= self._limit and not urgent):
                return False
            self._waiting.append(call)
            self._changed.notify()
            return True

    def close(self) -> None:
        """Drop what waits, let what runs end, and join every thread.  May be called twice."""
        with self._changed:
            self._open = False
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or not self._open)
                if not self._waiting:
                    return
                call = self._waiting.popleft()
            try:
                call()
            except Exception:  # one bad call must not take the thread along
                _log.exception("A call on a worker of the bridge failed.")
