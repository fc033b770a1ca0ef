"""Lines, and parts that come in pieces."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.host.messages import MOST_ITEMS, from_line, join, split, to_line

_VALUES = st.none() | st.integers() | st.text(max_size=3)
_OBJECTS = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=2)
_LISTS = st.lists(_OBJECTS, max_size=3 * MOST_ITEMS) | st.lists(_VALUES, max_size=3 * MOST_ITEMS)
_PARTS = st.recursive(
    st.dictionaries(st.sampled_from("xyz"), _VALUES | _LISTS, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("pq"), inner, max_size=2),
    max_leaves=4,
)


@given(_PARTS)
def test_pieces_put_back_are_the_whole(part: dict[str, Any]) -> None:
    rest = deepcopy(part)
    pieces: list[Any] = list(split(rest))
    assert all(len(piece["items"]) <= MOST_ITEMS for piece in pieces)
    told = [json.loads(json.dumps(piece)) for piece in pieces]
    assert join(json.loads(json.dumps(rest)), told) == part


@pytest.mark.parametrize("path", [["b"], ["a", "b"], []])
def test_a_piece_without_a_place_is_refused(path: list[str]) -> None:
    with pytest.raises(ValueError, match="no place"):
        join({"a": 1}, [{"path": path, "items": []}])


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_a_message_is_one_line(message: dict[str, Any]) -> None:
    line = to_line(message)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    try:
        text = json.dumps(message, ensure_ascii=False).encode().decode()
    except UnicodeEncodeError:  # half characters come out as question marks
        return
    assert json.dumps(from_line(line), ensure_ascii=False) == text
