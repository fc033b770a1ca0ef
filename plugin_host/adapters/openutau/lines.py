"""The protocol's bytes: lines of `header json`, and raw audio behind a line of its own.

Source: OpenUtau's DAW Integration API 1.2, section 5.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_AUDIO_BYTES = 1 << 28
"""No frame of audio is longer; the specification says so."""
MAX_LINE_BYTES = 1 << 20
"""What a plugin sends is short; the longest names every hash that it lacks."""
_MAX_HASH = (1 << 64) - 1

Payload = Mapping[str, Any]


class ProtocolError(Exception):
    """What comes after this cannot be understood any more: the connection is of no use."""


@dataclass(frozen=True, slots=True)
class Request:
    """The plugin wants an answer.  `payload` None: not a JSON object."""

    id: str
    kind: str
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Response:
    id: str
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Notification:
    kind: str
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Close:
    """The other side says goodbye."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """Audio that came without being asked for; its bytes were skipped."""

    hash: str
    length: int


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that is none of the above; the connection lives on.  `start`: its first characters."""

    start: str


Message = Request | Response | Notification | Close | Unasked | Malformed


class LineParser:
    """Bytes in as the network gives them, messages out.  Never holds more than one line."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skipping: Unasked | None = None
        self._left = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes.  Raises `ProtocolError` for endless lines and broken audio headers."""
        self._held += data
        while True:
            if self._skipping is not None:
                dropped = min(self._left, len(self._held))
                del self._held[:dropped]
                self._left -= dropped
                if self._left:
                    return
                yield self._skipping
                self._skipping = None
            end = self._held.find(b"\n")
            if max(end, len(self._held) if end < 0 else 0) > MAX_LINE_BYTES:
                raise ProtocolError(f"a line is longer than {MAX_LINE_BYTES} bytes")
            if end < 0:
                return
            line = bytes(self._held[:end]).removesuffix(b"\r")
            del self._held[: end + 1]
            if line.startswith(b"audio "):
                self._skipping = _audio_header(line)
                self._left = self._skipping.length
            else:
                yield _message(line)


def request_line(request_id: str, kind: str, payload: Payload) -> bytes:
    return _line(f"request:{request_id}:{kind}", payload)


def response_line(request_id: str, payload: Payload) -> bytes:
    return _line(f"response:{request_id}", payload)


def notification_line(kind: str, payload: Payload) -> bytes:
    return _line(f"notification:{kind}", payload)


def audio_line(audio_hash: str, length: int) -> bytes:
    """What stands before `length` bytes of sound."""
    return f"audio {audio_hash} {length}\n".encode("ascii")


CLOSE_LINE = b"close\n"


def is_hash(text: object) -> bool:
    """A 64-bit number, written in decimal digits."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= _MAX_HASH


def _line(header: str, payload: Payload) -> bytes:
    # Text that is no Unicode (a file name may hold some) must not keep the rest from being said.
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{header} {text}\n".encode("utf-8", "replace")


def _audio_header(line: bytes) -> Unasked:
    words = line.decode("ascii", "replace").split(" ")
    if len(words) != 3 or not is_hash(words[1]) or not is_hash(words[2]):
        raise ProtocolError("a header of audio is broken")
    length = int(words[2])
    if length > MAX_AUDIO_BYTES:
        raise ProtocolError(f"audio of {length} bytes is more than allowed")
    return Unasked(words[1], length)


def _message(line: bytes) -> Message:
    if line == b"close":
        return Close()
    header, _, text = line.decode("utf-8", "replace").partition(" ")
    kind, _, rest = header.partition(":")
    if kind == "response" and rest:
        return Response(rest, _payload(text))
    if kind == "notification" and rest:
        return Notification(rest, _payload(text))
    request_id, _, asked = rest.partition(":")
    if kind == "request" and request_id and asked:
        return Request(request_id, asked, _payload(text))
    return Malformed(header[:80])


def _payload(text: str) -> Payload | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
