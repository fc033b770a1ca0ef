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


@pytest.mark.parametrize(("name", "steps"), [("ode", 200), ("second-order", 40), ("third-order", 40), ("sde", 200)])
def test_a_normal_is_sampled(name: str, steps: int) -> None:
    mu = np.full((1, 40_000), 0.3, np.float32)
    rng = np.random.default_rng(1)
    z = start_noise(mu, SCHEDULE, 1.0, 1.0, rng)
    found = SAMPLERS[name](normal_denoiser(1.2, 0.5, mu), z, mu, SCHEDULE, timesteps(SCHEDULE, steps, end=1e-4), rng)
    assert found.mean() == pytest.approx(1.2, abs=0.02)
    assert found.std() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("higher", "lower"), [("second-order", "ode"), ("third-order", "second-order")])
def test_a_higher_order_needs_fewer_steps(higher: str, lower: str) -> None:
    mu = np.zeros((1, 2000), np.float32)
    z = start_noise(mu, SCHEDULE, 1.0, 1.0, np.random.default_rng(2))
    denoise = normal_denoiser(0.5, 0.6, mu)

    def run(name: str, steps: int) -> np.ndarray:
        times = timesteps(SCHEDULE, steps, end=1e-3)
        return SAMPLERS[name](denoise, z, mu, SCHEDULE, times, np.random.default_rng(0))

    exact = run("ode", 2000)
    assert np.abs(run(higher, 20) - exact).mean() < 0.5 * np.abs(run(lower, 20) - exact).mean()


@pytest.mark.parametrize("steps", [1, 2, 4])
@pytest.mark.parametrize("heat", [1.0, 0.5])
def test_a_network_that_states_the_end_needs_any_number_of_steps(steps: int, heat: float) -> None:
    """The end of a normal's flow in closed form: what a perfect distillation would state."""
    mu = np.full((1, 40_000), 0.3, np.float32)
    mean, spread = 1.2, 0.5

    def end_of(z: np.ndarray, t: float) -> np.ndarray:
        a, variance = SCHEDULE.decay(t), SCHEDULE.variance(t)
        expected = (1 - a) * mu + a * mean
        return np.asarray(mean + spread * (z - expected) / np.sqrt(a**2 * spread**2 + variance), np.float32)

    rng = np.random.default_rng(3)
    z = start_noise(mu, SCHEDULE, 1.0, 1 / heat**2, rng)
    found = SAMPLERS["consistency"](end_of, z, mu, SCHEDULE, timesteps(SCHEDULE, steps), rng)
    assert found.mean() == pytest.approx(mean, abs=0.02)
    if steps == 1:
        assert found.std() == pytest.approx(heat * spread, abs=0.02)
    else:
        assert heat * spread <= found.std() + 0.02 <= spread + 0.04


def test_schedule_agrees_with_itself() -> None:
    for t in np.linspace(0.01, 1, 20):
        grid = np.linspace(0, t, 20_001)
        beta = np.array([SCHEDULE.beta(float(x)) for x in grid])
        assert SCHEDULE.integral(float(t)) == pytest.approx(float(np.trapezoid(beta, grid)), rel=1e-6)
        assert SCHEDULE.decay(float(t)) ** 2 + SCHEDULE.variance(float(t)) == pytest.approx(1)


@pytest.mark.parametrize("num_steps", [1, 2, 7, 50])
def test_timesteps_fall_from_start_to_nothing(num_steps: int) -> None:
    times = timesteps(SCHEDULE, num_steps, start=0.6)
    assert len(times) == num_steps + 1
    assert times[0] == 0.6
    assert times[-1] == 0
    assert (np.diff(times) < 0).all()
    gaps = np.diff([SCHEDULE.log_snr(float(t)) for t in times[:-1]])
    np.testing.assert_allclose(gaps, gaps[:1].repeat(len(gaps)), rtol=1e-6)


def test_a_start_that_is_nearly_the_end_still_falls() -> None:
    assert (np.diff(timesteps(SCHEDULE, 4, start=0.005)) < 0).all()


@pytest.mark.parametrize("schedule", [SCHEDULE, BetaSchedule(4.0, 4.0)])
def test_a_time_is_found_by_its_noise(schedule: BetaSchedule) -> None:
    times = np.linspace(1e-3, 1, 40)
    found = schedule.time_of(np.array([schedule.log_snr(float(t)) for t in times]))
    np.testing.assert_allclose(found, times, rtol=1e-6)


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_as_many_steps_as_evaluations(name: str) -> None:
    seen: list[tuple[int, int]] = []
    asked: list[float] = []
    mu = np.zeros((1, 3), np.float32)
    z = start_noise(mu, SCHEDULE, 1.0, 1.0, np.random.default_rng(0))

    def denoise(z: np.ndarray, t: float) -> np.ndarray:
        asked.append(t)
        return mu

    SAMPLERS[name](
        denoise,
        z,
        mu,
        SCHEDULE,
        timesteps(SCHEDULE, 3),
        np.random.default_rng(0),
        lambda done, total: seen.append((done, total)),
    )
    assert seen == [(0, 3), (1, 3), (2, 3)]
    assert len(asked) == 3
    assert min(asked) > 0
