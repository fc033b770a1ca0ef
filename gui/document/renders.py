"""Where files lie that are dragged out."""

from __future__ import annotations

from pathlib import Path

from engine.folders import data_folder


def renders_folder() -> Path:
    """A lasting place of the user's own, for some DAWs do not copy."""
    return data_folder() / "renders"
