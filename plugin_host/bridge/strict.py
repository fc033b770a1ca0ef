"""JSON from others, read strictly: what is missing, unknown or of another kind is said in one sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from engine.errors import InputError

_LONGEST_TEXT = 1 << 16


class StrictObject:
    """One JSON object.  Every field must be asked for by name before `done`; all raise `InputError`."""

    def __init__(self, value: object, what: str, hint: str) -> None:
        self._what, self._hint = what, hint
        if not isinstance(value, dict):
            self.refuse("is not a JSON object")
        self._values: Mapping[str, Any] = value
        self._asked: set[str] = set()

    def refuse(self, why: str) -> NoReturn:
        """Raise with the sentence that the whole `why`."""
        raise InputError(f"{self._what} {why}.", self._hint)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        self._asked.add(name)
        return self._values.get(name) is not None

    def text(self, name: str, known: Collection[str] | None = None) -> str:
        """A text, one of `known` when that is given."""
        value = self._get(name, str, "a text")
        if len(value) > _LONGEST_TEXT or "\0" in value:
            self.refuse(f"has a {name!r} that is too long or holds a null character")
        if known is not None and value not in known:
            self.refuse(f"has the {name!r} {value[:40]!r}, which is none of {', '.join(sorted(known))}")
        return str(value)

    def integer(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`; `true` is none."""
        value = self._get(name, int, "a whole number")
        if not low <= value <= high:
            self.refuse(f"has a {name!r} that is not from {low} to {high}")
        return int(value)

    def number(self, name: str, low: float, high: float) -> float:
        """A finite number from `low` to `high`."""
        value = self._get(name, (int, float), "a number")
        if not low <= value <= high:  # no comparison holds for a NaN
            self.refuse(f"has a {name!r} that is not from {low:g} to {high:g}")
        return float(value)

    def flag(self, name: str) -> bool:
        """true or false."""
        return bool(self._get(name, bool, "true or false"))

    def items(self, name: str, most: int) -> list[Any]:
        """A list of at most `most` things of any kind."""
        value = self._get(name, list, "a list")
        if len(value) > most:
            self.refuse(f"has more than {most} things in {name!r}")
        return list(value)

    def mapping(self, name: str, most: int) -> dict[str, Any]:
        """An object of at most `most` fields of any name."""
        value = self._get(name, dict, "an object")
        if len(value) > most:
            self.refuse(f"has more than {most} things in {name!r}")
        return dict(value)

    def inner(self, name: str) -> StrictObject:
        """An object in the object."""
        return StrictObject(self._get(name, dict, "an object"), f"{self._what}, in {name!r},", self._hint)

    def done(self) -> None:
        """Raises when there are fields that nobody asked for: a misspelt one must not count as left out."""
        unknown = sorted(set(self._values) - self._asked)
        if unknown:
            self.refuse(f"has a field {unknown[0][:40]!r} that is not known")

    def _get(self, name: str, kind: type | tuple[type, ...], words: str) -> Any:
        self._asked.add(name)
        if name not in self._values:
            self.refuse(f"lacks the field {name!r}")
        value = self._values[name]
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if not fits or (isinstance(value, float) and not math.isfinite(value)):
            self.refuse(f"has a {name!r} that is not {words}")
        return value


def parse_object(data: bytes, what: str, hint: str) -> StrictObject:
    """The one object in `data`, UTF-8.  Raises `InputError`: no JSON, NaN, a name given twice, nested too deep."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = dict(pairs)
        if len(names) != len(pairs):
            raise ValueError("a field is given twice")
        return names

    def no_number(name: str) -> NoReturn:
        raise ValueError(f"{name} is no number")

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_constant=no_number)
    except UnicodeDecodeError as error:
        raise InputError(f"{what} is not UTF-8 text.", hint) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{what} is not JSON: {error or 'it is nested too deep'}.", hint) from error
    return StrictObject(value, what, hint)


def dump(value: Mapping[str, Any]) -> bytes:
    """`value` as the file it is kept in.  Names of files that are no Unicode survive as escapes."""
    return (json.dumps(value, indent=1, default=str, allow_nan=False) + "\n").encode("ascii")
