"""SLIP (RFC 1055), which parts the packets of a TCP connection, as OSC 1.1 says."""

from __future__ import annotations

from plugin_host.osc.messages import TCP_LIMIT, PacketError

_END = b"\xc0"


def framed(packet: bytes) -> bytes:
    """`packet` as it goes on the connection."""
    from pythonosc import slip

    return bytes(slip.encode(packet))


class SlipReader:
    """Takes a connection's bytes as they come, gives packets; holds never much more than one packet."""

    def __init__(self, limit: int = TCP_LIMIT) -> None:
        self._limit = 2 * limit  # every byte may be escaped
        self._rest = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes | PacketError]:
        """The packets that are whole now, and in their places the errors of those that cannot be read."""
        *ends, rest = data.split(_END)
        found = [packet for end in ends if (packet := self._whole(end))]
        self._rest += rest
        if len(self._rest) > self._limit:
            self._rest.clear()
            if not self._skipping:
                self._skipping = True
                found.append(PacketError("The packet is too large; what is larger goes by file."))
        return found

    def _whole(self, end: bytes) -> bytes | PacketError | None:
        """The packet that stops with `end`; None between packets, and after one that was given up."""
        from pythonosc import slip

        frame = bytes(self._rest) + end
        self._rest.clear()
        skipped, self._skipping = self._skipping, False
        if skipped or not frame:
            return None
        try:
            return bytes(slip.decode(frame))
        except slip.ProtocolError:
            return PacketError("The packet is not escaped as SLIP says.")
