"""Undo and redo: older projects, whole.  They share what did not change, so a step costs little."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.api.project import Project

STEPS = 500
"""Older ones are forgotten."""


@dataclass(frozen=True, slots=True)
class _Step:
    """`project` as it was before what `label` tells."""

    label: str
    project: Project
    merge: str = ""


class History:
    """`project` is the present one.  `clock` in seconds, for what belongs together by time."""

    def __init__(self, project: Project, clock: Callable[[], float] = time.monotonic) -> None:
        self.project = project
        self._clock = clock
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._done_at = 0.0

    @property
    def undo_label(self) -> str:
        """Of the step that `undo` takes back; "" when there is none."""
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        """Of the step that `redo` does again; "" when there is none."""
        return self._redo[-1].label if self._redo else ""

    def do(self, label: str, project: Project, merge: str = "", within_s: float = 1.0) -> bool:
        """Go on to `project`; whether anything changed.

        The same non-empty `merge` as the step before, at most `within_s` seconds later: still that step.  A merged step
        that ends where it began is none.
        """
        now = self._clock()
        together = self._merges(merge) and now - self._done_at <= within_s
        if project is self.project:
            return False
        if together and project is self._undo[-1].project:
            self._undo.pop()
        elif not together:
            self._undo.append(_Step(label, self.project, merge))
            del self._undo[:-STEPS]
        self._redo.clear()
        self.project, self._done_at = project, now
        return True

    def drop(self, merge: str) -> bool:
        """Take the step of `merge` back as if it had never been; whether it was the last one."""
        if not self._merges(merge):
            return False
        self.project = self._undo.pop().project
        return True

    def undo(self) -> bool:
        """One step back; whether there was one."""
        return self._go(self._undo, self._redo)

    def redo(self) -> bool:
        """One step forth again; whether there was one."""
        return self._go(self._redo, self._undo)

    def _merges(self, merge: str) -> bool:
        return bool(merge and self._undo and self._undo[-1].merge == merge)

    def _go(self, taken: list[_Step], given: list[_Step]) -> bool:
        if not taken:
            return False
        step = taken.pop()
        # Without its merge: a step that was taken back is closed.
        given.append(_Step(step.label, self.project))
        self.project = step.project
        return True
