"""JSON, read strictly and written so that a changed note is a changed line."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from engine.project.schema import Faults, member

MAX_DEPTH = 40
MAX_WIDTH = 118
_LONGEST_WHOLE = 20
"""Digits; longer ones are no seeds and no ids that another program would read back."""

_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class _Object(dict[str, Any]):
    """An object that remembers which names were given twice."""

    twice: tuple[str, ...] = ()


def parse(text: str, faults: Faults) -> Any:
    """The value; None and a fault where `text` is no JSON, or JSON that another program may read otherwise:
    duplicate names, numbers that are not finite, depth beyond 40, halves of characters."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=_whole)
    except json.JSONDecodeError as error:
        faults.add("", f"line {error.lineno}, column {error.colno}: {error.msg[:1].lower() + error.msg[1:]}")
        return None
    except RecursionError:
        faults.add("", f"has more than {MAX_DEPTH} levels")
        return None
    _check(value, faults)
    return value if not faults.count else None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        made.twice = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return made


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_WHOLE else math.inf


def _check(value: Any, faults: Faults) -> None:
    """Without recursion: the file chooses the depth."""
    waiting = [("", 1, value)]
    while waiting:
        place, depth, value = waiting.pop()
        if isinstance(value, str) and not _is_text(value):
            faults.add(place, "holds half a character")
        elif isinstance(value, float) and not math.isfinite(value):
            faults.add(place, "must be a finite number of common size")
        elif isinstance(value, dict | list) and depth > MAX_DEPTH:
            faults.add(place, f"has more than {MAX_DEPTH} levels")
        elif isinstance(value, _Object):
            for name in value.twice:
                faults.add(member(place, name), "is there twice")
            if not all(map(_is_text, value)):
                faults.add(place, "holds half a character")
            waiting += [(member(place, name), depth + 1, inner) for name, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(f"{place}[{i}]", depth + 1, value[i]) for i in range(len(value) - 1, -1, -1)]


def _is_text(text: str) -> bool:
    """Halves of characters (lone surrogates) cannot be written as UTF-8."""
    return text.isascii() or not any(0xD800 <= ord(letter) < 0xE000 for letter in text)


def dump(value: Any) -> str:
    """`value` with what fits on a line on a line, but every object of a list on lines of its own; ends with LF."""
    return "".join(_pieces(value, 0, top=True)) + "\n"


def _pieces(value: Any, level: int, top: bool = False) -> Iterator[str]:
    if not value or not isinstance(value, dict | list) or (not top and not _has_rows(value) and not _is_wide(value)):
        line = _encoded(value)
        if not value or not isinstance(value, dict | list) or len(line) + 2 * level <= MAX_WIDTH:
            yield line
            return
    inside, outside = "\n" + "  " * (level + 1), "\n" + "  " * level
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    entries = value.items() if isinstance(value, dict) else ((None, entry) for entry in value)
    for number, (name, entry) in enumerate(entries):
        yield ("," if number else "") + inside
        if name is not None:
            yield _encoded(name) + ": "
        yield from _pieces(entry, level + 1)
    yield outside + closing


def _is_wide(value: Any) -> bool:
    """Whether it is wider than a line for certain.  What is long is not written only to be measured: the encoder would
    hold up every other thread."""
    entries = value.values() if isinstance(value, dict) else value
    inner = sum(len(entry) for entry in entries if isinstance(entry, dict | list)) if len(value) <= MAX_WIDTH else 0
    return 3 * max(len(value), inner) > MAX_WIDTH


def _has_rows(value: Any) -> bool:
    """Whether a list of objects lies in it."""
    if isinstance(value, list):
        return any(isinstance(entry, dict) or _has_rows(entry) for entry in value)
    return isinstance(value, dict) and any(map(_has_rows, value.values()))
