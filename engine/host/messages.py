"""What both ends of the pipe agree on: names of events, limits, and a message as a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

MAX_LINE_BYTES = 64 * 1024 * 1024
MOST_ITEMS = 24
"""Objects of a list that one line holds: a window must not stand still while it reads a long song's plan."""
CANCEL = "cancel"

READY = "ready"
LOADED = "loaded"
BEGUN = "begun"
PROGRESS = "progress"
MORE = "more"
PART = "part"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
LAST = frozenset({DONE, FAILED, CANCELLED})
"""After one of these nothing more is said about a request."""


def to_line(message: Mapping[str, Any]) -> bytes:
    """UTF-8 with its line feed.  Raises `ValueError` for what JSON cannot hold, and for lines that are too long."""
    text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    line = text.encode("utf-8", "replace") + b"\n"  # half a character, as file names may hold, must not stop the rest
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"a line of {len(line)} bytes")
    return line


def from_line(line: bytes) -> dict[str, Any]:
    """The object of a line.  Raises `ValueError`."""
    try:
        message = json.loads(line, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(message, dict):
        raise ValueError("it is not an object")
    return message


def split(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Take long lists of objects out of `part`: pieces that are told before it, as `MORE`, in order."""
    for path, items in _long_lists(part, ()):
        rest = list(items)
        items.clear()
        for first in range(0, len(rest), MOST_ITEMS):
            yield {"path": list(path), "items": rest[first : first + MOST_ITEMS]}


def join(part: dict[str, Any], pieces: list[Mapping[str, Any]]) -> dict[str, Any]:
    """`part` with the items of `pieces` back in their places.  Raises `ValueError` for a place that is not there."""
    for piece in pieces:
        place: Any = part
        for name in piece["path"]:
            place = place.get(name) if isinstance(place, dict) else None
        if not isinstance(place, list):
            raise ValueError("a piece has no place")
        place.extend(piece["items"])
    return part


def _long_lists(value: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Lists of more than `MOST_ITEMS` objects among the fields of `value`, and of objects in it."""
    for name, field in value.items():
        if isinstance(field, dict):
            yield from _long_lists(field, (*path, name))
        elif isinstance(field, list) and len(field) > MOST_ITEMS and isinstance(field[0], dict):
            yield (*path, name), field


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
