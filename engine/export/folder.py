"""Where a trained model goes."""

from __future__ import annotations

from pathlib import Path

from engine.errors import InputError
from engine.models import MANIFEST_NAME


def check_replaceable(folder: Path) -> None:
    """An export clears `folder`.  Raises `InputError` when it holds something else than a model."""
    if folder.exists() and not (folder.is_dir() and ((folder / MANIFEST_NAME).is_file() or not any(folder.iterdir()))):
        raise InputError(f"{folder} is there already and is no model.", "Name a new folder for the model.")
