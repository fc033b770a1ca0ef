"""A separator at work on one song: watched, stoppable, spared silence, and not believed blindly."""

from __future__ import annotations

import numpy as np

from engine.errors import MelismaError
from engine.jobs import JobContext, Progress
from engine.separation.separator import Floats, Separator


class SegmentWork:
    """One bar over all segments, from what a separator reports of each.

    `expected` segments come from what a file states of its length; it may be wrong, so the total can grow.
    """

    def __init__(self, separator: Separator, context: JobContext, stage: str, expected: int) -> None:
        self._separator, self._context, self._stage = separator, context, stage
        self._expected = max(1, expected)
        self._begun = 0
        self._steps = 1  # of one segment; known once the separator has reported
        self._report(0)

    def separate(self, mix: Floats, start: int) -> Floats:
        """The vocals of a segment, float32 [2, T] as `mix`; of digital silence, silence, and no network runs.

        Raises `Cancelled`, or `MelismaError` when the separator fails or makes no sound of this shape.
        """
        index, self._begun = self._begun, self._begun + 1
        self._expected = max(self._expected, self._begun)

        def part(progress: Progress) -> None:
            self._steps = max(1, progress.total)
            self._report(index * self._steps + min(progress.done, self._steps))

        vocals = np.zeros_like(mix)
        if mix.any():
            vocals = self._separator.separate_segment(mix, start, JobContext(part, self._context.token))
            _check(vocals, mix)
        self._report(self._begun * self._steps)
        return vocals

    def finish(self) -> None:
        """Everything is done.  Raises `Cancelled` for the last time."""
        self._report(self._expected * self._steps)

    def _report(self, done: int) -> None:
        self._context.step(self._stage, done, self._expected * self._steps)


def _check(vocals: Floats, mix: Floats) -> None:
    if vocals.shape != mix.shape:
        raise MelismaError(f"The separator made {vocals.shape} of a mix of {mix.shape}.", "Install it again.")
    if not np.isfinite(vocals).all():
        raise MelismaError("The separator made values that are no numbers.", "Try another one, or the device cpu.")
