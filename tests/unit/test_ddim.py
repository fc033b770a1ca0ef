"""The sampler against what is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diffusion import angles, ddim_sigmas, sample_ddim

Floats = np.ndarray


def noise_of(step: int, shape: tuple[int, ...] = (4, 1000)) -> Floats:
    return np.random.default_rng(step).standard_normal(shape, dtype=np.float32)


def perfect(target: Floats):  # type: ignore[no-untyped-def]
    """The velocity of a network that knows z_0."""

    def velocity(z: Floats, sigma: float) -> Floats:
        alpha, beta = angles(sigma)
        return np.asarray((alpha * z - target) / beta, np.float32)

    return velocity


def gaussian(mean: float, spread: float):  # type: ignore[no-untyped-def]
    """The best velocity where z_0 is normal: its expectation given z, from Bayes."""

    def velocity(z: Floats, sigma: float) -> Floats:
        alpha, beta = angles(sigma)
        share = alpha * spread**2 / (alpha**2 * spread**2 + beta**2)
        expected = mean + share * (z - alpha * mean)
        return np.asarray((alpha * z - expected) / beta, np.float32)

    return velocity


@given(st.floats(0, 1))
def test_angles_lie_on_the_circle(sigma: float) -> None:
    alpha, beta = angles(sigma)
    assert alpha**2 + beta**2 == pytest.approx(1)
    assert angles(0) == (1, 0)
    assert angles(1) == pytest.approx((0, 1), abs=1e-12)


@pytest.mark.parametrize("num_steps", [1, 2, 7])
def test_sigmas_fall_evenly(num_steps: int) -> None:
    sigmas = ddim_sigmas(num_steps)
    assert (len(sigmas), sigmas[0], sigmas[-1]) == (num_steps + 1, 1, 0)
    np.testing.assert_allclose(np.diff(sigmas), -1 / num_steps)


def test_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        ddim_sigmas(0)


@pytest.mark.parametrize("num_steps", [1, 2, 5, 50])
@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_a_perfect_network_finds_its_target(num_steps: int, eta: float) -> None:
    target = np.random.default_rng(9).uniform(-2, 2, (4, 1000)).astype(np.float32)
    found = sample_ddim(perfect(target), noise_of(0), ddim_sigmas(num_steps), eta, lambda step: noise_of(1 + step))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, target, atol=1e-4)


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_a_gaussian_comes_out_with_its_mean_and_spread(eta: float) -> None:
    shape = (10, 20_000)
    found = sample_ddim(
        gaussian(0.7, 0.5), noise_of(0, shape), ddim_sigmas(200), eta, lambda step: noise_of(1 + step, shape)
    )
    assert found.mean() == pytest.approx(0.7, abs=0.01)
    assert found.std() == pytest.approx(0.5, abs=0.01)


def test_without_eta_equal_noise_gives_equal_latents_and_none_is_drawn() -> None:
    def drawn(step: int) -> Floats:
        raise AssertionError

    first, again = (sample_ddim(gaussian(0, 1), noise_of(0), ddim_sigmas(5), 0.0, drawn) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_every_step_is_reported_before_it_is_done() -> None:
    heard: list[tuple[int, int]] = []
    sample_ddim(perfect(noise_of(1)), noise_of(0), ddim_sigmas(3), on_step=lambda *step: heard.append(step))
    assert heard == [(0, 3), (1, 3), (2, 3)]


def test_eta_wants_noise() -> None:
    with pytest.raises(ValueError, match="noise"):
        sample_ddim(perfect(noise_of(1)), noise_of(0), ddim_sigmas(3), 0.5)
