"""The client: asks, asks again under the same id, hears notices, and finds the bridge again when it was away."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from types import TracebackType

from engine.errors import InputError, MelismaError
from engine.version import VERSION
from plugin_host.osc import addresses, replies
from plugin_host.osc.addresses import HEARTBEAT_S, MISSED_HEARTBEATS, Way
from plugin_host.osc.connection import Connection
from plugin_host.osc.handling import Answer, Value
from plugin_host.osc.link import Transport
from plugin_host.osc.messages import Message, PacketError
from plugin_host.osc.runtime_file import RuntimeEntry, read_entry
from plugin_host.osc.ulid import new_ulid
from plugin_host.osc.workers import Workers

__all__ = ["Answer", "OscClient", "Transport"]

RETRY_S = (0.25, 0.5, 1.0, 2.0)
"""How long to wait for an answer before the request is sent again; the last one repeats."""
_BYE_S = 0.5
_NOTICES_WAITING = 10_000

NoticeCallback = Callable[[str, Mapping[str, Value]], None]

_log = logging.getLogger(__name__)


class _Waiting:
    """A request on its way."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.reply: Message | None = None
        self.lost: InputError | None = None


class OscClient:
    """Says hello at the begin of its block and goodbye at the end.  Safe from any thread, callbacks included.

    `client_id`: 1 to 64 of `A-Z a-z 0-9 . _ -`, always the same, so that the client's jobs are found again; `name` for
    people.  `entry`: where the bridge is, when not what the runtime file says.  A request without an answer for
    `timeout_s` is given up.  Raises `InputError` when no bridge runs.
    """

    def __init__(
        self,
        client_id: str,
        name: str = "melisma",
        transport: Transport = Transport.UDP,
        *,
        entry: RuntimeEntry | None = None,
        timeout_s: float = 10.0,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self._introduction = (client_id, name, VERSION)
        self._timeout_s = timeout_s
        self._connection = Connection(
            (lambda: entry) if entry is not None else read_entry,
            transport,
            heartbeat_s,
            MISSED_HEARTBEATS * heartbeat_s,
            self._message,
            self._away,
            self._back,
        )
        self._waiting: dict[str, _Waiting] = {}
        self._lock = threading.Lock()
        self._notice_callbacks: list[NoticeCallback] = []
        self._missed_callbacks: list[Callable[[], None]] = []
        self._number = 0
        self._returning = False
        self.welcome = Answer()
        """The answer to the last hello; its file lists all jobs."""

    def __enter__(self) -> OscClient:
        self._connection.open()
        self._calls = Workers("osc-notice", 1, _NOTICES_WAITING)
        try:
            self._say_hello()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, if anybody is there, and join every thread."""
        with suppress(MelismaError):
            self._ask(addresses.BYE, (), new_ulid(), _BYE_S)
        self._connection.close()
        self._calls.close()

    @property
    def connected(self) -> bool:
        """Whether the bridge was heard of within the last three heartbeats."""
        return self._connection.connected

    def request(self, address: str, *arguments: Value, request_id: str | None = None) -> Answer:
        """Ask, and wait for the answer.  `address` is one of the table, `arguments` are its own.

        `request_id`: an earlier one, to ask for the same thing again; it is not done twice.  Raises what the bridge
        says, `InputError` or `MelismaError`; `InputError` when it does not answer or is not there; `MelismaError` when
        the file of the answer is not what was told.
        """
        request_id = request_id or new_ulid()
        reply = self._ask(address, arguments, request_id, self._timeout_s)
        if reply.arguments.get("kind") == replies.STRANGER and address != addresses.HELLO:  # it was started anew
            self._number = 0
            self._say_hello()
            reply = self._ask(address, arguments, request_id, self._timeout_s)
        if reply.address.path == addresses.ACK:
            return Answer(reply.text("text"), _told_file(reply))
        error = InputError if reply.arguments["kind"] == replies.INPUT else MelismaError
        raise error(reply.text("text"), reply.text("hint"))

    def on_notice(self, callback: NoticeCallback) -> None:
        """Call `callback(address, arguments)` for every notice, in order, on a thread of the client's own."""
        self._notice_callbacks.append(callback)

    def on_missed(self, callback: Callable[[], None]) -> None:
        """Call `callback()` when notices were lost or the bridge was away: time to ask for `JOB_LIST`."""
        self._missed_callbacks.append(callback)

    def _say_hello(self) -> None:
        self.welcome = self.request(addresses.HELLO, *self._introduction)

    def _ask(self, address: str, arguments: tuple[Value, ...], request_id: str, timeout_s: float) -> Message:
        """The reply, after as many tries as it takes within `timeout_s`."""
        waiting = _Waiting()
        deadline = time.monotonic() + timeout_s
        with self._lock:
            self._waiting[request_id] = waiting
        try:
            for pause_s in chain(RETRY_S, repeat(RETRY_S[-1])):
                self._connection.send(address, request_id, *arguments)
                if waiting.over.wait(min(pause_s, max(0.0, deadline - time.monotonic()))):
                    break
                if time.monotonic() >= deadline:
                    raise InputError("The bridge does not answer.", "See whether it still runs, or start it again.")
        except PacketError as error:
            raise MelismaError(f"This cannot be asked: {error.reason}") from error
        finally:
            with self._lock:
                self._waiting.pop(request_id, None)
        if waiting.lost is not None:
            raise waiting.lost
        assert waiting.reply is not None
        return waiting.reply

    # What follows runs on the receiving thread and never waits.

    def _message(self, message: Message) -> None:
        if message.way is Way.REPLY:
            with self._lock:
                waiting = self._waiting.get(message.text("id"))
            if waiting is not None:
                waiting.reply = message
                waiting.over.set()
            return
        number = int(message.arguments["number"])
        is_heartbeat = message.address.path == addresses.HEARTBEAT
        if is_heartbeat:
            self._connection.send(addresses.PING, new_ulid())
        if number != self._number + (not is_heartbeat):
            self._calls.put(self._call_missed, urgent=True)
        self._number = number
        if not is_heartbeat and not self._calls.put(partial(self._call_notice, message)):
            self._number = -1  # too many wait already: the next heartbeat tells that this one is missing

    def _away(self, why: InputError) -> None:
        """Nobody needs to wait any longer."""
        with self._lock:
            waiting = list(self._waiting.values())
        for one in waiting:
            one.lost = why
            one.over.set()

    def _back(self) -> None:
        self._number = 0
        if not self._returning:
            self._returning = True
            self._calls.put(self._return, urgent=True)

    # And this on the thread of the callbacks.

    def _return(self) -> None:
        try:
            self._say_hello()
        except MelismaError as error:
            _log.warning("The bridge was found, but not reached: %s", error)
            return
        finally:
            self._returning = False
        self._call_missed()

    def _call_missed(self) -> None:
        for callback in self._missed_callbacks:
            callback()

    def _call_notice(self, message: Message) -> None:
        for callback in self._notice_callbacks:
            callback(message.address.path, message.own)


def _told_file(reply: Message) -> Path | None:
    """The file that an `/ack` names, whole."""
    if not reply.text("path"):
        return None
    path = Path(reply.text("path"))
    try:
        found = replies.file_facts(path)
    except OSError as error:
        raise MelismaError(f"The answer's file {path} cannot be read: {error.strerror}.", "Ask again.") from error
    if found != (reply.arguments["size"], reply.arguments["sha256"]):
        raise MelismaError(f"The answer's file {path} is not the one that was told.", "Ask again.")
    return path
