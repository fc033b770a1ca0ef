"""Packets of OSC to checked messages and back, by the table.

python-osc packs and reads the messages.  Around it stands what it does not do: it follows a bundle's element of
negative size for ever, skips tags that it does not know, lets wrong UTF-8 through as another exception, and its
dispatcher sleeps until a bundle's time tag.  So packets are taken apart here, and only what fits the table is read.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plugin_host.osc.addresses import ADDRESSES, Address, Argument, Way
from plugin_host.osc.handling import Value
from plugin_host.osc.ulid import is_ulid

UDP_LIMIT: Final = 8188
"""The largest packet over UDP, in bytes: below 8 KiB, above which OSC programs drop datagrams in silence."""
TCP_LIMIT: Final = 65536
"""The largest packet over TCP, in bytes.  What is larger goes by file."""

_BUNDLE = b"#bundle\0"
_IMMEDIATELY = b"\0\0\0\0\0\0\0\1"
_SHOWN = 64
# Senders pick the width of numbers by their value or their language, so either width is taken where the value fits.
_TAKEN: Final[Mapping[str, str]] = {"i": "ih", "h": "ih", "f": "fd", "d": "fd", "s": "s", "b": "b"}
_WORDS: Final[Mapping[str, str]] = {
    "i": "a whole number of 32 bits",
    "h": "a whole number",
    "f": "a finite number with a point",
    "d": "a finite number with a point",
    "s": "a string without NUL",
    "b": "a blob",
}


class PacketError(Exception):
    """The packet is not one of ours; `reason` is a sentence.  `request_id` and `token` as far as they were readable."""

    def __init__(self, reason: str, request_id: str = "", token: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.request_id = request_id
        self.token = token


@dataclass(frozen=True, slots=True)
class Message:
    """One message that fits the table; `arguments` by name, the leading ones too."""

    address: Address
    way: Way
    arguments: Mapping[str, Value]

    def text(self, name: str) -> str:
        """An argument that the table says is a string."""
        return str(self.arguments[name])

    @property
    def own(self) -> dict[str, Value]:
        """The arguments without the leading ones."""
        return {argument.name: self.arguments[argument.name] for argument in self.address.arguments}


def encode(path: str, way: Way, *values: Value, limit: int = UDP_LIMIT) -> bytes:
    """One packet for `path` going `way`; `values` are all arguments, the leading ones first.

    An int may stand where a number with a point is declared.  Raises `PacketError` when it does not fit the table.
    """
    address = ADDRESSES.get(path)
    if address is None or not address.way & way:
        raise PacketError(f"{path[:_SHOWN]!r} is no address for this way.")
    arguments = address.on_wire(way)
    if len(values) != len(arguments):
        raise PacketError(f"{path} takes {len(arguments)} arguments, not {len(values)}.")
    fitting = [_fitting(path, argument, value) for argument, value in zip(arguments, values, strict=True)]
    packet = _packed(path, "".join(argument.tag for argument in arguments), fitting)
    if len(packet) > limit:
        raise PacketError(f"{path} would take {len(packet)} bytes, more than {limit}.")
    return packet


def decode(packet: bytes, ways: Way, limit: int = UDP_LIMIT) -> tuple[Message, ...]:
    """The messages of a packet, all or none.  `ways`: those that may come in here.

    Bundles are flat and carry the time tag "immediately".  Raises `PacketError` and nothing else, whatever the bytes.
    """
    if len(packet) > limit:
        raise PacketError(f"The packet is too large: {limit} bytes at most; what is larger goes by file.")
    if packet.startswith(_BUNDLE):
        return tuple(_message(element, ways) for element in _elements(packet))
    return (_message(packet, ways),)


def _elements(bundle: bytes) -> list[bytes]:
    """The packets inside a bundle."""
    start = len(_BUNDLE) + len(_IMMEDIATELY)
    if bundle[len(_BUNDLE) : start] != _IMMEDIATELY:
        raise PacketError("Bundles are taken only with the time tag 1, which means immediately.")
    elements = []
    while start < len(bundle):
        if len(bundle) - start < 4:
            raise PacketError("The bundle is cut off.")
        (size,) = struct.unpack_from(">i", bundle, start)
        start += 4
        if not 0 < size <= len(bundle) - start:
            raise PacketError("An element of the bundle has an impossible size.")
        elements.append(bundle[start : start + size])
        start += size
    return elements


def _message(packet: bytes, ways: Way) -> Message:
    if not packet.startswith(b"/") or len(packet) % 4:
        raise PacketError("This is no OSC message.")
    path, tags_at = _ascii(packet, 0)
    address = ADDRESSES.get(path)
    if address is None or not address.way & ways:
        raise PacketError(f"Unknown address {path[:_SHOWN]!r}.", *_leading_strings(packet, tags_at))
    tags, _ = _ascii(packet, tags_at)
    way = address.way & ways
    arguments = address.on_wire(way)
    leading = _leading_strings(packet, tags_at)
    if len(tags) != len(arguments) + 1 or any(
        tag not in _TAKEN[argument.tag] for tag, argument in zip(tags[1:], arguments, strict=True)
    ):
        expected = "".join(argument.tag for argument in arguments)
        raise PacketError(f"{path} takes arguments of the types {expected}, not {tags[1 : _SHOWN + 1]!r}.", *leading)
    try:
        values = _values(packet, path, tags[1:], arguments)
    except PacketError as error:
        raise PacketError(error.reason, *leading) from error
    message = Message(address, way, dict(zip((argument.name for argument in arguments), values, strict=True)))
    if way is Way.REQUEST and not is_ulid(message.text("id")):
        raise PacketError("The id must be a ULID: 26 capital letters and digits.", *leading)
    return message


def _values(packet: bytes, path: str, tags: str, arguments: Sequence[Argument]) -> list[Value]:
    """What python-osc reads, when packing it again gives the same bytes: no slack, no bytes left over."""
    from pythonosc.osc_message import OscMessage, ParseError

    try:
        values = OscMessage(packet).params
    except (ParseError, ValueError, IndexError, struct.error) as error:
        raise PacketError(f"The arguments of {path} cannot be read.") from error
    fitting = [_fitting(path, argument, value) for argument, value in zip(arguments, values, strict=True)]
    if _packed(path, tags, fitting) != packet:
        raise PacketError(f"The packet for {path} is not packed as OSC says.")
    return fitting


def _fitting(path: str, argument: Argument, value: object) -> Value:
    tag = argument.tag
    if tag in "ih" and isinstance(value, int) and not isinstance(value, bool):
        bits = 31 if tag == "i" else 63
        if -(1 << bits) <= value < 1 << bits:
            return value
    elif tag in "fd" and isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= sys.float_info.max:  # neither infinity nor NaN is
            return float(value)
    elif tag == "s" and isinstance(value, str):
        if "\0" not in value and _is_unicode(value):
            return value
    elif tag == "b" and isinstance(value, bytes):
        return value
    raise PacketError(f"{path}: {argument.name} must be {_WORDS[tag]}.")


def _is_unicode(text: str) -> bool:
    """Names of files may carry lone surrogates in Python, which no UTF-8 can say."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _packed(path: str, tags: str, values: Sequence[Value]) -> bytes:
    from pythonosc.osc_message_builder import BuildError, OscMessageBuilder

    builder = OscMessageBuilder(path)
    for tag, value in zip(tags, values, strict=True):
        builder.add_arg(value, tag)
    try:
        return bytes(builder.build().dgram)
    except (BuildError, OverflowError) as error:  # a 32-bit float that is too large
        raise PacketError(f"{path}: a number is too large for its type.") from error


def _ascii(packet: bytes, start: int) -> tuple[str, int]:
    """The string at `start`, and where the next thing begins."""
    end = packet.find(b"\0", start)
    if end < 0:
        raise PacketError("This is no OSC message.")
    try:
        return packet[start:end].decode("ascii"), end + 4 - (end - start) % 4
    except UnicodeDecodeError as error:
        raise PacketError("This is no OSC message.") from error


def _leading_strings(packet: bytes, tags_at: int) -> tuple[str, str]:
    """Id and token of a request that is wrong further on, so that a friend's mistake is answered to the friend."""
    try:
        tags, id_at = _ascii(packet, tags_at)
        if not tags.startswith(",ss"):
            return "", ""
        request_id, token_at = _ascii(packet, id_at)
        token, _ = _ascii(packet, token_at)
    except PacketError:
        return "", ""
    return request_id[:_SHOWN], token[: 4 * _SHOWN]


def sendable(text: str, limit: int = 900) -> str:
    """Words for people, so that they fit into any packet: what no string can carry is replaced, the end cut off."""
    clean = text.replace("\0", " ").encode("utf-8", "replace").decode()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
