"""Where a trained model goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import InputError
from engine.models import MANIFEST_NAME


def check_replaceable(folder: Path) -> None:
    """An export clears `folder`.  Raises `InputError` when it holds something else than a model."""
    if folder.exists() and not (folder.is_dir() and ((folder / MANIFEST_NAME).is_file() or not any(folder.iterdir()))):
        raise InputError(f"{folder} is there already and is no model.", "Name a new folder for the model.")


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`, which takes its place when all is well, and goes away when it is not."""
    beside = folder.with_name(folder.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        yield beside
        shutil.rmtree(folder, ignore_errors=True)
        beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
