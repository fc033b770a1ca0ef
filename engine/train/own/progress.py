"""How far a training is and how long the stage still takes, on stderr."""

from __future__ import annotations

import sys
import time

from engine.jobs import Progress

EVERY_S = 10.0
SOON_S = 3.0
"""Before this the pace of a stage says little."""


class Watch:
    """A progress sink: on a terminal one line, rewritten; else a line when a stage begins and every ten seconds."""

    def __init__(self) -> None:
        self._stage, self._begun, self._began_at, self._said = "", 0, 0.0, 0.0
        self._terminal = sys.stderr.isatty()
        self._open = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage != self._stage:
            self._stage, self._begun, self._began_at = progress.stage, progress.done, now
            self._said = -EVERY_S
        if now - self._said < (0.2 if self._terminal else EVERY_S):
            return
        self._said = now
        line = f"{progress.stage}{self._far(progress)}{self._left(progress, now)}"
        if self._terminal:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(line, file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        """A sentence on a line of its own."""
        self.finish()
        print(line, file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._open:
            print(file=sys.stderr)
            self._open = False

    def _far(self, progress: Progress) -> str:
        return f": {progress.done / progress.total:.0%}" if progress.total > 1 else ""

    def _left(self, progress: Progress, now: float) -> str:
        done, spent_s = progress.done - self._begun, now - self._began_at
        if done < 1 or spent_s < SOON_S:
            return ""
        minutes, seconds = divmod(round(spent_s * (progress.total - progress.done) / done), 60)
        return f", {minutes}:{seconds:02} left"
