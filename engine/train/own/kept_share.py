"""How far a training came, in a small file beside its checkpoint.

Who only wants to know that need not load PyTorch, nor hold open what the training replaces meanwhile, which Windows
forbids.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from engine.files import write_bytes_whole


def note_share(checkpoint: Path, done: int, spent_s: float) -> None:
    """Write it down beside `checkpoint`.  Raises nothing: what was learned matters more than what is told of it."""
    told = json.dumps({"done": done, "spent_s": spent_s})
    with suppress(OSError):
        write_bytes_whole(_beside(checkpoint), told.encode())


def how_far(checkpoint: Path) -> tuple[int, float]:
    """(steps, seconds) of a checkpoint; nothing where there is none, or it cannot be read."""
    if not checkpoint.is_file():
        return 0, 0.0
    try:
        told = json.loads(_beside(checkpoint).read_text(encoding="utf-8"))
        return int(told["done"]), float(told["spent_s"])
    except (OSError, ValueError, KeyError, TypeError):
        return _of_tensors(checkpoint)


def _beside(checkpoint: Path) -> Path:
    return checkpoint.with_suffix(".json")


def _of_tensors(checkpoint: Path) -> tuple[int, float]:
    """Of one that was written before there was a file beside it."""
    import torch

    try:
        state = torch.load(checkpoint, map_location="meta", weights_only=True)
        return int(state["done"]), float(state["spent_s"])
    except Exception:  # a spoilt file shows itself to who trains on it
        return 0, 0.0
