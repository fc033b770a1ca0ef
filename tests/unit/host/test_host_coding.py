"""Requests out of JSON and results into it."""

from __future__ import annotations

import contextlib
import enum
import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api import AvatarRequest, IsolateRequest, SingRequest
from engine.api.resing import ResingRequest
from engine.errors import InputError, MelismaError
from engine.host import coding
from engine.host.coding import parse, plain


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    place: Path
    share: float = 0.5


@dataclass(frozen=True)
class Outer:
    name: str
    count: int = 0
    loud: bool = False
    kind: Literal["a", "b"] = "a"
    inner: Inner | None = None
    pairs: tuple[tuple[str, float], ...] = ()
    size: tuple[int, int] | None = None
    knobs: dict[str, float] = field(default_factory=dict)
    fps: Fraction = Fraction(25)


def test_all_kinds_of_fields_are_read() -> None:
    made = parse(
        Outer,
        {
            "name": "x",
            "count": 3,
            "loud": True,
            "kind": "b",
            "inner": {"place": "/a/b", "share": 1},
            "pairs": [["k", 0.5], ["l", 1]],
            "size": [640, 480],
            "fps": "30000/1001",
        },
    )
    assert made == Outer(
        "x", 3, True, "b", Inner(Path("/a/b"), 1.0), (("k", 0.5), ("l", 1.0)), (640, 480), {}, Fraction(30000, 1001)
    )


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"name": 3},
        {"name": None},
        {"name": "x", "count": 1.5},
        {"name": "x", "count": True},
        {"name": "x", "loud": 1},
        {"name": "x", "kind": "c"},
        {"name": "x", "inner": {"place": ""}},
        {"name": "x", "inner": {"place": "a\0b"}},
        {"name": "x", "inner": {"place": "a", "share": "much"}},
        {"name": "x", "pairs": [["k"]]},
        {"name": "x", "pairs": "kl"},
        {"name": "x", "size": [1, 2, 3]},
        {"name": "x", "knobs": [1]},
        {"name": "x", "fps": "1/0"},
        {"name": "x", "fps": "often"},
        {"name": "x", "inner": {"place": "a", "share": float("inf")}},
        {"name": "x", "unknown": 1},
    ],
)
def test_what_does_not_fit_is_refused_as_our_fault(args: dict[str, Any]) -> None:
    with pytest.raises(MelismaError, match="cannot be read") as caught:
        parse(Outer, args)
    assert not isinstance(caught.value, InputError)


def test_the_wrong_place_is_named() -> None:
    with pytest.raises(MelismaError, match=r"inner\.share is not a number"):
        parse(Outer, {"name": "x", "inner": {"place": "a", "share": "much"}})
    with pytest.raises(MelismaError, match=r"pairs\[1\]\[0\] is not a text"):
        parse(Outer, {"name": "x", "pairs": [["k", 1], [2, 1]]})


@pytest.mark.parametrize(
    "request_made",
    [
        SingRequest(Path("/a.mid"), Path("/b.wav"), seed=3, subtype="FLOAT"),
        IsolateRequest((Path("/a.wav"), Path("/b")), Path("/out"), num_steps=4),
        ResingRequest(Path("/a.wav"), Path("/b.wav"), blend=(("x", 0.3),)),
        AvatarRequest(Path("/a.mid"), Path("/b.mp4"), points=((1, 2), (3, 4), (5, 6)), fps=Fraction(30000, 1001)),
    ],
    ids=lambda made: type(made).__name__,
)
def test_requests_survive_the_way_through_json(request_made: Any) -> None:
    told = json.loads(json.dumps(plain(request_made)))
    assert parse(type(request_made), told) == request_made


def test_expression_and_choir_come_as_objects() -> None:
    made = parse(
        SingRequest,
        {
            "clip": "a.mid",
            "out": "b.wav",
            "expression": {"values": {"dynamics": -3}, "curves": {"tension": {"points": [[0, 0], [4, 1]]}}},
            "choir": {"voices": 4},
        },
    )
    assert made.expression.curves["tension"].points == ((0.0, 0.0), (4.0, 1.0))
    assert made.choir is not None
    assert made.choir.voices == 4
    with pytest.raises(MelismaError):  # points out of order: the window must not draw such a curve
        parse(SingRequest, {"clip": "a", "out": "b", "expression": {"curves": {"x": {"points": [[4, 0], [0, 0]]}}}})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["name", "count", "inner", "pairs", "size", "fps", "other"]), _JSON))
def test_whatever_comes_is_read_or_refused(args: dict[str, Any]) -> None:
    with contextlib.suppress(MelismaError):
        parse(Outer, args)


@given(_JSON)
def test_whatever_is_told_is_json(value: Any) -> None:
    json.dumps(plain(value), allow_nan=False)


def test_results_are_plain() -> None:
    told = plain(
        {"a": Colour.RED, "b": np.float32(0.5), "c": np.array([1.0, np.nan]), "d": np.int64(3), "e": (1, Path("x"))}
    )
    assert told == {"a": "red", "b": 0.5, "c": [1.0, None], "d": 3, "e": [1, "x"]}
    assert plain(Fraction(1, 3)) == "1/3"


def test_single_arguments_are_checked() -> None:
    assert coding.text({}, "a", "usual") == "usual"
    assert coding.texts({"a": ["x", "y"]}, "a") == ("x", "y")
    for call in (coding.text, coding.integer, coding.number, coding.path):
        with pytest.raises(MelismaError):
            call({}, "a")
    with pytest.raises(MelismaError):
        coding.texts({"a": ["x", 1]}, "a")
    with pytest.raises(MelismaError):
        coding.flag({"a": "yes"}, "a")
