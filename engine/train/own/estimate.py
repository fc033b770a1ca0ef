"""How long it will take on this machine: both kinds of work are tried for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from engine.train.corpus.world import analyse
from engine.train.generator import Generator
from engine.train.own.fitting import FitRun, Fitter, alone
from engine.train.own.pieces import HOP_LENGTH, WIDEST_HZ
from engine.train.own.recordings import SAMPLE_RATE

TRIED_S = 1.5
OVERHEAD_S = 60.0
"""Loading, measuring, writing."""


def analysis_pace() -> float:
    """Seconds of work for a second of voice."""
    times = np.arange(round(TRIED_S * SAMPLE_RATE)) / SAMPLE_RATE
    sound = sum(np.sin(2 * np.pi * 200 * k * times) / k for k in range(1, 20)) * 0.05
    noise = 0.002 * np.random.default_rng(0).standard_normal(len(times))
    return _seconds(lambda: analyse(sound + noise, SAMPLE_RATE, HOP_LENGTH, WIDEST_HZ)) / TRIED_S


def step_pace(generator: Generator, run: FitRun) -> float:
    """Seconds for a step of the training, once it is going."""
    config, dim = generator.config, generator.condition.prior.out_channels
    fitter = Fitter(alone(generator, generator.condition.speakers.weight[0].detach()), run)
    fitter.done = run.steps - 2  # all weights learn, as in most steps
    batch = {
        "frames": torch.randn(run.batch, config.hidden, run.window_frames),
        "latents": torch.randn(run.batch, dim, run.window_frames),
        "mask": torch.ones(run.batch, run.window_frames),
    }
    fitter.step(batch)
    return _seconds(lambda: fitter.step(batch))


def in_words(seconds: float) -> str:
    """For people: nothing finer than half a minute is known."""
    minutes = seconds / 60
    if minutes < 1.5:
        return "a minute"
    return f"{minutes:.0f} minutes" if minutes < 100 else f"{minutes / 60:.1f} hours"


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
