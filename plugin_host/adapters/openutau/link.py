"""One connection to a plugin: requests with their answers, notifications, audio; one thread that listens."""

from __future__ import annotations

import logging
import queue
import socket
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

from plugin_host.adapters.openutau.lines import (
    CLOSE_LINE,
    Close,
    LineParser,
    Malformed,
    Message,
    Notification,
    Payload,
    ProtocolError,
    Request,
    Response,
    Unasked,
    audio_line,
    notification_line,
    request_line,
    response_line,
)

_log = logging.getLogger(__name__)
_RECEIVE_BYTES = 1 << 16
_GOODBYE_S = 0.5
_SEND_S = 10.0  # the plugin itself gives up on a sound after so long


class LinkLost(Exception):  # noqa: N818 - what happened, and whoever catches it connects again
    """The connection has ended, or the plugin did not answer in time: connect again."""


class NobodyThere(LinkLost):
    """Nobody listens on the port: the plugin is gone.  Where it died within a connection, the system keeps its port
    for a minute more, and so does its file look alive.
    """


class Refused(Exception):  # noqa: N818 - the answer to a request
    """The plugin said no, in its own words; the connection lives on."""


class Listener(Protocol):
    """Who is told; called on the link's own thread, so quickly please."""

    def requested(self, request: Request) -> None: ...

    def notified(self, kind: str, payload: Payload | None) -> None: ...

    def ended(self) -> None:
        """Nothing will come any more.  Told once, also after `close`."""
        ...


class Link:
    """Open until `close`, or until the plugin goes.  Every method may be called from any thread.

    Raises `NobodyThere`.
    """

    def __init__(self, port: int, listener: Listener, connect_s: float = 5.0) -> None:
        self._listener = listener
        self._writing = threading.Lock()
        self._answers_lock = threading.Lock()
        self._answers: dict[str, queue.SimpleQueue[Payload | None]] = {}
        self._open = True
        self._heard_at = time.monotonic()
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout=connect_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.settimeout(_SEND_S)
        except OSError as error:
            raise NobodyThere(f"nobody listens on port {port}: {error}") from error
        self._thread = threading.Thread(target=self._listen, name=f"openutau-{port}", daemon=True)
        self._thread.start()

    @property
    def open(self) -> bool:
        return self._open

    @property
    def silence_s(self) -> float:
        """How long ago anything was heard of the plugin."""
        return time.monotonic() - self._heard_at

    def request(self, kind: str, payload: Payload, timeout_s: float) -> Payload:
        """Ask, and wait for the answer's data.  Raises `Refused`, or `LinkLost` when none comes in time."""
        request_id = str(uuid.uuid4())
        answers: queue.SimpleQueue[Payload | None] = queue.SimpleQueue()
        with self._answers_lock:
            self._answers[request_id] = answers
        try:
            self._send(request_line(request_id, kind, payload))
            answer = answers.get(timeout=timeout_s)
        except queue.Empty as error:
            raise LinkLost(f"no answer to {kind} within {timeout_s:g} s") from error
        finally:
            with self._answers_lock:
                self._answers.pop(request_id, None)
        if answer is None:
            raise LinkLost(f"the connection ended before {kind} was answered")
        if answer.get("success") is not True:
            raise Refused(str(answer.get("error"))[:200])
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    def notify(self, kind: str, payload: Payload) -> None:
        """Say something that has no answer."""
        self._send(notification_line(kind, payload))

    def refuse(self, request: Request, reason: str) -> None:
        """Answer a request of the plugin with no."""
        self._send(response_line(request.id, {"success": False, "data": None, "error": reason}))

    def send_audio(self, audio_hash: str, length: int, blocks: Iterable[bytes]) -> None:
        """One frame of sound: `blocks` are `length` bytes together."""
        with self._writing:
            try:
                self._socket.sendall(audio_line(audio_hash, length))
                for block in blocks:
                    self._socket.sendall(block)
            except OSError as error:
                self._shut()  # half a frame cannot be taken back
                raise LinkLost(f"the connection ended within a sound: {error}") from error

    def close(self) -> None:
        """Say goodbye where that is possible at once, and end.  May be called twice."""
        if self._writing.acquire(timeout=_GOODBYE_S):  # else a sound is on its way to somebody who is slow
            with suppress(OSError):
                self._socket.settimeout(_GOODBYE_S)
                self._socket.sendall(CLOSE_LINE)
            self._writing.release()
        self._shut()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _send(self, line: bytes) -> None:
        with self._writing:
            try:
                self._socket.sendall(line)
            except OSError as error:
                self._shut()
                raise LinkLost(f"the connection ended: {error}") from error

    def _shut(self) -> None:
        """Wakes whoever reads or writes; the thread does the rest."""
        self._open = False
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        parser = LineParser()
        try:
            while self._open:
                try:
                    data = self._socket.recv(_RECEIVE_BYTES)
                except TimeoutError:
                    continue
                if not data:
                    break
                self._heard_at = time.monotonic()
                for message in parser.feed(data):
                    self._dispatch(message)
        except (OSError, ProtocolError) as error:
            if self._open:
                _log.warning("the connection to a plugin ended: %s", error)
        finally:
            self._end()

    def _end(self) -> None:
        self._shut()
        self._socket.close()
        with self._answers_lock:
            for answers in self._answers.values():
                answers.put(None)
        self._listener.ended()

    def _dispatch(self, message: Message) -> None:
        if isinstance(message, Response):
            with self._answers_lock:
                answers = self._answers.get(message.id)
            if answers is not None:
                # An answer that cannot be read is a no: it must not look like the end of the connection.
                answers.put({"error": "the answer is not JSON"} if message.payload is None else message.payload)
        elif isinstance(message, Request):
            self._listener.requested(message)
        elif isinstance(message, Notification):
            self._listener.notified(message.kind, message.payload)
        elif isinstance(message, Close):
            self._open = False
        elif isinstance(message, Malformed | Unasked):
            _log.info("a plugin said something that nobody understands: %s", message)
