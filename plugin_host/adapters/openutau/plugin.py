"""One plugin in a DAW that plays our sounds, from its first connection to the last."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.errors import InputError
from plugin_host.adapters.openutau.discovery import PluginServer
from plugin_host.adapters.openutau.lines import Payload, Request
from plugin_host.adapters.openutau.link import LinkLost
from plugin_host.adapters.openutau.messages import Heard, Layout, hear, lay_out
from plugin_host.adapters.openutau.stretches import WIRE_RATE
from plugin_host.adapters.openutau.takes import LivePart, TakeStore
from plugin_host.adapters.openutau.talk import PluginState, Talk, Timing, other_version, unreachable
from plugin_host.ports import Transport

_log = logging.getLogger(__name__)
T = TypeVar("T")
_MOST_REQUESTS = 64  # the protocol allows one at a time


class OpenUtauPlugin:
    """Keeps one plugin in step with the parts that it shall play.  Every method may be called from any thread.

    `takes` may be shared, so that several plugins send what was prepared once.  Callbacks come on threads of ours;
    they must be quick, and may call `close`.
    """

    def __init__(self, server: PluginServer, takes: TakeStore | None = None, timing: Timing | None = None) -> None:
        self.server = server
        self._takes = takes or TakeStore()
        self._timing = timing or Timing()
        self._wake = threading.Condition()
        self._updating = threading.Lock()
        self._talk: Talk | None = None
        self._thread: threading.Thread | None = None
        self._state = PluginState.CLOSED
        self._layout = Layout()
        self._due: float | None = None
        self._requests: deque[Request] = deque()
        self._owed: frozenset[str] = frozenset()  # what the plugin lacks and has not fetched yet
        self._heard = Heard()
        self._busy = False
        self._on_transport: list[Callable[[Transport], None]] = []
        self._on_state: list[Callable[[PluginState], None]] = []
        self._telling = threading.local()
        self._unjoined: list[Talk] = []  # closed from within a callback

    @property
    def state(self) -> PluginState:
        return self._state

    @property
    def transport(self) -> Transport | None:
        """Where the DAW is; None before the plugin told.  `bpm` 0: not told.  The rate is that of the wire."""
        heard = self._heard
        if heard.position_ms is None:
            return None
        position = round(heard.position_ms * WIRE_RATE / 1000)
        return Transport(position, WIRE_RATE, 1.0 if heard.playing else 0.0, heard.bpm)

    def on_transport(self, callback: Callable[[Transport], None]) -> None:
        """Call `callback` whenever the DAW moves, starts, stops or changes its tempo."""
        self._on_transport.append(callback)

    def on_state(self, callback: Callable[[PluginState], None]) -> None:
        self._on_state.append(callback)

    def connect(self) -> None:
        """Connect and show the plugin what it shall play; from then on it is followed.

        Raises `InputError` when it is gone, speaks another version, or does not answer.
        """
        if not self.server.compatible:
            raise other_version(self.server, self.server.version_text)
        self.close()
        with self._wake:
            self._state = PluginState.RECONNECTING
            self._requests.clear()
        try:
            self._open()
        except LinkLost as error:
            self._hang_up()
            self._become(PluginState.CLOSED)
            raise unreachable(self.server, error) from error
        except InputError:
            self._hang_up()
            self._become(PluginState.CLOSED)
            raise
        self._become(PluginState.CONNECTED)
        self._thread = threading.Thread(target=self._work, name=f"openutau-{self.server.port}-work", daemon=True)
        self._thread.start()

    def update(self, parts: Sequence[LivePart]) -> None:
        """From now on the plugin shall play `parts` and nothing else; it is told as soon as it is there.

        Prepares new sounds before it comes back.  Tracks keep their numbers.  Raises as `lay_out`.
        """
        with self._updating:
            layout = lay_out(parts, self._takes, self._layout.tracks)
            with self._wake:
                self._layout = layout
                self._due = time.monotonic() + self._timing.debounce_s
                self._wake.notify_all()

    def wait_settled(self, timeout_s: float) -> bool:
        """Wait until the plugin was sent every sound that it asked for; False when time is up or it is lost."""

        def over() -> bool:
            done = self._due is None and not self._owed and not self._requests and not self._busy
            return self._state in {PluginState.LOST, PluginState.CLOSED} or (
                done and self._state is PluginState.CONNECTED
            )

        with self._wake:
            return self._wake.wait_for(over, timeout_s) and self._state is PluginState.CONNECTED

    def close(self) -> None:
        """Say goodbye and end the threads; the plugin keeps what it has.  May be called twice."""
        self._become(PluginState.CLOSED)
        self._hang_up()
        thread = self._thread
        # Within a callback nobody waits: one of our threads would wait for itself, or for one that waits for it.
        if thread is not None and not self._calls_back:
            thread.join()
            self._thread = None
        if not self._calls_back:
            while self._unjoined:
                self._unjoined.pop().close()

    # What the link tells, on its thread.

    def requested(self, request: Request) -> None:
        """Answered by the worker: writing must not keep the link from reading."""
        with self._wake:
            if len(self._requests) < _MOST_REQUESTS:
                self._requests.append(request)
            self._wake.notify_all()

    def notified(self, kind: str, payload: Payload | None) -> None:
        before, self._heard = self._heard, hear(self._heard, kind, payload)
        if kind == "playbackStarted":
            self._flush()
        transport = self.transport
        if self._heard != before and transport is not None:
            self._tell(self._on_transport, transport)

    def ended(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _flush(self) -> None:
        """Playback begins: say at once what waits, and say again what the plugin lacks but never fetched."""
        with self._wake:
            if self._due is not None or self._owed:
                self._due = time.monotonic()
                self._wake.notify_all()

    # The worker.

    def _work(self) -> None:
        while True:
            step = self._next_step()
            if step is None:
                return
            try:
                step()
            except LinkLost as error:
                _log.info("%s: %s", self.server.name, error)
                if not self._reconnect():
                    return
            finally:
                with self._wake:
                    self._busy = False
                    self._wake.notify_all()

    def _next_step(self) -> Callable[[], None] | None:
        """What there is to do; waits for it.  None: nothing more, ever."""
        with self._wake:
            while True:
                talk = self._talk
                if self._state is PluginState.CLOSED or talk is None:
                    return None
                self._busy = True
                if not talk.alive:
                    return self._found_dead
                if self._requests:
                    request = self._requests.popleft()
                    return lambda: self._answer(talk, request)
                now = time.monotonic()
                if self._due is not None and self._due <= now:
                    return lambda: self._say(talk)
                self._busy = False
                wait_s = self._timing.check_s if self._due is None else min(self._timing.check_s, self._due - now)
                self._wake.wait(wait_s)

    def _found_dead(self) -> None:
        raise LinkLost("the connection ended, or nothing is heard any more")

    def _answer(self, talk: Talk, request: Request) -> None:
        sent = talk.answer(request, self._layout)
        with self._wake:
            self._owed -= {sent}

    def _say(self, talk: Talk) -> None:
        with self._wake:
            layout, self._due = self._layout, None
        owed = talk.say(layout)
        with self._wake:
            # Requests for some of it may wait already; they are answered after this, so none is counted out too early.
            self._owed = owed

    def _open(self) -> None:
        """Connect, introduce ourselves and say everything.  Raises `LinkLost`, `InputError` for another version."""
        talk = Talk(self.server, self, self._timing)
        with self._wake:
            closed = self._state is PluginState.CLOSED
            self._talk = talk
        if closed:  # while we were connecting
            raise LinkLost("closed meanwhile")
        talk.introduce(self._layout)
        self._say(talk)

    def _reconnect(self) -> bool:
        """Three tries; False when all failed or `close` came in between."""
        self._hang_up()
        with self._wake:
            if self._state is PluginState.CLOSED:
                return False
            self._requests.clear()
            self._owed = frozenset()
        self._become(PluginState.RECONNECTING)
        for wait_s in self._timing.backoff_s:
            with self._wake:
                if self._wake.wait_for(lambda: self._state is PluginState.CLOSED, wait_s):
                    return False
            try:
                self._open()
            except (LinkLost, InputError) as error:
                _log.info("%s: %s", self.server.name, error)
                self._hang_up()
                continue
            self._become(PluginState.CONNECTED)
            return self._state is PluginState.CONNECTED
        self._become(PluginState.LOST)
        return False

    def _hang_up(self) -> None:
        with self._wake:
            talk, self._talk = self._talk, None
        if talk is not None:
            talk.close()
            if self._calls_back:
                self._unjoined.append(talk)

    @property
    def _calls_back(self) -> bool:
        """Whether this very thread is within a callback of ours."""
        return getattr(self._telling, "now", False)

    def _become(self, state: PluginState) -> None:
        """Closed stays closed until `connect`, whatever the worker finds out meanwhile."""
        with self._wake:
            if self._state is state or (self._state is PluginState.CLOSED):
                self._wake.notify_all()
                return
            self._state = state
            self._wake.notify_all()
        self._tell(self._on_state, state)

    def _tell(self, callbacks: Sequence[Callable[[T], None]], news: T) -> None:
        for callback in tuple(callbacks):
            self._telling.now = True
            try:
                callback(news)
            except Exception:  # whoever listens must not end the connection
                _log.exception("a listener failed")
            finally:
                self._telling.now = False
