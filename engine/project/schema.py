"""How an object of the project file is described, checked, read and written: one table per object.

Every object keeps the fields that its table does not name (`more`), so a newer program's work survives this one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.errors import InputError

REQUIRED: Any = object()
"""In place of a default: the field must be there."""
FAULTS_KEPT = 20
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: `tracks[0].notes[3].key`."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(slots=True)
class Faults:
    """Collects faults while a file is read: the first 20, and how many there are."""

    first: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, place: str, message: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < FAULTS_KEPT:
            self.first.append(Fault(place, message))


class FaultyProjectError(InputError):
    """A project file that cannot be used; `faults` are the first 20 of `count`."""

    def __init__(self, name: str, faults: Faults) -> None:
        self.faults, self.count = tuple(faults.first), faults.count
        told = "; ".join(map(str, self.faults[:3])) + ("; ..." if faults.count > 3 else "")
        many = "" if faults.count == 1 else f" ({faults.count} faults)"
        what = f"{name} is not a valid Melisma project{many}: {told}."
        if faults.count == 1:
            super().__init__(what, "Mend that place in the file.")
        else:
            super().__init__(what, "Mend those places in the file.", command="project check")


class Kind(Protocol):
    """What a field holds."""

    @property
    def words(self) -> str:
        """For people."""

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """The value of JSON's `raw`; where that is wrong, a fault and None."""

    def write(self, value: Any) -> Any:
        """JSON's values of what `read` gave."""

    def unknown(self, raw: Any) -> dict[str, Any]:
        """What of an object's `raw` this program does not know."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `about` for people; `always` written, even at its default."""

    name: str
    kind: Kind
    about: str
    default: Any = REQUIRED
    always: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """An object of `fields`; `make` gets them by name and `more`, attributes of the same names are written."""

    name: str
    about: str
    fields: Sequence[Field]
    make: Callable[..., Any]

    @property
    def words(self) -> str:
        return f"[{self.name}](#{self.name})"

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """What `make` gives; None where anything in it was wrong."""
        if not isinstance(raw, dict):
            faults.add(place, f"must be an object, is {shown(raw)}")
            return None
        before = faults.count
        known = {entry.name for entry in self.fields}
        more = {name: value for name, value in raw.items() if name not in known}
        values: dict[str, Any] = {}
        for entry in self.fields:
            if entry.name in raw:
                values[entry.name] = entry.kind.read(raw[entry.name], member(place, entry.name), faults)
                if unknown := entry.kind.unknown(raw[entry.name]):
                    more[entry.name] = unknown
            elif entry.default is REQUIRED:
                faults.add(member(place, entry.name), "is missing")
            else:
                values[entry.name] = entry.default
        return self.make(**values, more=more) if faults.count == before else None

    def write(self, value: Any) -> dict[str, Any]:
        """Fields in the table's order, then what is not known."""
        written: dict[str, Any] = {}
        more: Mapping[str, Any] = value.more
        for entry in self.fields:
            own = getattr(value, entry.name)
            if entry.always or entry.default is REQUIRED or own != entry.default or entry.name in more:
                written[entry.name] = entry.kind.write(own)
                if entry.name in more:
                    written[entry.name] |= more[entry.name]
        return written | {name: kept for name, kept in more.items() if name not in written}

    def unknown(self, _raw: Any) -> dict[str, Any]:
        """Nothing: what is made keeps it."""
        return {}


def member(place: str, name: str) -> str:
    """The place of a field."""
    name = name if name.replace("_", "a").replace(":", "a").isalnum() and len(name) <= _SHOWN else shown(name)
    return f"{place}.{name}" if place else name


def shown(raw: Any) -> str:
    """A JSON value in a message: short, on one line."""
    if isinstance(raw, dict | list):
        return "an object" if isinstance(raw, dict) else f"a list of {len(raw)}"
    if raw is None or isinstance(raw, bool):
        return {None: "null", True: "true", False: "false"}[raw]
    if isinstance(raw, float):
        return f"{raw:g}" if math.isfinite(raw) else "no number"
    text = repr(raw) if isinstance(raw, str) else str(raw)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
