"""Samplers against closed forms: a perfect denoiser of a known normal must give that normal back."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diffusion import SAMPLERS, BetaSchedule, timesteps
from engine.diffusion.sampling import start_noise

SCHEDULE = BetaSchedule()


def normal_denoiser(mean: float, spread: float, mu: np.ndarray):  # type: ignore[no-untyped-def]
    """E[z_0 | z_t] when z_0 is normal: the closed form that a trained network would state."""

    def denoise(z: np.ndarray, t: float) -> np.ndarray:
        a, variance = SCHEDULE.decay(t), SCHEDULE.variance(t)
        expected = (1 - a) * mu + a * mean
        gain = a * spread**2 / (a**2 * spread**2 + variance)
        return np.asarray(mean + gain * (z - expected), np.float32)

    return denoise


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_a_single_point_is_found(name: str) -> None:
    mu = np.full((4, 50), 0.7, np.float32)
    target = np.linspace(-2, 2, 200, dtype=np.float32).reshape(4, 50)
    rng = np.random.default_rng(0)
    z = start_noise(mu, SCHEDULE, 1.0, 1.5, rng)
    found = SAMPLERS[name](lambda z, t: target, z, mu, SCHEDULE, timesteps(SCHEDULE, 5), rng)
    np.testing.assert_allclose(found, target, atol=1e-5)


@pytest.mark.parametrize(("name", "steps"), [("ode", 200), ("second-order", 40), ("sde", 200)])
def test_a_normal_is_sampled(name: str, steps: int) -> None:
    mu = np.full((1, 40_000), 0.3, np.float32)
    rng = np.random.default_rng(1)
    z = start_noise(mu, SCHEDULE, 1.0, 1.0, rng)
    found = SAMPLERS[name](normal_denoiser(1.2, 0.5, mu), z, mu, SCHEDULE, timesteps(SCHEDULE, steps, end=1e-4), rng)
    assert found.mean() == pytest.approx(1.2, abs=0.02)
    assert found.std() == pytest.approx(0.5, abs=0.02)


def test_second_order_needs_fewer_steps() -> None:
    mu = np.zeros((1, 2000), np.float32)
    z = start_noise(mu, SCHEDULE, 1.0, 1.0, np.random.default_rng(2))
    denoise = normal_denoiser(0.5, 0.6, mu)

    def run(name: str, steps: int) -> np.ndarray:
        times = timesteps(SCHEDULE, steps, end=1e-3)
        return SAMPLERS[name](denoise, z, mu, SCHEDULE, times, np.random.default_rng(0))

    exact = run("ode", 2000)
    assert np.abs(run("second-order", 12) - exact).mean() < 0.5 * np.abs(run("ode", 12) - exact).mean()


def test_schedule_agrees_with_itself() -> None:
    for t in np.linspace(0.01, 1, 20):
        grid = np.linspace(0, t, 20_001)
        beta = np.array([SCHEDULE.beta(float(x)) for x in grid])
        assert SCHEDULE.integral(float(t)) == pytest.approx(float(np.trapezoid(beta, grid)), rel=1e-6)
        assert SCHEDULE.decay(float(t)) ** 2 + SCHEDULE.variance(float(t)) == pytest.approx(1)


@pytest.mark.parametrize("num_steps", [1, 2, 7, 50])
def test_timesteps_fall_from_start_to_end(num_steps: int) -> None:
    times = timesteps(SCHEDULE, num_steps, start=0.6)
    assert len(times) == num_steps + 1
    assert times[0] == 0.6
    assert times[-1] == 0.01
    assert (np.diff(times) < 0).all()


def test_steps_are_counted() -> None:
    seen: list[tuple[int, int]] = []
    mu = np.zeros((1, 3), np.float32)
    SAMPLERS["ode"](
        lambda z, t: mu,
        mu,
        mu,
        SCHEDULE,
        timesteps(SCHEDULE, 3),
        np.random.default_rng(0),
        lambda done, total: seen.append((done, total)),
    )
    assert seen == [(0, 3), (1, 3), (2, 3)]
