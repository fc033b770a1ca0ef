"""How far a measurement is, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Report = Callable[[str, int, int], None]
"""Called with a stage, how many of its parts are done, and of how many."""
EVERY_S = 10.0


class StderrReport:
    """A line when a stage begins, then at most one every ten seconds (on a terminal: one line, rewritten)."""

    def __init__(self) -> None:
        self._stage, self._said_at = "", 0.0
        self._terminal = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and not self._terminal and now - self._said_at < EVERY_S:
            return
        if self._terminal and stage != self._stage and self._stage:
            print(file=sys.stderr)
        self._stage, self._said_at = stage, now
        line = stage if total <= 1 else f"{stage}: {done} of {total}"
        print(f"\r\x1b[K{line}" if self._terminal else line, end="" if self._terminal else "\n", file=sys.stderr)
        sys.stderr.flush()

    def finish(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._terminal and self._stage:
            print(file=sys.stderr)
