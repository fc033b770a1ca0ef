"""Ardour: a Lua script inside it serves the spool (plugin_host/scripts/ardour)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.errors import MelismaError
from plugin_host.adapters.ardour_channels import join_channels
from plugin_host.ports import Capability
from plugin_host.spool import Spool, SpoolAdapter
from plugin_host.spool.records import Record

CAPABILITIES = frozenset(Capability) - {Capability.LYRICS}
"""Ardour drops lyrics when it imports a file, and has no other place for them."""


def ardour_adapter(folder: Path | None = None) -> SpoolAdapter:
    """The adapter; `folder` is for tests and the demo.  Raises `InputError` when the spool cannot be made."""
    return _ArdourAdapter(folder)


class _ArdourAdapter(SpoolAdapter):
    def __init__(self, folder: Path | None) -> None:
        super().__init__("ardour", "Ardour", CAPABILITIES, folder)
        self._spool = _ArdourSpool(self._spool.folder, "Ardour")


class _ArdourSpool(Spool):
    """Ardour keeps every channel in a file of its own; everybody behind this sees one file a region."""

    def command(
        self, verb: str, records: Iterable[Sequence[str]] = (), timeout_s: float = 5.0, session: str = ""
    ) -> list[Record]:
        return join_channels(super().command(verb, records, timeout_s, session))

    def asks(self) -> list[tuple[str, Record, list[Record]]]:
        joined = []
        for ask_id, head, records in super().asks():
            try:
                joined.append((ask_id, head, join_channels(records)))
            except MelismaError as error:
                self.answer(ask_id, str(error), failed=True)
        return joined
