"""What is to be rendered: processors and what flows from which into which.  Plain values that fit into JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["sound", "faust", "compressor", "filter", "reverb", "add", "plugin", "warp"]


@dataclass(frozen=True, slots=True)
class Knob:
    """What a processor calls a parameter.  `factor`: it counts in factors what we count in decibels."""

    label: str
    factor: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """`values` (numbers, or texts as a plugin shows them) at points; `positions` names a file float32 [T] that says
    for every sample between which points it lies: 1.25 is a quarter of the way from the second to the third."""

    parameter: str
    values: tuple[float | str, ...]
    positions: str


@dataclass(frozen=True, slots=True)
class Node:
    """`inputs`: names of nodes before this one; their channels come one behind the other, those of `add` are summed.

    `settings` depend on the kind:

    - `sound`: `file`, float32 [2, T]
    - `faust`: `code`
    - `compressor`: `threshold`, `ratio`, `attack`, `release`; `reverb`: its properties
    - `filter`: `mode`, `freq`, `q`, `gain`
    - `add`: `gains`, one for each input
    - `plugin`: `title`, `path` (or an LV2 URI), `parameters` ([name, text], ...), `load_state`, `save_state`
    - `warp`: `file`, `markers` ([second of the sound, second of the result], ...), from 0, 0 on, rising
    """

    name: str
    kind: Kind
    inputs: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    knobs: Mapping[str, Knob] = field(default_factory=dict)
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """`nodes` in an order in which inputs come first; the last one is heard, for `length` samples from the start.

    `tempi`: ((quarter, quarters a minute), ...); the start lies at quarter `start_quarter`, which may be negative.
    """

    sample_rate: int
    length: int
    nodes: tuple[Node, ...]
    tempi: tuple[tuple[float, float], ...] = ((0.0, 120.0),)
    start_quarter: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def plugins(self) -> tuple[str, ...]:
        """Titles, in the order of the nodes."""
        return tuple(str(node.settings["title"]) for node in self.nodes if node.kind == "plugin")


def graph_from_json(data: Mapping[str, Any]) -> Graph:
    """The reverse of `as_json`."""
    return Graph(
        sample_rate=data["sample_rate"],
        length=data["length"],
        nodes=tuple(_node(row) for row in data["nodes"]),
        tempi=tuple((quarter, bpm) for quarter, bpm in data["tempi"]),
        start_quarter=data["start_quarter"],
    )


def _node(row: Mapping[str, Any]) -> Node:
    return Node(
        name=row["name"],
        kind=row["kind"],
        inputs=tuple(row["inputs"]),
        settings=row["settings"],
        knobs={name: Knob(**knob) for name, knob in row["knobs"].items()},
        curves=tuple(_curve(curve) for curve in row["curves"]),
    )


def _curve(row: Mapping[str, Any]) -> Curve:
    return Curve(row["parameter"], tuple(row["values"]), row["positions"])


def same_names(names: Iterable[str]) -> dict[str, Knob]:
    """Knobs of sliders, which are called as the effect's parameters."""
    return {name: Knob(name) for name in names}
