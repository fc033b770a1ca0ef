from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import crossfade_join, fade_edges


@settings(max_examples=100, deadline=None)
@given(data=st.data(), length=st.integers(1, 400), crossfade=st.integers(0, 60), channels=st.integers(1, 2))
def test_chunks_that_agree_give_the_whole_exactly(
    data: st.DataObject, length: int, crossfade: int, channels: int
) -> None:
    whole = np.random.default_rng(length).standard_normal((channels, length)).astype(np.float32)
    chunks, start, end = [], 0, 0
    while end < length:
        start = data.draw(st.integers(start, end))
        end = data.draw(st.integers(end + 1, length))
        chunks.append((start, whole[:, start:end]))
    np.testing.assert_array_equal(crossfade_join(chunks, crossfade), whole)


def test_equal_gain_and_monotonic_in_the_middle_of_the_overlap() -> None:
    ones = np.ones((1, 10), dtype=np.float32)
    joined = crossfade_join([(0, ones), (6, 0 * ones)], 2)
    np.testing.assert_allclose(joined[0], [1] * 7 + [0.75, 0.25] + [0] * 7)


def test_gaps_are_silent_and_length_is_kept() -> None:
    ones = np.ones((1, 2), dtype=np.float32)
    assert crossfade_join([(1, ones), (5, ones)], 4, length=9).tolist() == [[0, 1, 1, 0, 0, 1, 1, 0, 0]]
    assert crossfade_join([(1, ones), (5, ones)], 4, length=6).tolist() == [[0, 1, 1, 0, 0, 1]]


def test_out_of_order() -> None:
    ones = np.ones((1, 4), dtype=np.float32)
    for chunks in (
        [(2, ones), (1, ones)],
        [(0, ones), (1, ones[:, :2])],
        [],
        [(-1, ones)],
        [(0, ones), (1, ones[[0, 0]])],
    ):
        with pytest.raises(ValueError):
            crossfade_join(chunks, 2)


@given(length=st.integers(0, 50), fade=st.integers(0, 60))
def test_faded_edges(length: int, fade: int) -> None:
    samples = np.ones((2, length), dtype=np.float32)
    faded = fade_edges(samples, fade)
    assert (samples == 1).all()
    assert faded.shape == samples.shape
    np.testing.assert_array_equal(faded, faded[:, ::-1])
    if length > 1 and fade > 0:
        assert faded[0, 0] < 1
