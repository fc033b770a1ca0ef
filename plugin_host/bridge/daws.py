"""The DAWs that we know, each used by one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.errors import InputError
from plugin_host.ports import DawAdapter, Session


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look at a DAW said; `session` is None when none is open."""

    present: bool = False
    session: Session | None = None


@dataclass(slots=True)
class _Daw:
    adapter: DawAdapter
    lock: threading.Lock
    seen: Seen


class Daws:
    """By id.  Raises `ValueError` when two share one: that is a bug of whoever made them."""

    def __init__(self, adapters: Sequence[DawAdapter]) -> None:
        self._daws = {adapter.id: _Daw(adapter, threading.Lock(), Seen()) for adapter in adapters}
        if len(self._daws) != len(adapters):
            raise ValueError("two adapters of one id")

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._daws)

    def name(self, daw: str) -> str:
        """For people.  Raises `InputError`."""
        return self._find(daw).adapter.name

    def seen(self, daw: str) -> Seen:
        """What the last look said, without waiting.  Raises `InputError`."""
        return self._find(daw).seen

    def note(self, daw: str, seen: Seen) -> None:
        """Remember what a look said."""
        self._find(daw).seen = seen

    @contextmanager
    def using(self, daw: str) -> Iterator[DawAdapter]:
        """The adapter, for this thread alone.  Raises `InputError` for a DAW that we do not know."""
        found = self._find(daw)
        with found.lock:
            yield found.adapter

    @contextmanager
    def using_if_free(self, daw: str) -> Iterator[DawAdapter | None]:
        """As `using`, but None when another thread is at it."""
        found = self._find(daw)
        if not found.lock.acquire(blocking=False):
            yield None
            return
        try:
            yield found.adapter
        finally:
            found.lock.release()

    def facts(self) -> list[dict[str, Any]]:
        """For clients."""
        return [_facts(daw) for daw in self._daws.values()]

    def close(self) -> None:
        """Let go of all."""
        for daw in self._daws:
            with self.using(daw) as adapter:
                adapter.close()

    def _find(self, daw: str) -> _Daw:
        found = self._daws.get(daw)
        if found is None:
            known = ", ".join(self._daws) or "none"
            raise InputError(f"There is no DAW called {daw[:64]!r}.", f"Known are: {known}.")
        return found


def _facts(daw: _Daw) -> dict[str, Any]:
    adapter, session = daw.adapter, daw.seen.session
    return {
        "id": adapter.id,
        "name": adapter.name,
        "present": daw.seen.present,
        "capabilities": sorted(capability.value for capability in adapter.capabilities),
        "session": session
        and {
            "key": session.key,
            "name": session.name,
            "sample_rate": session.sample_rate,
            "folder": None if session.folder is None else str(session.folder),
        },
    }
