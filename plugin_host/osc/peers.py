"""Where packets come from and answers go to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar, Final

from plugin_host.osc.messages import TCP_LIMIT, UDP_LIMIT
from plugin_host.osc.slip import SlipReader, framed

LOOPBACK: Final = "127.0.0.1"
_OUTBOX_LIMIT = 4 << 20
"""Bytes that may wait for a connection that does not read; then it is given up."""


@dataclass(frozen=True, slots=True)
class UdpPeer:
    """A port of this machine.  Sending never waits: what the system cannot take is lost, as UDP may lose things."""

    port: int
    socket: socket.socket = field(compare=False, repr=False)
    limit: ClassVar[int] = UDP_LIMIT

    @property
    def source(self) -> str:
        """Who it is, for logs and for counting."""
        return f"udp:{self.port}"

    def send(self, packet: bytes) -> None:
        with suppress(OSError):
            self.socket.sendto(packet, (LOOPBACK, self.port))


class TcpPeer:
    """An open connection.  `send` may be called from any thread; the rest belongs to the thread of the sockets."""

    limit: ClassVar[int] = TCP_LIMIT

    def __init__(self, connection: socket.socket, port: int, wake: Callable[[TcpPeer], None]) -> None:
        self.connection = connection
        self.heard_s = time.monotonic()
        self.reader = SlipReader()
        self.source = f"tcp:{port}"
        self._wake = wake
        self._outbox = bytearray()
        self._lock = threading.Lock()
        self._given_up = False

    @property
    def wants_to_write(self) -> bool:
        return bool(self._outbox)

    @property
    def given_up(self) -> bool:
        """To be closed: the other side does not read what it asked for, or said nothing for too long."""
        return self._given_up

    def send(self, packet: bytes) -> None:
        """Queue a packet; the thread of the sockets writes it."""
        with self._lock:
            self._outbox += framed(packet)
            if len(self._outbox) > _OUTBOX_LIMIT:
                self._given_up = True
        self._wake(self)

    def give_up(self) -> None:
        """Have the connection closed."""
        self._given_up = True
        self._wake(self)

    def flush(self) -> None:
        """Write what fits now.  Raises `OSError` when the connection is broken."""
        with self._lock, suppress(BlockingIOError):
            while self._outbox:
                del self._outbox[: self.connection.send(self._outbox)]


Peer = UdpPeer | TcpPeer
