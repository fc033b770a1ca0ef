"""Checkpoints: tensors only, written beside and renamed, so that a stop never costs more than minutes."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import torch


def save(path: Path, state: dict[str, Any]) -> None:
    """Write `state` (nested dicts of tensors and plain values) to `path` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    torch.save(state, beside)
    beside.replace(path)


def load(path: Path, device: str = "cpu") -> dict[str, Any]:
    """Read a checkpoint; tensors and plain values only, never pickled code."""
    state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    return state


def steps_done(path: Path) -> int:
    """How many steps the checkpoint at `path` has behind it; 0 when there is none."""
    if not path.exists():
        return 0
    state = torch.load(path, map_location="meta", weights_only=True)
    return int(state.get("step", state.get("done", 0)))


class Log:
    """One JSON line per report, on the terminal and in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._started = time.monotonic()

    def write(self, **figures: float | int | str) -> None:
        """Append one line with the seconds since the start."""
        short = {k: round(v, 5) if isinstance(v, float) else v for k, v in figures.items()}
        line = json.dumps({"s": round(time.monotonic() - self._started), **short})
        print(line, flush=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
