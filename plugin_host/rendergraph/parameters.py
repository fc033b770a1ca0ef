"""Values of a plugin's parameters, as people write them, on the scale from 0 to 1 that hosts use.

`-20` is in the plugin's own unit, as it shows it; `40%` is a place on the knob's way; anything else is one of the
texts that the parameter shows (`On`, `Hall`).
"""

from __future__ import annotations

import math
import re
from typing import Any

from engine.errors import InputError

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_WAY = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_HALVINGS = 40
_MOST_TEXTS = 512


class Parameters:
    """The parameters of a loaded plugin (a processor of DawDreamer).  `title` names it in messages."""

    def __init__(self, processor: Any, title: str) -> None:
        self._processor, self._title = processor, title
        rows = [row for row in processor.get_parameters_description() if row["name"]]
        self._rows: dict[str, dict[str, Any]] = {}
        for row in rows:
            self._rows.setdefault(row["name"].casefold(), row)

    @property
    def names(self) -> tuple[str, ...]:
        """Of what can be turned, in the plugin's order; meters and the host's own business left out."""
        return tuple(row["name"] for row in self._rows.values() if row["isAutomatable"])

    def facts(self) -> list[dict[str, str]]:
        """name, unit, now, lowest and highest, as the plugin shows them."""
        return [
            {
                "name": row["name"],
                "unit": row["label"].strip(),
                "now": row["text"],
                "low": row["min"],
                "high": row["max"],
            }
            for row in self._rows.values()
            if row["isAutomatable"]
        ]

    def places(self) -> dict[str, float]:
        """Where every knob stands, from 0 to 1."""
        rows = [row for row in self._rows.values() if row["isAutomatable"]]
        return {row["name"]: float(self._processor.get_parameter(int(row["index"]))) for row in rows}

    def index(self, name: str) -> int:
        """The place of `name`, in any case of letters.  Raises `InputError` that lists all."""
        row = self._rows.get(name.strip().casefold())
        if row is None or not row["isAutomatable"]:
            raise InputError(
                f"The plugin {self._title} has no parameter {name.strip()!r} to turn.",
                f"It has: {', '.join(self.names)}.",
            )
        return int(row["index"])

    def place(self, name: str, value: str | float) -> float:
        """Where `value` lies, from 0 to 1.  Leaves the parameter as it was.  Raises `InputError`."""
        index, text = self.index(name), str(value).strip()
        share = _WAY.fullmatch(text)
        if share and float(share.group(1)) <= 100:
            return float(share.group(1)) / 100
        before = self._processor.get_parameter(index)
        try:
            found = self._by_text(index, text)
            if found is None and not share and (wanted := _whole_number(text)) is not None:
                found = self._by_number(index, wanted)
        finally:
            self._processor.set_parameter(index, before)
        if found is None:
            row = self._rows[name.strip().casefold()]
            raise InputError(
                f"{self._title} cannot set {row['name']} to {text}.",
                f"It goes from {row['min']} to {row['max']} {row['label']}".strip() + ", or 0% to 100%.",
            )
        return found

    def _shown(self, index: int, place: float) -> str:
        self._processor.set_parameter(index, place)
        return str(self._processor.get_parameter_text(index))

    def _by_text(self, index: int, text: str) -> float | None:
        """One of a few positions that shows exactly `text`."""
        steps = next(row["numSteps"] for row in self._rows.values() if row["index"] == index)
        if not 2 <= steps <= _MOST_TEXTS:
            return None
        places = (step / (steps - 1) for step in range(steps))
        return next(
            (place for place in places if self._shown(index, place).strip().casefold() == text.casefold()), None
        )

    def _by_number(self, index: int, wanted: float) -> float | None:
        """Halving the way between both ends, whose numbers say in which direction they grow."""
        ends = _number(self._shown(index, 0.0)), _number(self._shown(index, 1.0))
        if ends[0] is None or ends[1] is None:
            return None
        margin = 1e-6 * max(abs(ends[0]), abs(ends[1]))
        if not min(ends[0], ends[1]) - margin <= wanted <= max(ends[0], ends[1]) + margin:
            return None
        rising = ends[1] >= ends[0]
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            shown = _number(self._shown(index, middle))
            if shown is None:
                return None
            if (shown < wanted) == rising:
                low = middle
            else:
                high = middle
        return self._nearest(index, wanted, (low, high, 0.0, 1.0))

    def _nearest(self, index: int, wanted: float, places: tuple[float, ...]) -> float:
        def distance(place: float) -> float:
            shown = _number(self._shown(index, place))
            return math.inf if shown is None else abs(shown - wanted)

        return min(places, key=distance)


def _number(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found.group()) if found else None


def _whole_number(text: str) -> float | None:
    """The number that `text` is, with or without a unit behind it (`-20`, `-20 dB`)."""
    found = _NUMBER.match(text)
    return float(found.group()) if found and not re.search(r"\d", text[found.end() :]) else None
