"""The DAWs that we know, each used by one thread at a time."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.errors import InputError
from plugin_host.ports import DawAdapter, Session

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look at a DAW said; `session` is None when none is open."""

    present: bool = False
    session: Session | None = None


@dataclass(slots=True)
class _Daw:
    adapter: DawAdapter
    lock: threading.Lock = field(default_factory=threading.Lock)
    seen: Seen = field(default_factory=Seen)
    waiting: deque[Callable[[DawAdapter], None]] = field(default_factory=deque)


class Daws:
    """By id.  Raises `ValueError` when two share one: that is a bug of whoever made them."""

    def __init__(self, adapters: Sequence[DawAdapter]) -> None:
        self._daws = {adapter.id: _Daw(adapter) for adapter in adapters}
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
        try:
            with found.lock:
                yield found.adapter
        finally:
            _catch_up(found)

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
            _catch_up(found)

    def when_free(self, daw: str, call: Callable[[DawAdapter], None]) -> None:
        """Have `call` made with the adapter: now, else by whoever is at it, right after.  Never waits for the DAW.

        What it raises is logged.  Raises `InputError` for a DAW that we do not know.
        """
        found = self._find(daw)
        found.waiting.append(call)
        _catch_up(found)

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


def _catch_up(daw: _Daw) -> None:
    """Make the calls that wait.  Looked at again after the lock was let go: one may have come in just before."""
    while daw.waiting and daw.lock.acquire(blocking=False):
        try:
            while daw.waiting:
                call = daw.waiting.popleft()
                try:
                    call(daw.adapter)
                except Exception as error:  # of an adapter that is broken, or a DAW that has gone
                    _log.warning("%s was not reached: %s", daw.adapter.name, error)
        finally:
            daw.lock.release()


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
