"""A bar on stderr for work that takes longer than a second; plain lines where there is no terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from engine.jobs import Progress
from gui.cli.output import harmless

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_PATIENCE_S = 1.0
_LINE_EVERY_S = 2.0


class ProgressDisplay:
    """A progress sink, used as a context manager.

    `shown=False` swallows everything (`--quiet`).  Nothing is said in the first `patience_s` (a second): quick work
    needs no bar.  `time_left`: say how long the stage still takes, for work of minutes whose steps are alike.
    """

    def __init__(self, shown: bool = True, patience_s: float | None = None, time_left: bool = False) -> None:
        self._shown, self._time_left = shown, time_left
        self._next_at = time.monotonic() + (_PATIENCE_S if patience_s is None else patience_s)
        self._bar: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._stage, self._stage_at = "", 0.0

    def __call__(self, progress: Progress) -> None:
        """Called from the worker's thread, at every unit of work."""
        if progress.stage != self._stage:
            self._stage, self._stage_at = progress.stage, time.monotonic()
        if not self._shown or (self._bar is None and time.monotonic() < self._next_at):
            return
        if sys.stderr.isatty():
            self._draw(progress)
        else:
            print(
                f"{harmless(progress.stage)}: {progress.done} of {progress.total}{self._left(progress)}",
                file=sys.stderr,
                flush=True,
            )
            self._next_at = time.monotonic() + _LINE_EVERY_S

    def __enter__(self) -> ProgressDisplay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _left(self, progress: Progress) -> str:
        """From the pace of the whole stage so far; nothing while that says little."""
        if not self._time_left or not progress.done:
            return ""
        left_s = (time.monotonic() - self._stage_at) * (progress.total - progress.done) / progress.done
        minutes, seconds = divmod(round(left_s), 60)
        return f", {minutes}:{seconds:02} left"

    def _draw(self, progress: Progress) -> None:
        if self._bar is None:
            self._bar = self._make_bar()
            self._bar.start()
        for stage, task in self._tasks.items():
            if stage != progress.stage and self._time_left:  # a bar for each of a hundred files fills the screen
                self._bar.update(task, visible=False)
        if progress.stage not in self._tasks:
            self._tasks[progress.stage] = self._bar.add_task(harmless(progress.stage), total=progress.total)
        self._bar.update(self._tasks[progress.stage], completed=progress.done, total=progress.total)

    def _make_bar(self) -> RichProgress:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            ProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar

        stage = TextColumn("{task.description}", markup=False)  # it may name a track
        columns: list[ProgressColumn] = [stage, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        if self._time_left:
            columns += [TextColumn("left:"), TimeRemainingColumn()]
        return Bar(*columns, console=Console(stderr=True), transient=True)
