"""A client's connection: the thread that receives, and the search for a bridge that was away."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from engine.errors import InputError
from plugin_host.osc.addresses import Way
from plugin_host.osc.handling import Value
from plugin_host.osc.link import Link, Transport
from plugin_host.osc.messages import Message, PacketError, decode, encode
from plugin_host.osc.runtime_file import RuntimeEntry


class Connection:
    """Calls from the receiving thread, none of which may wait: `on_message` for every message that comes,
    `on_away(why)` when no bridge is there to be found, `on_back` when it is reached again by a new socket.

    `find` says where the bridge is, or raises `InputError`.  `beat_s`: how often it lets hear of itself, and how often
    it is looked for; it counts as away after `patience_s` of silence.
    """

    def __init__(
        self,
        find: Callable[[], RuntimeEntry],
        transport: Transport,
        beat_s: float,
        patience_s: float,
        on_message: Callable[[Message], None],
        on_away: Callable[[InputError], None],
        on_back: Callable[[], None],
    ) -> None:
        self._find, self._transport = find, transport
        self._beat_s, self._patience_s = beat_s, patience_s
        self._on_message, self._on_away, self._on_back = on_message, on_away, on_back
        self._link: Link | None = None

    def open(self) -> None:
        """Raises `InputError` when no bridge is there."""
        self._link = Link(self._find(), self._transport)
        self._wake_in, self._wake_out = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._selector.register(self._link.socket, selectors.EVENT_READ)
        self._heard_s = self._tried_s = time.monotonic()
        self._open = True
        self._thread = threading.Thread(target=self._serve, name="melisma-osc-client", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Join the thread and close the sockets."""
        self._open = False
        self._wake_in.send(b"\0")
        self._thread.join()
        self._selector.close()
        if self._link is not None:
            self._link.close()
        self._wake_in.close()
        self._wake_out.close()

    @property
    def connected(self) -> bool:
        """Whether the bridge was heard of lately."""
        return self._link is not None and time.monotonic() - self._heard_s < self._patience_s

    def send(self, address: str, request_id: str, *arguments: Value) -> None:
        """Send a request.  Raises `PacketError` when it does not fit the table, `InputError` without a bridge."""
        link = self._link
        if link is None:
            raise InputError("The bridge is not running.", "Start it with `melisma serve`.")
        link.send(encode(address, Way.REQUEST, request_id, link.entry.token, *arguments, limit=link.limit))

    def _serve(self) -> None:
        while self._open:
            ready = [key.fileobj for key, _ in self._selector.select(self._beat_s)]
            if self._link is not None and self._link.socket in ready:
                self._receive(self._link)
            if self._open and not self.connected and time.monotonic() - self._tried_s >= self._pause_s:
                self._look_again()

    def _receive(self, link: Link) -> None:
        try:
            packets = link.receive()
        except OSError:
            self._let_go()
            return
        for packet in packets:
            with suppress(PacketError):  # nothing of the bridge we know; a newer one may say more
                for message in decode(packet, Way.REPLY | Way.NOTICE, link.limit):
                    self._heard_s = time.monotonic()
                    self._on_message(message)

    @property
    def _pause_s(self) -> float:
        """A new socket has its time to be answered; without one there is nothing to wait for."""
        return self._beat_s if self._link is None else self._patience_s

    def _look_again(self) -> None:
        self._let_go()
        self._tried_s = time.monotonic()
        try:
            self._link = Link(self._find(), self._transport)
        except InputError as error:
            self._on_away(error)
            return
        self._selector.register(self._link.socket, selectors.EVENT_READ)
        self._on_back()

    def _let_go(self) -> None:
        if self._link is not None:
            self._selector.unregister(self._link.socket)
            self._link.close()
            self._link = None
