"""Ableton Live 12: a remote script inside it serves the spool (plugin_host/scripts/live)."""

from __future__ import annotations

from pathlib import Path

from plugin_host.ports import Capability
from plugin_host.spool import SpoolAdapter

CAPABILITIES = frozenset(Capability) - {Capability.LYRICS, Capability.TEMPO_MAP}
"""Live's notes have no lyrics, and its scripts see one tempo: that of the moment."""


def live_adapter(folder: Path | None = None) -> SpoolAdapter:
    """The adapter; `folder` is for tests.  Raises `InputError` when the spool's folder cannot be made."""
    return SpoolAdapter("live", "Ableton Live", CAPABILITIES, folder)
