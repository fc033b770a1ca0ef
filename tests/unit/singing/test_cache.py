"""Cached phrases: exact, bounded, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.singing.cache import PhraseCache, cache_key


@given(arrays(np.float32, st.integers(1, 50), elements=st.floats(width=32, allow_nan=False)))
def test_what_comes_out_is_what_went_in(tmp_path_factory: pytest.TempPathFactory, samples: np.ndarray) -> None:
    cache = PhraseCache(tmp_path_factory.mktemp("cache"))
    cache.put("k", samples)
    found = cache.get("k")
    assert found is not None
    assert found.dtype == np.float32
    assert found.tobytes() == samples.tobytes()
    found[:] = 0  # a copy of one's own
    assert cache.get("other") is None


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    cache = PhraseCache(blocked / "below")
    cache.put("k", np.ones(3, np.float32))
    assert cache.get("k") is None
    assert blocked.read_text() == "no folder"


@pytest.mark.parametrize("keep", [0, 3, 4, 7, 4 * 7, 4 * 10])
def test_a_file_cut_short_is_ignored(tmp_path: Path, keep: int) -> None:
    cache = PhraseCache(tmp_path)
    cache.put("k", np.arange(10, dtype=np.float32))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:keep])
    assert cache.get("k") is None
    cache.put("k", np.arange(10, dtype=np.float32))
    assert cache.get("k") is not None


def test_the_least_recently_used_go(tmp_path: Path) -> None:
    cache = PhraseCache(tmp_path, max_bytes=3 * 404)
    for number in range(3):
        cache.put(f"k{number}", np.full(100, number, np.float32))
        os.utime(tmp_path / f"k{number}.f32", (1000 + number, 1000 + number))
    assert cache.get("k0") is not None  # now the latest
    cache.put("k3", np.ones(100, np.float32))
    assert [cache.get(f"k{number}") is not None for number in range(4)] == [True, False, True, True]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3 * 404


def test_keys_depend_on_every_part_and_their_borders() -> None:
    keys = {cache_key("a", "b"), cache_key("ab"), cache_key("a", "b", ""), cache_key("b", "a"), cache_key("", "ab")}
    assert len(keys) == 5
