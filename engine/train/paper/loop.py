"""The loop that both trainings share: what a step sees depends on its number alone, so that a stopped training goes
on exactly as it would have.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError  # what PyTorch says of a file that it refuses to read
from typing import Any, Protocol

import torch
from torch import Tensor

from engine.errors import InputError, MelismaError
from engine.train import checkpoint

Draw = Callable[[int], Mapping[str, Tensor]]
"""Number of a step -> its batch, on the CPU."""
Look = Callable[[], Mapping[str, float]]
"""Figures on what is put aside, for the log."""


class Trainer(Protocol):
    """What the loop drives."""

    done: int

    def step(self, batch: Mapping[str, Tensor]) -> dict[str, float]:
        """One update; the losses."""

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken.  Raises `RuntimeError` for networks of another size."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where, and how long.  `steps` counts from the first one, over all resumes."""

    out: Path
    """The checkpoint; its log lies beside it."""
    steps: int
    minutes: float = math.inf
    device: str = "cpu"
    seed: int = 1
    save_every_s: float = 180.0
    report_every: int = 50


def train(trainer: Trainer, draw: Draw, run: Run, look: Look | None = None) -> None:
    """Train until `run.steps` or `run.minutes`; goes on from `run.out` when it is there.

    Raises `InputError` for a checkpoint of another size, `MelismaError` when the losses are no numbers any more.
    """
    resume(trainer, run)
    log = checkpoint.Log(run.out.with_suffix(".jsonl"))
    began, started = trainer.done, time.monotonic()
    saved, sums = started, _Sums()
    while trainer.done < run.steps and time.monotonic() - started < 60 * run.minutes:
        sums.add(one_step(trainer, draw, run))
        if trainer.done % run.report_every == 0 or trainer.done == run.steps:
            pace = (time.monotonic() - started) / (trainer.done - began)
            left_s = pace * (run.steps - trainer.done)
            unseen = look() if look else {}
            log.write(step=trainer.done, of=run.steps, left=duration(left_s), **sums.means(), **unseen)
            sums = _Sums()
        if time.monotonic() - saved > run.save_every_s:
            checkpoint.save(run.out, trainer.state())
            saved = time.monotonic()
    checkpoint.save(run.out, trainer.state())


def one_step(trainer: Trainer, draw: Draw, run: Run) -> dict[str, float]:
    """The next step, whose chance is its own."""
    torch.manual_seed(run.seed * 1_000_003 + trainer.done)
    batch = {name: value.to(run.device) for name, value in draw(trainer.done).items()}
    figures = trainer.step(batch)
    if not all(math.isfinite(value) for value in figures.values()):
        what = f"The training left the numbers at step {trainer.done}."
        raise MelismaError(what, "Run it again with a smaller --rate; it goes on from the last checkpoint.")
    return figures


def resume(trainer: Trainer, run: Run) -> None:
    """Go on from `run.out`, if it is there."""
    if not run.out.exists():
        return
    try:
        trainer.restore(read_checkpoint(run.out, run.device))
    except (RuntimeError, KeyError, ValueError) as error:
        raise _unusable(run.out) from error


def read_checkpoint(path: Path, device: str = "cpu") -> dict[str, Any]:
    """What a training wrote; `device` "meta": its plain values alone.  Raises `InputError` when it cannot be read."""
    try:
        return checkpoint.load(path, device)
    except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
        raise _unusable(path) from error


def _unusable(path: Path) -> InputError:
    return InputError(f"{path} is no checkpoint of this training.", "Name another --work, or remove it.")


def duration(seconds: float) -> str:
    """For people: "3 d 2 h", "5 h 10 min", "4 min"."""
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


class _Sums:
    """Means of figures since the last report."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._count = 0

    def add(self, figures: Mapping[str, float]) -> None:
        self._count += 1
        for name, value in figures.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def means(self) -> dict[str, float]:
        return {name: total / self._count for name, total in self._sums.items()}
