"""Lines of fields: the format of every file in a spool."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from engine.errors import MelismaError

Record = tuple[str, ...]

MAGIC = ("melisma", "1")
MAX_BYTES = 64 << 20
"""Of one file: a clip of a million notes fits; a runaway writer does not."""

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_UNESCAPES = {escaped[1]: plain for plain, escaped in _ESCAPES.items()}
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class SpoolError(MelismaError):
    """A file in the spool is not what was agreed: the script in the DAW is broken or of another version."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The DAW's script wrote something that is not understood: {reason}.", "Install it again.")


def pack(head: Sequence[str], records: Iterable[Sequence[str]] = ()) -> bytes:
    """A whole file: the magic and `head` on the first line, one record on each further one."""
    lines = ["\t".join(map(escape, (*MAGIC, *head)))]
    lines += ["\t".join(map(escape, record)) for record in records]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def unpack(data: bytes) -> tuple[Record, list[Record]]:
    """The head without the magic, and the records.  Raises `SpoolError` for anything but a whole file of ours."""
    if not data.endswith(b"\n"):
        raise SpoolError("a file without an end")
    # File names in a DAW's paths may be any bytes.
    first, *others = data.decode("utf-8", "surrogateescape")[:-1].split("\n")
    head = _fields(first)
    if head[:2] != MAGIC:
        raise SpoolError("a file of another format or version")
    return head[2:], [_fields(line) for line in others if line]


def escape(text: str) -> str:
    """One field as it stands in a file."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)


def unescape(field: str) -> str:
    """The reverse; an unknown escape stands for its letter."""
    return _ESCAPED.sub(lambda found: _UNESCAPES.get(found[1], found[1]), field)


def integer(text: str) -> int:
    """A whole number of samples or the like; Lua writes some of them as `480000.0`.  Raises `SpoolError`."""
    value = number(text)
    if value != round(value):
        raise SpoolError(f"{text[:40]!r} where a whole number belongs")
    return round(value)


def number(text: str) -> float:
    """A finite number.  Raises `SpoolError`."""
    try:
        value = float(text)
    except ValueError:
        raise SpoolError(f"{text[:40]!r} where a number belongs") from None
    if not math.isfinite(value):
        raise SpoolError(f"{text[:40]!r} where a number belongs")
    return value


def _fields(line: str) -> Record:
    return tuple(unescape(field) for field in line.split("\t"))
