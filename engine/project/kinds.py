"""What a field of the project file can hold.  Each kind is a `engine.project.schema.Kind`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.project.schema import Faults, Kind, member, shown


class Plain:
    """A kind that is written as it is and holds nothing unknown."""

    def write(self, value: Any) -> Any:
        """As it is."""
        return value

    def unknown(self, _raw: Any) -> dict[str, Any]:
        """Nothing."""
        return {}


@dataclass(frozen=True, slots=True)
class Number(Plain):
    """`low` to `high`; `whole`: an integer."""

    low: float
    high: float
    unit: str = ""
    whole: bool = False

    @property
    def words(self) -> str:
        return f"{'whole number' if self.whole else 'number'}, {self.range}"

    @property
    def range(self) -> str:
        """With its unit."""
        return f"{_short(self.low)} to {_short(self.high)} {self.unit}".rstrip()

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """An int or a float."""
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            faults.add(place, f"must be a number, is {shown(raw)}")
        elif not self.low <= raw <= self.high:  # NaN, too
            faults.add(place, f"must be {self.range}, is {shown(raw)}")
        elif self.whole and raw != int(raw):
            faults.add(place, f"must be a whole number, is {shown(raw)}")
        else:
            return int(raw) if self.whole else float(raw)
        return None

    def write(self, value: Any) -> Any:
        """4.0 as 4."""
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


@dataclass(frozen=True, slots=True)
class Text(Plain):
    """At most `longest` characters; `empty` says whether there may be none."""

    longest: int = 1000
    empty: bool = True

    @property
    def words(self) -> str:
        return "text" if self.empty else "text, not empty"

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """A str."""
        if not isinstance(raw, str):
            faults.add(place, f"must be text, is {shown(raw)}")
        elif not raw and not self.empty:
            faults.add(place, "must not be empty")
        elif len(raw) > self.longest:
            faults.add(place, f"must have at most {self.longest} characters, has {len(raw)}")
        else:
            return raw
        return None


@dataclass(frozen=True, slots=True)
class Flag(Plain):
    """Yes or no."""

    words: str = "`true` or `false`"

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """A bool."""
        if not isinstance(raw, bool):
            faults.add(place, f"must be true or false, is {shown(raw)}")
            return None
        return raw


@dataclass(frozen=True, slots=True)
class Maybe:
    """Another kind, or null."""

    kind: Kind

    @property
    def words(self) -> str:
        return f"{self.kind.words}, or `null`"

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """None for null."""
        return None if raw is None else self.kind.read(raw, place, faults)

    def write(self, value: Any) -> Any:
        """Null for None."""
        return None if value is None else self.kind.write(value)

    def unknown(self, raw: Any) -> dict[str, Any]:
        """As the kind says."""
        return {} if raw is None else self.kind.unknown(raw)


@dataclass(frozen=True, slots=True)
class Row:
    """A list of one kind, at least `fewest` and at most `most`."""

    kind: Kind
    most: int
    fewest: int = 0

    @property
    def words(self) -> str:
        return f"list of {self.kind.words}"

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """A tuple."""
        if not isinstance(raw, list):
            faults.add(place, f"must be a list, is {shown(raw)}")
        elif not self.fewest <= len(raw) <= self.most:
            faults.add(place, f"must have {self.fewest} to {self.most} entries, has {len(raw)}")
        else:
            return tuple(self.kind.read(entry, f"{place}[{i}]", faults) for i, entry in enumerate(raw))
        return None

    def write(self, value: Any) -> Any:
        """A list."""
        return [self.kind.write(entry) for entry in value]

    def unknown(self, _raw: Any) -> dict[str, Any]:
        """Nothing."""
        return {}


@dataclass(frozen=True, slots=True)
class Several:
    """A list of as many values as there are `kinds`, each of its own kind."""

    kinds: tuple[Kind, ...]
    words: str

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """A tuple."""
        if not isinstance(raw, list) or len(raw) != len(self.kinds):
            faults.add(place, f"must be {self.words}, is {shown(raw)}")
            return None
        return tuple(
            kind.read(v, f"{place}[{i}]", faults) for i, (kind, v) in enumerate(zip(self.kinds, raw, strict=True))
        )

    def write(self, value: Any) -> Any:
        """A list."""
        return [kind.write(entry) for kind, entry in zip(self.kinds, value, strict=True)]

    def unknown(self, _raw: Any) -> dict[str, Any]:
        """Nothing."""
        return {}


@dataclass(frozen=True, slots=True)
class Table:
    """An object whose names are free: each holds `kind`."""

    kind: Kind
    most: int
    names: str

    @property
    def words(self) -> str:
        return f"object: {self.names} → {self.kind.words}"

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """A dict."""
        if not isinstance(raw, dict):
            faults.add(place, f"must be an object, is {shown(raw)}")
        elif len(raw) > self.most:
            faults.add(place, f"must have at most {self.most} entries, has {len(raw)}")
        else:
            return {name: self.kind.read(entry, member(place, name), faults) for name, entry in raw.items()}
        return None

    def write(self, value: Any) -> Any:
        """A dict."""
        return {name: self.kind.write(entry) for name, entry in value.items()}

    def unknown(self, _raw: Any) -> dict[str, Any]:
        """Nothing."""
        return {}


def _short(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:g}"
