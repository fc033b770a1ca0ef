"""Transport notices to melisma: one small OSC packet over loopback UDP, never waited for."""

from __future__ import annotations

import socket
import struct

_ROOT = "/melisma/1"


class Notices:
    """Sends, and forgets: whoever did not listen asks for the transport."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def transport(self, port: int, token: str, sample: int, speed: float, bpm: float) -> None:
        """`/daw/transport`."""
        self._send(port, "/daw/transport", token, "live", sample, speed, bpm)

    def spool(self, port: int, token: str) -> None:
        """`/daw/spool`: an ask lies there."""
        self._send(port, "/daw/spool", token, "live")

    def close(self) -> None:
        """May be called twice."""
        self._socket.close()

    def _send(self, port: int, address: str, *arguments: str | int | float) -> None:
        try:
            self._socket.sendto(packet(_ROOT + address, *arguments), ("127.0.0.1", port))
        except (OSError, OverflowError):
            return  # nobody listens, or the port is none


def packet(address: str, *arguments: str | int | float) -> bytes:
    """An OSC message; whole numbers as 64 bits, others as doubles."""
    tags, data = ",", b""
    for argument in arguments:
        if isinstance(argument, str):
            tags, data = tags + "s", data + _text(argument)
        elif isinstance(argument, int):
            tags, data = tags + "h", data + struct.pack(">q", argument)
        else:
            tags, data = tags + "d", data + struct.pack(">d", argument)
    return _text(address) + _text(tags) + data


def _text(value: str) -> bytes:
    data = value.encode("utf-8") + b"\0"
    return data + b"\0" * (-len(data) % 4)
