"""Looks after all DAWs: which are there, and what their users ask for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from engine.errors import InputError, MelismaError
from plugin_host.bridge.daws import Daws, Seen
from plugin_host.ports import Ask, Capability, DawAdapter, Session

PRESENT_S = 0.1
"""How often a DAW that is there is asked for asks."""
ABSENT_S = 2.0
"""How often is looked whether a DAW has come, or gone."""

_log = logging.getLogger(__name__)

TakeAsk = Callable[[str, Ask], None]
Changed = Callable[[str, Seen], None]


class DawWatch:
    """Use as a context manager.  `take` gets every ask once; `changed` hears of DAWs that come, go or change session.

    Every DAW has a thread of its own, for one that is slow to answer must not keep the others waiting.  `take` is
    called on that thread, `changed` too, but never twice at once.  What an adapter does wrong is logged once per kind
    of error.
    """

    def __init__(
        self,
        daws: Daws,
        take: TakeAsk,
        changed: Changed = lambda _daw, _seen: None,
        present_s: float = PRESENT_S,
        absent_s: float = ABSENT_S,
    ) -> None:
        self._daws, self._take, self._changed = daws, take, changed
        self._present_s, self._absent_s = present_s, absent_s
        self._next_look = dict.fromkeys(daws.ids, 0.0)
        self._wakes = {daw: threading.Event() for daw in daws.ids}
        self._looked = {daw: threading.Event() for daw in daws.ids}
        self._complained: set[tuple[str, str]] = set()
        self._telling = threading.Lock()
        self._open = True
        self._threads = [
            threading.Thread(target=self._run, args=(daw,), name=f"melisma-watch-{daw}", daemon=True)
            for daw in daws.ids
        ]

    def __enter__(self) -> DawWatch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    def wait_for_first_look(self, timeout_s: float) -> None:
        """Until every DAW was looked at once, or for `timeout_s` where one of them is slow."""
        deadline = time.monotonic() + timeout_s
        for looked in self._looked.values():
            looked.wait(max(0.0, deadline - time.monotonic()))

    def wake(self, daw: str) -> None:
        """Look at once: something lies there for us."""
        if daw in self._next_look:
            self._next_look[daw] = 0.0
            self._wakes[daw].set()

    def stop(self) -> None:
        """Take and tell nothing more, without waiting."""
        self._open = False
        for wake in self._wakes.values():
            wake.set()

    def close(self) -> None:
        """Stop and wait for the threads.  May be called twice."""
        self.stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _run(self, daw: str) -> None:
        wake = self._wakes[daw]
        while self._open:
            wake.clear()
            self._guarded(daw)
            self._looked[daw].set()
            if self._open:  # `close` may have woken us before the event was cleared
                wake.wait(self._present_s if self._daws.seen(daw).present else self._absent_s)

    def _guarded(self, daw: str) -> None:
        """An adapter, even a broken one, must not take the others along."""
        try:
            self._visit(daw)
        except Exception as error:
            self._note(daw, Seen())
            kind = (daw, type(error).__name__)
            if kind not in self._complained:
                self._complained.add(kind)
                _log.error("looking after %s failed", daw, exc_info=error)

    def _visit(self, daw: str) -> None:
        seen = self._daws.seen(daw)
        now_s = time.monotonic()
        due = now_s >= self._next_look[daw]
        if not seen.present and not due:
            return
        with self._daws.using_if_free(daw) as adapter:
            if adapter is None:
                return  # a job is at it
            if due:
                self._next_look[daw] = now_s + self._absent_s
                seen = self._look(adapter)
            asks = _asks(adapter) if seen.present else ()
        if asks is None:
            seen, asks = Seen(), ()
        self._note(daw, seen)
        for ask in asks:
            try:
                self._take(daw, ask)
            except Exception:  # it is given once: the others must not be lost with it
                _log.exception("an ask of %s was not taken", daw)

    def _look(self, adapter: DawAdapter) -> Seen:
        return Seen(True, _session(adapter)) if adapter.probe() else Seen()

    def _note(self, daw: str, seen: Seen) -> None:
        if seen != self._daws.seen(daw):
            self._daws.note(daw, seen)
            with self._telling:
                if self._open:  # while we end, scripts stop answering us
                    self._changed(daw, seen)


def _session(adapter: DawAdapter) -> Session | None:
    try:
        return adapter.session()
    except MelismaError:
        return None  # it may have none open


def _asks(adapter: DawAdapter) -> tuple[Ask, ...] | None:
    """None when the DAW has gone."""
    if Capability.ASKS not in adapter.capabilities:
        return ()
    try:
        return adapter.asks()
    except InputError:
        return None
