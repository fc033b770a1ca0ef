"""Where files are kept that were dropped and would have vanished."""

from __future__ import annotations

from pathlib import Path

from engine.folders import data_folder


def inbox_folder() -> Path:
    """The user's own."""
    return data_folder() / "dropped"
