# ruff: noqa: N999 - Live shows the folder's name in its settings
"""Melisma inside Ableton Live: choose "Melisma" as a control surface in Live's settings."""

from __future__ import annotations

from typing import Any


def create_instance(c_instance: Any) -> Any:
    """What Live calls for a control surface."""
    from .surface import MelismaSurface

    return MelismaSurface(c_instance)
