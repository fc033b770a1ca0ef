"""The command line in this process, with the tiny voice and folders of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gui.cli.main import run


@dataclass(frozen=True)
class Outcome:
    """How one command line ended."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """stdout, which must be one JSON object and nothing else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Command = Callable[..., Outcome]


@pytest.fixture
def command(user_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> Command:
    """`command("sing", clip, "--out", "a.wav")` in an empty folder; `sing` with the tiny voice on the CPU."""
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def call(*words: object) -> Outcome:
        line = [str(word) for word in words]
        if line[0] == "sing" and "--voice" not in line:
            line += ["--voice", "tiny"]
        if line[0] == "sing" and "--device" not in line:
            line += ["--device", "cpu"]
        code = run(line)
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def work(command: Command, tmp_path: Path) -> Path:
    """Where the commands run."""
    return tmp_path / "work"
