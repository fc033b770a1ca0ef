"""How a job's clip is to be sung, as JSON in its job file: expression and choir.

`"expression": {"values": {"dynamics": -3}, "curves": {"tension": [[0, 0], [8, 0.5]]}, "drawn": [[[4, 62], [5, 63]]],
"blend": [["yuki", 0.3]], "pitch_seed": 4}`, `"choir": {"voices": 4, "width": 1}`: quarters and values as in
`ExpressionRequest`, numbers as in `Choir`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from engine.score import Curve, check_curve, check_value
from plugin_host.bridge.strict import StrictObject

if TYPE_CHECKING:
    from engine.api import Choir, ExpressionRequest

MOST_POINTS, MOST_CURVES, MOST_PIECES, MOST_SPEAKERS = 20_000, 100, 10_000, 16
_SEEDS = 2**64 - 1


def read_expression(told: StrictObject) -> ExpressionRequest:
    """Raises `InputError` for anything that is not as agreed, also for a value that its knob does not have."""
    from engine.api import ExpressionRequest

    values = {name: _number(told, value) for name, value in _named(told, "values").items()}
    for name, value in values.items():
        check_value(name, value)
    curves = {name: _curve(told, points) for name, points in _named(told, "curves").items()}
    for name, curve in curves.items():
        check_curve(name, curve)
    drawn = tuple(_curve(told, points) for points in _listed(told, "drawn", MOST_PIECES))
    blend = tuple(_share(told, e) for e in _listed(told, "blend", MOST_SPEAKERS)) if told.has("blend") else None
    seed = told.integer("pitch_seed", 0, _SEEDS) if told.has("pitch_seed") else None
    told.done()
    return ExpressionRequest(values, curves, drawn, blend, seed)


def dump_expression(request: ExpressionRequest) -> dict[str, Any]:
    """What `read_expression` reads back."""
    return {
        "values": dict(request.values),
        "curves": {name: _points(curve) for name, curve in request.curves.items()},
        "drawn": [_points(piece) for piece in request.drawn],
        "blend": None if request.blend is None else [list(entry) for entry in request.blend],
        "pitch_seed": request.pitch_seed,
    }


def read_choir(told: StrictObject) -> Choir:
    """Raises `InputError` for a number that a choir cannot have."""
    from engine.api import Choir

    given: dict[str, Any] = {"voices": told.integer("voices", 1, 16)}
    for name in ("spread_ms", "detune_cents"):
        if told.has(name):
            given[name] = told.number(name, 0, 100)
    if told.has("width"):
        given["width"] = told.number("width", 0, 1)
    if told.has("seed"):
        given["seed"] = told.integer("seed", 0, _SEEDS)
    speakers = _listed(told, "speakers", MOST_SPEAKERS)
    if not all(isinstance(name, str) for name in speakers):
        told.refuse("has 'speakers' that are not names")
    told.done()
    return Choir(**given, speakers=tuple(speakers))


def _named(told: StrictObject, name: str) -> dict[str, Any]:
    return told.mapping(name, MOST_CURVES) if told.has(name) else {}


def _listed(told: StrictObject, name: str, most: int) -> list[Any]:
    return told.items(name, most) if told.has(name) else []


def _number(told: StrictObject, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        told.refuse("has a value that is not a number")
    return float(value)


def _curve(told: StrictObject, points: object) -> Curve:
    if not isinstance(points, list) or not 0 < len(points) <= MOST_POINTS:
        told.refuse(f"has a curve that is not a list of 1 to {MOST_POINTS} points")
    pairs = []
    for point in points:
        if not isinstance(point, list) or len(point) != 2:
            told.refuse("has a point that is not a quarter and a value")
        pairs.append((_number(told, point[0]), _number(told, point[1])))
    try:
        return Curve(tuple(pairs))
    except ValueError as error:
        told.refuse(f"has a curve that cannot be used ({error})")


def _share(told: StrictObject, entry: object) -> tuple[str, float]:
    if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[0], str):
        told.refuse("has a 'blend' that is not pairs of a speaker and a share")
    return entry[0], _number(told, entry[1])


def _points(curve: Curve) -> list[list[float]]:
    return [list(point) for point in curve.points]
