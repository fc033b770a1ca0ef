"""A client's way to the server: one socket, UDP or TCP, and packets in and out of it."""

from __future__ import annotations

import enum
import socket
import threading
from contextlib import suppress

from engine.errors import InputError
from plugin_host.osc.messages import TCP_LIMIT, UDP_LIMIT, PacketError
from plugin_host.osc.peers import LOOPBACK
from plugin_host.osc.runtime_file import RuntimeEntry
from plugin_host.osc.slip import SlipReader, framed

_PATIENCE_S = 5.0


class Transport(enum.StrEnum):
    UDP = "udp"
    TCP = "tcp"


class Link:
    """Open from the start; `send` from any thread.  Raises `InputError` when nobody listens."""

    def __init__(self, entry: RuntimeEntry, transport: Transport) -> None:
        self.entry = entry
        self._reader = SlipReader() if transport is Transport.TCP else None
        self.limit = TCP_LIMIT if self._reader else UDP_LIMIT
        self._lock = threading.Lock()
        kind, port = (
            (socket.SOCK_STREAM, entry.tcp_port) if self._reader is not None else (socket.SOCK_DGRAM, entry.udp_port)
        )
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.settimeout(_PATIENCE_S)
        try:
            # A connected UDP socket hears nobody but the server, and hears of its end.
            self.socket.connect((LOOPBACK, port))
            if self._reader is not None:
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            self.socket.close()
            raise InputError("The bridge is not running.", "Start it with `melisma serve`.") from error

    def send(self, packet: bytes) -> None:
        """What cannot be sent now is lost; whoever waits for an answer sends again."""
        with self._lock, suppress(OSError):
            if self._reader is not None:
                self.socket.sendall(framed(packet))
            else:
                self.socket.send(packet)

    def receive(self) -> list[bytes]:
        """The packets that are there.  Raises `OSError` when the server is there no more."""
        data = self.socket.recv(1 << 16)
        if self._reader is None:
            return [data]
        if not data:
            raise ConnectionResetError
        return [packet for packet in self._reader.feed(data) if not isinstance(packet, PacketError)]

    def close(self) -> None:
        self.socket.close()
