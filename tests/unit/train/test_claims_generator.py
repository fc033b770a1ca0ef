"""The two priors: they begin alike; a solver of few steps loses less where it begins near its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.diffusion import BetaSchedule
from engine.diffusion.sampling import start_noise
from engine.singing.conditions import FRAME_FEATURES, Conditions
from engine.train.claims.generator import PriorTrainer, StandardDenoiser, StandardGenerator
from engine.train.claims.sampling import SOLVERS, condition, euler, sampled
from engine.train.generator import Example, Generator, GeneratorRun, LatentStats, collate
from engine.train.networks.denoiser import decay
from tests.tiny_voice import CONFIG

DIM, FRAMES = 5, 40
GENERATOR = CONFIG.generator


def example(seed: int = 0) -> Example:
    rng = np.random.default_rng(seed)
    told = Conditions(
        phones=1 + np.arange(4) % 2,
        keys=60 + np.arange(4) % 2,
        durations=np.full(4, 20),
        tempi=np.full(4, 10),
        phone_of_frame=np.arange(FRAMES) * 4 // FRAMES,
        features=rng.standard_normal((FRAMES, FRAME_FEATURES)).astype(np.float32),
        f0=np.full(FRAMES, 220.0, np.float32),
    )
    sign = np.where(told.phone_of_frame % 2, 1.0, -1.0)
    latents = (sign + 0.1 * rng.standard_normal((DIM, FRAMES))).astype(np.float32)
    return Example("made up", 0, told, latents)


STATS = LatentStats(np.zeros(DIM, np.float32), np.ones(DIM, np.float32))


def batch() -> dict[str, torch.Tensor]:
    return collate([example(n) for n in range(4)], STATS, 24, np.random.default_rng(0))


def trainer(prior: str, tmp_path: Path, steps: int = 60) -> PriorTrainer:
    run = GeneratorRun(tmp_path, steps=steps, learning_rate=5e-3, ema=0.9)
    return PriorTrainer("standard" if prior == "standard" else "data", GENERATOR, DIM, run)


def test_untrained_it_guesses_from_the_noisy_latents_alone() -> None:
    denoiser = StandardDenoiser(GENERATOR, DIM)
    z, h = torch.randn(2, DIM, 7), torch.randn(2, GENERATOR.hidden, 7)
    t = torch.tensor([0.2, 0.9])
    a = decay(t, GENERATOR.beta_0, GENERATOR.beta_1)[:, None, None]
    for mu in (torch.zeros_like(z), torch.randn_like(z)):
        torch.testing.assert_close(denoiser(z, mu, h, t), a * z)


def test_both_priors_begin_with_the_same_weights_and_draw_the_same_noise(tmp_path: Path) -> None:
    data = trainer("data", tmp_path)
    drawn = torch.randn(3)
    standard = trainer("standard", tmp_path)
    assert torch.equal(drawn, torch.randn(3))
    weights = data.generator.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in standard.generator.state_dict().items())
    assert isinstance(standard.average, StandardGenerator)


@pytest.mark.parametrize("prior", ["data", "standard"])
def test_a_training_learns_and_its_average_follows(prior: str, tmp_path: Path) -> None:
    made = trainer(prior, tmp_path)
    losses = [sum(made.step(batch()).values()) for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5])
    unseen = example(99)
    h_cond, mu = condition(made.average.eval(), unseen)
    assert h_cond.shape == (1, GENERATOR.hidden, FRAMES)
    assert np.mean(np.sign(mu[0].numpy()) == np.sign(unseen.latents)) > 0.8
    takes = [sampled(made.average, h_cond, mu, solver, 8, seed=1) for solver in SOLVERS]
    assert all(z.shape == unseen.latents.shape and np.isfinite(z).all() for z in takes)


def test_a_state_restores_the_other_prior_too(tmp_path: Path) -> None:
    made = trainer("standard", tmp_path)
    made.step(batch())
    other = trainer("standard", tmp_path)
    other.restore(made.state())
    assert other.done == 1
    for ours, theirs in zip(other.generator.parameters(), made.generator.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def _missed(centre_at: float, steps: int) -> float:
    """How far Euler ends from the truth (all 1) with a denoiser that knows it, begun around a centre."""
    schedule = BetaSchedule()
    truth = np.ones((2, 500), np.float32)
    centre = np.full_like(truth, centre_at)
    z = start_noise(centre, schedule, 1.0, 1e12, np.random.default_rng(0))
    found = euler(lambda _z, _t: truth, z, centre, schedule, steps)
    return float(np.abs(found - truth).mean())


def test_euler_with_many_steps_ends_at_the_truth_from_anywhere() -> None:
    assert _missed(0.0, 2000) < 0.02
    assert _missed(0.9, 2000) < 0.02


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_with_few_steps_euler_loses_less_when_begun_near_the_truth(steps: int) -> None:
    assert _missed(0.9, steps) < 0.5 * _missed(0.0, steps)


def test_one_step_of_the_shipped_solver_is_the_denoisers_word() -> None:
    generator = Generator(replace(GENERATOR, dropout=0.0), DIM).eval()
    h_cond, mu = condition(generator, example())
    once = sampled(generator, h_cond, mu, "exponential", 1, seed=3)
    again = sampled(generator, h_cond, mu, "exponential", 1, seed=3)
    other = sampled(generator, h_cond, mu, "exponential", 1, seed=4)
    assert np.array_equal(once, again)
    # an untrained denoiser says the mean, whatever the noise
    assert np.abs(once - other).max() < 0.1
