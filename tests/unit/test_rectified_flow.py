"""The sampler against what is known in closed form, and the noise it begins from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diffusion.rectified_flow import (
    KNOT_FRAMES,
    SLOW_SHARE,
    flow_times,
    sample_flow,
    slow_normals,
    slow_weights,
    steered,
    window_noise,
)

Floats = np.ndarray
SHAPE = (2, 3)


def noise_of(seed: int, shape: tuple[int, ...] = (4, 1000)) -> Floats:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


@pytest.mark.parametrize("num_steps", [1, 2, 7])
def test_times_fall_evenly(num_steps: int) -> None:
    times = flow_times(num_steps)
    assert (len(times), times[0], times[-1]) == (num_steps + 1, 1, 0)
    np.testing.assert_allclose(np.diff(times), -1 / num_steps)


def test_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        flow_times(0)


@pytest.mark.parametrize("times", [[1.0, 1.0], [0.5, 0.8], [0.5, -0.1]])
def test_times_that_do_not_fall_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="fall"):
        sample_flow(lambda z, t: z, noise_of(0), np.array(times))


@pytest.mark.parametrize("num_steps", [1, 2, 5, 50])
def test_a_perfect_network_finds_its_target(num_steps: int) -> None:
    target = np.random.default_rng(9).uniform(-2, 2, (4, 1000)).astype(np.float32)
    found = sample_flow(lambda z, t: target, noise_of(0), flow_times(num_steps))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, target, atol=1e-5)


def test_on_the_way_it_is_on_the_straight_line() -> None:
    target, noise = noise_of(1), noise_of(0)
    seen = []

    def clean(z: Floats, t: float) -> Floats:
        seen.append((z, t))
        return target

    halfway = sample_flow(clean, noise, np.linspace(1.0, 0.3, 5))
    for z, t in [*seen, (halfway, 0.3)]:
        np.testing.assert_allclose(z, (1 - t) * target + t * noise, atol=1e-5)


def test_a_gaussian_comes_out_with_its_mean_and_spread() -> None:
    def clean(z: Floats, t: float) -> Floats:
        """The best z_0 where z_0 is normal: its expectation given z, from Bayes."""
        mean, spread = 0.7, 0.5
        share = (1 - t) * spread**2 / ((1 - t) ** 2 * spread**2 + t**2)
        return np.asarray(mean + share * (z - (1 - t) * mean), np.float32)

    found = sample_flow(clean, noise_of(0, (10, 20_000)), flow_times(200))
    assert found.mean() == pytest.approx(0.7, abs=0.01)
    assert found.std() == pytest.approx(0.5, abs=0.01)


def test_every_step_is_reported_before_it_is_done() -> None:
    heard: list[tuple[int, int]] = []
    sample_flow(lambda z, t: z, noise_of(0), flow_times(3), lambda *step: heard.append(step))
    assert heard == [(0, 3), (1, 3), (2, 3)]


frames = st.integers(-100, 100)


@settings(max_examples=25)
@given(first=frames, count=st.integers(0, 60), other=frames, other_count=st.integers(0, 60))
def test_windows_begin_alike_where_they_overlap(first: int, count: int, other: int, other_count: int) -> None:
    for along in (None, directions(2, 6)):
        a, b = window_noise(5, first, count, SHAPE, along), window_noise(5, other, other_count, SHAPE, along)
        assert (a.shape, a.dtype) == ((count, *SHAPE), np.float32)
        begin, end = max(first, other), min(first + count, other + other_count)
        if begin < end:
            np.testing.assert_allclose(a[begin - first : end - first], b[begin - other : end - other], atol=1e-6)


def test_the_noise_is_standard_normal_and_half_of_it_wanders() -> None:
    count = 4 * KNOT_FRAMES
    noise = window_noise(3, -count // 2, count, (8000,))
    assert np.abs(noise.mean(axis=1)).max() < 0.06
    np.testing.assert_allclose(noise.std(axis=1), 1, atol=0.04)
    likeness = np.corrcoef(noise)
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    neighbours = likeness[apart == 1]
    np.testing.assert_allclose(neighbours, SLOW_SHARE, atol=0.06)
    assert np.abs(likeness[apart >= 2 * KNOT_FRAMES]).max() < 0.06
    knots = likeness[::KNOT_FRAMES, ::KNOT_FRAMES]
    np.testing.assert_allclose(knots, np.eye(4), atol=0.06)  # from knot to knot everything is another


def directions(count: int = 4, size: int = 24) -> Floats:
    """Orthonormal [count, size]."""
    return np.linalg.qr(np.random.default_rng(2).normal(size=(size, count)))[0].T.astype(np.float32)


def test_along_directions_the_noise_is_slow_and_elsewhere_as_before() -> None:
    along = directions()
    plain, steered_noise = (window_noise(9, -50, 120, (4, 6), d).reshape(120, -1) for d in (None, along))
    told = slow_normals(9, np.arange(-50, 70), 4)
    np.testing.assert_allclose(steered_noise @ along.T, told, atol=1e-4)
    np.testing.assert_allclose(off(steered_noise, along), off(plain, along), atol=1e-4)


def off(rows: Floats, along: Floats) -> Floats:
    """What is left of rows without their share in some directions."""
    return np.asarray(rows - (rows @ along.T) @ along)


def test_steered_noise_is_standard_normal_in_every_direction() -> None:
    """Over many takes, at knots and between them: along the directions, off them and across."""
    along = directions()
    across = (along[0] + np.eye(24)[5]) / np.linalg.norm(along[0] + np.eye(24)[5])
    for frame in (0, KNOT_FRAMES // 3):
        rows = np.stack([window_noise(seed, frame, 1, (4, 6), along).ravel() for seed in range(2500)])
        for direction in (*along, across, np.eye(24)[11]):
            found = rows @ direction
            assert abs(found.mean()) < 0.08
            assert found.std() == pytest.approx(1, abs=0.06)
        covariance = np.cov(rows.T)
        np.testing.assert_allclose(covariance, np.eye(24), atol=0.12)


def test_steering_replaces_what_was_there() -> None:
    along, noise = directions(), noise_of(4, (10, 4, 6))
    amounts = noise_of(5, (10, 4))
    once = steered(noise, amounts, along)
    assert (once.shape, once.dtype) == (noise.shape, np.float32)
    np.testing.assert_allclose(once.reshape(10, -1) @ along.T, amounts, atol=1e-5)
    np.testing.assert_allclose(steered(once, amounts, along), once, atol=1e-5)


@settings(max_examples=40)
@given(frame=st.floats(-300, 300, allow_nan=False))
def test_weights_of_knots_keep_the_spread(frame: float) -> None:
    knots, leaving, coming = slow_weights(np.array([frame]))
    assert leaving[0] ** 2 + coming[0] ** 2 == pytest.approx(1, abs=1e-5)
    assert knots[0] * KNOT_FRAMES <= frame < (knots[0] + 1) * KNOT_FRAMES + 1e-6
    assert min(leaving[0], coming[0]) > -1e-6


def test_slow_ways_are_slow_and_without_steps() -> None:
    way = slow_normals(1, np.arange(-1000, 1000) / 4, 5)
    assert np.abs(np.diff(way, axis=0)).max() < 6 * np.pi / 2 / KNOT_FRAMES / 4
    assert way.std() == pytest.approx(1, abs=0.35)
    assert slow_normals(1, np.arange(0), 5).shape == (0, 5)


def test_seeds_differ() -> None:
    one, other = (window_noise(seed, 0, 1, (5000,)).ravel() for seed in (0, 2**64 - 1))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.06
