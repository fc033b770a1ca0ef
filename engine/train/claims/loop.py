"""One resumable loop for all trainings of a comparison."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from engine.train import checkpoint
from engine.train.measure.progress import Report

SAVE_EVERY_S = 120.0

Batch_contra = TypeVar("Batch_contra", contravariant=True)


class Trainer(Protocol[Batch_contra]):
    """What the trainers of codecs and generators have in common."""

    done: int

    def step(self, batch: Batch_contra) -> dict[str, float]:
        """One update; the losses."""

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""


class Clock:
    """How much time is left; `late` after so many minutes."""

    def __init__(self, minutes: float) -> None:
        self._end = time.monotonic() + 60 * minutes

    @property
    def late(self) -> bool:
        """Whether it is time to stop."""
        return time.monotonic() > self._end


def train(
    trainer: Trainer[Batch_contra],
    draw: Callable[[np.random.Generator], Batch_contra],
    steps: int,
    seed: int,
    path: Path,
    clock: Clock,
    report: Report,
) -> bool:
    """Train until `steps` or until the clock says so; whether it is done.  Goes on from the checkpoint `path`.

    `draw(rng)` makes a batch: trainings of one seed see the same windows, as long as they are stopped at the same steps
    or not at all.
    """
    if path.exists():
        trainer.restore(checkpoint.load(path))
    rng = np.random.default_rng([seed, trainer.done])
    saved = time.monotonic()
    while trainer.done < steps and not clock.late:
        trainer.step(draw(rng))
        report(f"Training {path.stem}", trainer.done, steps)
        if time.monotonic() - saved > SAVE_EVERY_S:
            checkpoint.save(path, trainer.state())
            saved = time.monotonic()
    checkpoint.save(path, trainer.state())
    return trainer.done >= steps
