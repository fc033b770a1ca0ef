"""Requests out of JSON, checked against their dataclass; results as JSON.

A wrong field is the window's fault, not the user's: `MelismaError`.  Whether a value makes sense the request's own
checks say, as for everybody.
"""

from __future__ import annotations

import enum
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.errors import MelismaError

T = TypeVar("T")


class _WrongError(Exception):
    """`place` is what is wrong, `wanted` what belongs there."""

    def __init__(self, place: str, wanted: str) -> None:
        super().__init__(f"{place} is not {wanted}")


def parse(kind: type[T], args: Mapping[str, Any]) -> T:
    """A `kind` (a dataclass) with `args` as its fields; fields with a default may be missing.

    Raises `MelismaError` for a field that there is not, that is missing, or of another type; what the dataclass itself
    raises (`InputError`) comes through.
    """
    try:
        made: T = _dataclass(kind, args, "")
    except _WrongError as error:
        raise MelismaError(f"The request cannot be read: {error}.", "Please report this.") from error
    return made


def text(args: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text of `args`.  Raises `MelismaError`."""
    return str(_of(args, name, str, default))


def integer(args: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """A whole number of `args`.  Raises `MelismaError`."""
    return int(_of(args, name, int, default))


def number(args: Mapping[str, Any], name: str, default: float | None = None) -> float:
    """A number of `args`.  Raises `MelismaError`."""
    return float(_of(args, name, float, default))


def flag(args: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """True or false of `args`.  Raises `MelismaError`."""
    return bool(_of(args, name, bool, default))


def path(args: Mapping[str, Any], name: str) -> Path:
    """A path of `args`.  Raises `MelismaError`."""
    return Path(_of(args, name, Path, None))


def texts(args: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Texts of `args`, none where they are missing.  Raises `MelismaError`."""
    return tuple(_of(args, name, tuple[str, ...], ()))


def plain(value: Any) -> Any:
    """`value` as JSON holds it: dataclasses as objects, paths as texts, tuples and arrays as lists.

    A number that is none becomes None.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in value]
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return _array(value) if hasattr(value, "tolist") else str(value)


def _array(value: Any) -> Any:
    import numpy as np  # whoever has an array has it too; a request without one need not wait for it

    # Curves of a whole song come often: number by number they would take longer than their planning.
    return value.tolist() if np.isfinite(value).all() else plain(value.tolist())


def _of(args: Mapping[str, Any], name: str, kind: Any, default: Any) -> Any:
    value = args.get(name)
    if value is None and default is not None:
        return default
    try:
        return _value(kind, value, name)
    except _WrongError as error:
        raise MelismaError(f"The request cannot be read: {error}.", "Please report this.") from error


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _dataclass(kind: Any, data: Any, place: str) -> Any:
    if not isinstance(data, Mapping):
        raise _WrongError(place or "it", "an object")
    hints = _hints(kind)
    known = {field.name for field in fields(kind) if field.init}
    if unknown := sorted(set(map(str, data)) - known):
        raise _WrongError(f"{place}{unknown[0]}", "a field that is known")
    values = {name: _value(hints[name], value, f"{place}{name}") for name, value in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise _WrongError(place or "it", f"whole ({error})") from error
    except ValueError as error:
        raise _WrongError(place or "it", f"usable ({error})") from error


def _value(kind: Any, value: Any, place: str) -> Any:
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _one_of(of, value, place)
    if origin is Literal:
        if value not in of or isinstance(value, bool) != any(isinstance(known, bool) for known in of):
            raise _WrongError(place, f"one of {', '.join(map(str, of))}")
        return value
    if origin is tuple:
        return _tuple(of, value, place)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _WrongError(place, "an object")
        return {str(name): _value(of[1], entry, f"{place}.{name}") for name, entry in value.items()}
    if is_dataclass(kind):
        return _dataclass(kind, value, f"{place}.")
    return _simple(kind, value, place)


def _one_of(kinds: tuple[Any, ...], value: Any, place: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    wrong: _WrongError | None = None
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return _value(kind, value, place)
        except _WrongError as error:
            wrong = error
    raise wrong or _WrongError(place, "allowed")


def _tuple(of: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _WrongError(place, "a list")
    kinds = [of[0]] * len(value) if of[-1] is Ellipsis else list(of)
    if len(kinds) != len(value):
        raise _WrongError(place, f"a list of {len(kinds)}")
    numbered = enumerate(zip(kinds, value, strict=True))
    return tuple(_value(kind, entry, f"{place}[{number}]") for number, (kind, entry) in numbered)


def _simple(kind: Any, value: Any, place: str) -> Any:
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf"):
        return float(value)
    if kind is str and isinstance(value, str):
        return value
    if kind is Path and isinstance(value, str) and value and "\0" not in value:
        return Path(value)
    if kind is Fraction and isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return Fraction(value).limit_denominator(100_000)
        except (ValueError, OverflowError, ZeroDivisionError):
            pass
    if kind is Any:
        return value
    raise _WrongError(place, _NAMES.get(kind, "of the right kind"))


_NAMES: Mapping[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    Path: "a path",
    Fraction: "a fraction",
}
