"""Several processes that train one network, each on mixtures of its own: one per core pays more than two threads."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import torch
from torch import distributed, nn

from engine.errors import MelismaError

# A worker waits for the first while that one encodes or exports.
_PATIENCE = timedelta(days=1)
_LOOPBACK = {"linux": "lo", "darwin": "lo0"}


@dataclass(frozen=True, slots=True)
class Team:
    """The place of this process among `size`; the one of `rank` 0 reports and saves."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this one writes what the others may read."""
        return self.rank == 0

    def average(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace every gradient by the mean over the team."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        flat /= self.size
        for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))

    def wait(self) -> None:
        """Until all are here."""
        if self.size > 1:
            distributed.barrier()

    def wait_unless_leading(self) -> None:
        """The others wait here until the first has done, once for all, what follows, and says so."""
        if not self.leads:
            self.wait()

    def wait_if_leading(self) -> None:
        """The first says that it is done."""
        if self.leads:
            self.wait()


def gather(size: int, folder: Path, work: Callable[[Team], None]) -> None:
    """Call `work` in `size` processes, in this one as the first; returns, or raises, when that one is done.

    They find each other by a file in `folder` and talk over the loopback alone (on Windows: as its network has it).
    """
    if size == 1:
        work(Team())
        return
    meeting = folder / "team"
    meeting.unlink(missing_ok=True)
    others = [
        get_context("spawn").Process(target=_follow, args=(Team(rank, size), meeting, work), daemon=True)
        for rank in range(1, size)
    ]
    for other in others:
        other.start()
    try:
        _join(Team(0, size), meeting, work)
    except RuntimeError as error:  # what gloo says when the other end has gone
        if all(other.exitcode in (None, 0) for other in others):
            raise
        raise MelismaError(
            "A process of the training ended before its time.", "Run the command again: it goes on, see its log."
        ) from error
    finally:
        for other in others:
            other.terminate()
            other.join()


def _follow(team: Team, meeting: Path, work: Callable[[Team], None]) -> None:
    """As `_join`, but quiet where the first process says the same."""
    try:
        _join(team, meeting, work)
    except (MelismaError, KeyboardInterrupt) as error:
        sys.exit(getattr(error, "exit_code", 130))


def _join(team: Team, meeting: Path, work: Callable[[Team], None]) -> None:
    if sys.platform in _LOOPBACK:
        os.environ["GLOO_SOCKET_IFNAME"] = _LOOPBACK[sys.platform]
    # A store rather than a URL: that must be absolute, and knows `#` and `?`, which folders may have in their names.
    store = distributed.FileStore(str(meeting), team.size)  # type: ignore[attr-defined]
    distributed.init_process_group("gloo", store=store, rank=team.rank, world_size=team.size, timeout=_PATIENCE)
    try:
        work(team)
    finally:
        distributed.destroy_process_group()
