"""The sampler against what is known in closed form, and the noise it begins from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diffusion.rectified_flow import flow_times, sample_flow, window_noise

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


frames = st.integers(-40, 40)


@settings(max_examples=25)
@given(first=frames, count=st.integers(0, 24), other=frames, other_count=st.integers(0, 24))
def test_windows_begin_alike_where_they_overlap(first: int, count: int, other: int, other_count: int) -> None:
    a, b = window_noise(5, first, count, SHAPE), window_noise(5, other, other_count, SHAPE)
    assert (a.shape, a.dtype) == ((count, *SHAPE), np.float32)
    begin, end = max(first, other), min(first + count, other + other_count)
    if begin < end:
        np.testing.assert_array_equal(a[begin - first : end - first], b[begin - other : end - other])


def test_the_noise_is_standard_normal_and_half_shared() -> None:
    noise = window_noise(3, 0, 40, (20_000,))
    assert np.abs(noise.mean(axis=1)).max() < 0.04
    np.testing.assert_allclose(noise.std(axis=1), 1, atol=0.03)
    between = np.corrcoef(noise)[np.triu_indices(len(noise), 1)]
    np.testing.assert_allclose(between, 0.5, atol=0.03)


def test_seeds_differ() -> None:
    one, other = (window_noise(seed, 0, 1, (5000,)).ravel() for seed in (0, 2**64 - 1))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.06
