"""Paths as people say them."""

from __future__ import annotations

from pathlib import Path


def told_path(path: Path) -> str:
    """With `~` for the user's own folder: it is long, and nobody's business in a picture of the window."""
    try:
        home = Path.home()
        inside = path.relative_to(home)
    except (RuntimeError, ValueError):
        return str(path)
    return str("~" / inside) if home != Path(home.anchor) else str(path)
