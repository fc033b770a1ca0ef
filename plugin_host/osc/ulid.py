"""ULIDs: ids that sort by the time they were made (https://github.com/ulid/spec)."""

from __future__ import annotations

import re
import secrets
import time

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def new_ulid() -> str:
    """26 capital letters and digits: 48 bits of milliseconds since 1970, then 80 random bits."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Capitals only, so that two ids never name the same file on a disk that ignores case."""
    return _ULID.fullmatch(text) is not None
