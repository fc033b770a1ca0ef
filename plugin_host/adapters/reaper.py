"""REAPER: a Lua script inside it serves the spool (plugin_host/scripts/reaper)."""

from __future__ import annotations

from pathlib import Path

from plugin_host.ports import Capability
from plugin_host.spool import SpoolAdapter

CAPABILITIES = frozenset(Capability)
"""All of them: REAPER keeps lyrics in its takes, and tells its tempo map."""


def reaper_adapter(folder: Path | None = None) -> SpoolAdapter:
    """The adapter; `folder` is for tests.  Raises `InputError` when the spool's folder cannot be made."""
    return SpoolAdapter("reaper", "REAPER", CAPABILITIES, folder)
