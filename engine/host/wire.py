"""Answers on their way to the window: whole lines from any thread, progress no more often than an eye can see."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from engine.host.messages import PROGRESS, to_line
from engine.jobs import Progress

PERIOD_S = 0.05
"""Between two lines of progress of one request."""


class Wire:
    """Writes lines to `stream`, one at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Mapping[str, Any]) -> None:
        """Raises `ValueError` as `to_line`.  A window that is gone is no fault: the end of input tells it too."""
        line = to_line(message)
        with self._lock, suppress(OSError):
            self._stream.write(line)
            self._stream.flush()


class ProgressTeller:
    """Tells the newest progress of each request, at once when it has been quiet, else when `PERIOD_S` are over.

    The last one before a pause is always told: "Loading" must not stand there while it has long been singing.
    """

    def __init__(self, wire: Wire, period_s: float = PERIOD_S) -> None:
        self._wire, self._period_s = wire, period_s
        self._waiting: dict[str, Progress] = {}
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="melisma-progress", daemon=True)
        self._thread.start()

    def tell(self, request: str, progress: Progress) -> None:
        """Soon; any thread."""
        with self._changed:
            self._waiting[request] = progress
            self._changed.notify()

    def forget(self, request: str) -> None:
        """When this returns, no more progress of `request` is told."""
        with self._changed:
            self._waiting.pop(request, None)

    def close(self) -> None:
        """Ends the thread."""
        self._closing.set()
        with self._changed:
            self._changed.notify()
        self._thread.join()

    def _serve(self) -> None:
        while not self._closing.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
                # Sent while the lock is held, so that `forget` waits for what is on its way.
                for request, progress in self._waiting.items():
                    self._wire.send(_line(request, progress))
                self._waiting.clear()
            self._closing.wait(self._period_s)


def _line(request: str, progress: Progress) -> dict[str, Any]:
    return {
        "id": request,
        "event": PROGRESS,
        "stage": progress.stage,
        "done": progress.done,
        "total": progress.total,
    }
