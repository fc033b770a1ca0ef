"""Undo and redo: older states, whole.  They share what did not change, so a step costs little."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

STEPS = 500
"""Older ones are forgotten."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Step(Generic[_T]):
    """`state` as it was before what `label` tells."""

    label: str
    state: _T
    merge: str = ""


class History(Generic[_T]):
    """`present` is the state now: a project, a chain's effects; equal means the same object.  `clock` in seconds, for
    what belongs together by time."""

    def __init__(self, present: _T, clock: Callable[[], float] = time.monotonic) -> None:
        self.present = present
        self._clock = clock
        self._undo: list[_Step[_T]] = []
        self._redo: list[_Step[_T]] = []
        self._done_at = 0.0

    @property
    def undo_label(self) -> str:
        """Of the step that `undo` takes back; "" when there is none."""
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        """Of the step that `redo` does again; "" when there is none."""
        return self._redo[-1].label if self._redo else ""

    def do(self, label: str, state: _T, merge: str = "", within_s: float = 1.0) -> bool:
        """Go on to `state`; whether anything changed.

        The same non-empty `merge` as the step before, at most `within_s` seconds later: still that step.  A merged step
        that ends where it began is none.
        """
        now = self._clock()
        together = self._merges(merge) and now - self._done_at <= within_s
        if state is self.present:
            return False
        if together and state is self._undo[-1].state:
            self._undo.pop()
        elif not together:
            self._undo.append(_Step(label, self.present, merge))
            del self._undo[:-STEPS]
        self._redo.clear()
        self.present, self._done_at = state, now
        return True

    def drop(self, merge: str) -> bool:
        """Take the step of `merge` back as if it had never been; whether it was the last one."""
        if not self._merges(merge):
            return False
        self.present = self._undo.pop().state
        return True

    def undo(self) -> bool:
        """One step back; whether there was one."""
        return self._go(self._undo, self._redo)

    def redo(self) -> bool:
        """One step forth again; whether there was one."""
        return self._go(self._redo, self._undo)

    def _merges(self, merge: str) -> bool:
        return bool(merge and self._undo and self._undo[-1].merge == merge)

    def _go(self, taken: list[_Step[_T]], given: list[_Step[_T]]) -> bool:
        if not taken:
            return False
        step = taken.pop()
        # Without its merge: a step that was taken back is closed.
        given.append(_Step(step.label, self.present))
        self.present = step.state
        return True
