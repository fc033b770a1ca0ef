"""Noise belongs to places."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.separation.noise import frame_noise

frames = st.integers(-300, 300)


@given(first=frames, count=st.integers(0, 200), other=frames, other_count=st.integers(0, 200))
def test_windows_agree_where_they_overlap(first: int, count: int, other: int, other_count: int) -> None:
    a, b = frame_noise(5, 1, first, count, 3), frame_noise(5, 1, other, other_count, 3)
    assert (a.shape, a.dtype) == ((3, count), np.float32)
    begin, end = max(first, other), min(first + count, other + other_count)
    if begin < end:
        np.testing.assert_array_equal(a[:, begin - first : end - first], b[:, begin - other : end - other])


def test_it_is_standard_normal_and_nothing_repeats() -> None:
    noise = frame_noise(0, 0, -10_000, 20_000, 8)
    assert abs(float(noise.mean())) < 0.01
    assert abs(float(noise.std()) - 1) < 0.01
    assert len(np.unique(noise)) > 0.99 * noise.size


def test_seeds_and_draws_differ() -> None:
    takes = [frame_noise(seed, step, 0, 64, 4) for seed in (0, 1, 2**64 - 1) for step in (0, 1)]
    correlations = np.corrcoef([take.ravel() for take in takes])
    assert np.abs(correlations - np.eye(len(takes))).max() < 0.3
