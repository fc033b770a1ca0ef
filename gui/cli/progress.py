"""A bar on stderr for work that takes longer than a second; plain lines where there is no terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from engine.jobs import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_PATIENCE_S = 1.0
_LINE_EVERY_S = 2.0


class ProgressDisplay:
    """A progress sink, used as a context manager.  `shown=False` swallows everything (`--quiet`)."""

    def __init__(self, shown: bool = True) -> None:
        self._shown = shown
        self._next_at = time.monotonic() + _PATIENCE_S
        self._bar: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        """Called from the worker's thread, at every unit of work."""
        if not self._shown or (self._bar is None and time.monotonic() < self._next_at):
            return
        if sys.stderr.isatty():
            self._draw(progress)
        else:
            print(f"{progress.stage}: {progress.done} of {progress.total}", file=sys.stderr, flush=True)
            self._next_at = time.monotonic() + _LINE_EVERY_S

    def __enter__(self) -> ProgressDisplay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _draw(self, progress: Progress) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        if progress.stage not in self._tasks:
            self._tasks[progress.stage] = self._bar.add_task(progress.stage, total=progress.total)
        self._bar.update(self._tasks[progress.stage], completed=progress.done, total=progress.total)
