"""The window's thread comes before the others of its process: work beside it must not hold it up.

All threads of Python share one interpreter.  A repaint asks for it dozens of times, and may wait 5 ms each time while a
worker reads a plan; and garbage, collected whenever any thread has made enough of it, stops them all: for 80 to 150 ms
with 10,000 notes.  docs/bench-window.md measures it.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QGuiApplication

_TURN_S = 0.0005
"""After so long a thread hands the interpreter on to one that waits."""
_LOOK_MS = 1000
_SOME, _MANY = 10_000, 25_000
"""New objects: those are looked through at once in a few milliseconds; these are a song or a plan, and stay anyway."""
_SELDOM_S, _LATEST_S = 60.0, 1800.0
"""Between two times that all is looked through, while the user is elsewhere and where the window is never left."""


@contextmanager
def window_first() -> Iterator[None]:
    """While the block runs, threads take short turns, and this thread alone collects garbage: Qt's objects may not die
    on another one, either."""
    before, was_enabled = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_TURN_S)
    gc.disable()
    timer, sweeper = QTimer(), Sweeper()
    timer.timeout.connect(sweeper.look)
    timer.start(_LOOK_MS)
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
        if was_enabled:
            gc.enable()
        sys.setswitchinterval(before)


class Sweeper:
    """Collects garbage a little at a time; all of it while the user is in another window."""

    def __init__(self) -> None:
        self._swept = time.monotonic()
        self._due = False

    def look(self) -> None:
        """Called every second, on the window's thread."""
        new = gc.get_count()[0]
        self._due = self._due or new > _SOME
        elsewhere = QGuiApplication.applicationState() != Qt.ApplicationState.ApplicationActive
        if self._due and time.monotonic() - self._swept > (_SELDOM_S if elsewhere else _LATEST_S):
            gc.unfreeze()
            gc.collect()
            self._swept, self._due = time.monotonic(), False
        elif new > _MANY:
            gc.freeze()
        elif new > _SOME:
            gc.collect(1)
