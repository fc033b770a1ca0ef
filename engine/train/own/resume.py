"""On from a checkpoint, which a full disk or a power cut may have spoilt."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.train import checkpoint

_SPOILT = (RuntimeError, pickle.UnpicklingError, EOFError, LookupError, ValueError, TypeError, AttributeError)


def go_on_from(path: Path, restore: Callable[[dict[str, Any]], None], device: str) -> None:
    """Give what was kept in `path` to `restore`.  Raises `InputError` when it is spoilt."""
    try:
        restore(checkpoint.load(path, device))
    except _SPOILT as error:
        if "memory" in str(error).lower():  # the machine's fault: with more of it, what was learned is still good
            raise
        what = f"What this training has learned so far cannot be read: {path} is spoilt."
        raise InputError(what, "Forget this training and begin anew.", option="fresh") from error
