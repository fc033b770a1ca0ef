"""Libraries that not everybody installs: dictionaries for Chinese characters and kanji."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def optional(module: str) -> ModuleType | None:
    """The module, or None where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        return None
