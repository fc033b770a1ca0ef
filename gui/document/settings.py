"""What the window remembers: one JSON file.  Who reads a value says what it must be; a wrong one costs only itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.folders import data_folder
from gui.document.json_file import read_object, write_object

Value = str | bool | int | float | Sequence[str] | Sequence[float]


def settings_path() -> Path:
    """The user's own."""
    return data_folder() / "window.json"


class Settings:
    """Reads `path` once and writes it at each change; values that nobody asks for are kept as they are.

    Two windows at once: the last one that writes a value wins, of that value alone.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or settings_path()
        self._values = read_object(self._path)

    def text(self, name: str, default: str = "", one_of: Sequence[str] = ()) -> str:
        """Of `one_of`, where that is given."""
        value = self._values.get(name)
        fits = isinstance(value, str) and (not one_of or value in one_of)
        return value if isinstance(value, str) and fits else default

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        value = self._values.get(name)
        return value if isinstance(value, bool) else default

    def number(self, name: str, default: float, low: float = -math.inf, high: float = math.inf) -> float:
        """`low` to `high`."""
        value = self._values.get(name)
        if not isinstance(value, int | float) or not _is_number(value):
            return default
        return float(value) if low <= value <= high else default

    def texts(self, name: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list."""
        value = self._values.get(name)
        fits = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        return tuple(value) if isinstance(value, list) and fits else tuple(default)

    def numbers(self, name: str, default: Sequence[float] = ()) -> tuple[float, ...]:
        """A list."""
        value = self._values.get(name)
        fits = isinstance(value, list) and all(map(_is_number, value))
        return tuple(map(float, value)) if isinstance(value, list) and fits else tuple(default)

    def put(self, name: str, value: Value) -> None:
        """Remember a value.  Raises `TypeError` for what no file of ours holds."""
        plain = _plain(value)
        if self._values.get(name) == plain and type(self._values.get(name)) is type(plain):
            return
        # What another window has written meanwhile stays.
        self._values = read_object(self._path) | {name: plain} if self._path.exists() else self._values | {name: plain}
        write_object(self._path, self._values)

    def forget(self, name: str) -> None:
        """Back to the default."""
        if name in self._values:
            self._values = {key: value for key, value in read_object(self._path).items() if key != name}
            write_object(self._path, self._values)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _plain(value: Value) -> Any:
    if isinstance(value, str | bool):
        return value
    if _is_number(value):
        return value
    if isinstance(value, Sequence) and all(isinstance(entry, str) or _is_number(entry) for entry in value):
        return list(value)
    raise TypeError(f"no setting can be {value!r}")
