"""Two processes train as one: the same weights everywhere, from the mean of what each saw."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
import torch

from engine.errors import MelismaError
from engine.train.team import Team, gather


def averaged(folder: Path, team: Team) -> None:
    parameter = torch.nn.Parameter(torch.zeros(3))
    parameter.grad = torch.full((3,), 1.0 + team.rank)
    team.average([parameter])
    team.wait()
    (folder / f"rank{team.rank}").write_text(f"{team.size} {parameter.grad.tolist()}")
    team.wait()


def in_turn(folder: Path, team: Team) -> None:
    team.wait_unless_leading()
    if team.leads:
        (folder / "made").write_text("once")
    assert (folder / "made").read_text() == "once"
    team.wait_if_leading()
    team.wait()


def failing(_: Path, team: Team) -> None:
    raise ValueError(f"rank {team.rank}")


def test_gradients_are_the_mean_over_the_team(tmp_path, monkeypatch):
    """They also meet in a folder named from here, with signs that mean something in a URL."""
    monkeypatch.chdir(tmp_path)
    Path("work #1?").mkdir()
    gather(2, Path("work #1?"), partial(averaged, tmp_path))
    assert {(tmp_path / f"rank{rank}").read_text() for rank in range(2)} == {"2 [1.5, 1.5, 1.5]"}


def test_the_first_does_alone_what_is_done_once(tmp_path):
    gather(2, tmp_path, partial(in_turn, tmp_path))
    assert (tmp_path / "made").exists()


def test_alone_nothing_is_started(tmp_path):
    gather(1, tmp_path, partial(averaged, tmp_path))
    assert (tmp_path / "rank0").read_text() == "1 [1.0, 1.0, 1.0]"


def test_a_failure_is_the_callers(tmp_path):
    with pytest.raises(ValueError, match="rank 0"):
        gather(2, tmp_path, partial(failing, tmp_path))


def leaving(_: Path, team: Team) -> None:
    if not team.leads:
        os._exit(3)
    team.wait()


def test_a_process_that_ends_early_is_named(tmp_path):
    with pytest.raises(MelismaError, match="ended before its time"):
        gather(2, tmp_path, partial(leaving, tmp_path))
