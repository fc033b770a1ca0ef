"""The generator learns one more speaker: first that speaker's row alone, then the networks behind it, slowly.

Lyrics and melody encoders stay as they are.  The row begins as that of the known speaker whose latents are nearest.
What a small folder does not say (other vowels, higher notes) must not be forgotten: rates are low, and every step pulls
the weights back towards where they began.  The average of the weights is what is kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.errors import Cancelled
from engine.jobs import JobContext
from engine.train import checkpoint
from engine.train.ema import Ema
from engine.train.generator import MAX_WEIGHT, SMALLEST_T, Generator
from engine.train.networks.denoiser import decay
from engine.train.own.kept_share import note_share
from engine.train.own.material import Told, windows
from engine.train.own.resume import go_on_from

STAGE = "Training the voice"
ROW_SHARE = 0.15
"""Of the steps, in which only the row learns."""
WARM_UP = 20
PULL = 1.0
"""Back to the beginning, times the learning rate, at each step."""
_LEARNS = ("enhanced_encoder.", "prior.", "speakers.")


@dataclass(frozen=True, slots=True)
class FitRun:
    """How long and how hard; `minutes` count over all resumes."""

    out: Path
    steps: int
    minutes: float = 1e9
    batch: int = 8
    window_frames: int = 128
    row_rate: float = 8e-3
    rate: float = 2e-4
    ema: float = 0.99
    device: str = "cpu"
    half: bool = False
    seed: int = 1
    save_every_s: float = 120.0


def alone(generator: Generator, row: Tensor) -> Generator:
    """A copy with one speaker, whose row is `row` [H]."""
    config = replace(generator.config, num_speakers=1)
    single = Generator(config, generator.condition.prior.out_channels)
    state = generator.state_dict()
    state["condition.speakers.weight"] = row[None].clone()
    single.load_state_dict(state)
    return single.eval()


def nearest_row(generator: Generator, speakers: Mapping[str, int], pieces: Sequence[Told]) -> tuple[str, Tensor]:
    """(name, row) of the known speaker, or "all of them" for their mean, with whom the prior errs least."""
    weight = generator.condition.speakers.weight.detach()
    rows = {name: weight[number] for name, number in speakers.items()}
    if len(rows) > 1:
        rows["all of them"] = torch.stack(list(rows.values())).mean(0)
    errors = {name: judge(alone(generator, row), pieces)["prior"] for name, row in rows.items()}
    best = min(errors, key=lambda name: errors[name])
    return best, rows[best]


def told_losses(generator: Generator, batch: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """(L_diff, L_prior) as `Generator.losses`, of frames that are told already."""
    frames, target, mask = batch["frames"], batch["latents"], batch["mask"][:, None]
    speaker = torch.zeros(len(frames), dtype=torch.long, device=frames.device)
    h_cond, mu = generator.condition.from_frames(frames, speaker)
    count = mask.sum() * target.shape[1]
    prior = (((target - mu) ** 2) * mask).sum() / count
    mu = mu.detach()
    t = SMALLEST_T + (1 - SMALLEST_T) * torch.rand(len(target), device=target.device)
    a = decay(t, generator.config.beta_0, generator.config.beta_1)[:, None, None]
    z_t = (1 - a) * mu + a * target + torch.sqrt(1 - a**2) * torch.randn_like(target)
    weight = (a**2 / (1 - a**2)).clamp(max=MAX_WEIGHT) + 0.2
    away = generator.denoiser(z_t, mu, h_cond, t) - target
    return (weight * away**2 * mask).sum() / count, prior


@torch.no_grad()
def judge(generator: Generator, pieces: Sequence[Told], size: int = 16, window: int = 256) -> dict[str, float]:
    """Losses on always the same windows of `pieces`."""
    state = torch.get_rng_state()
    torch.manual_seed(0)
    batch = windows(pieces, size, window, np.random.default_rng(0))
    device = next(generator.parameters()).device
    diffusion, prior = told_losses(generator.eval(), {k: v.to(device) for k, v in batch.items()})
    torch.set_rng_state(state)
    return {"diffusion": diffusion.item(), "prior": prior.item()}


class Fitter:
    """The network, its optimiser, the average of its weights and where they began."""

    def __init__(self, generator: Generator, run: FitRun) -> None:
        torch.manual_seed(run.seed)
        self.run, self.done, self.spent_s = run, 0, 0.0
        self.generator = generator.to(run.device)
        self.row = generator.condition.speakers.weight
        named = generator.named_parameters()
        self.others = [p for name, p in named if _learns(name) and p is not self.row]
        self.beginnings = [p.detach().clone() for p in self.others]
        self.average = Ema(self.generator, run.ema)
        groups: list[dict[str, Any]] = [{"params": [self.row]}, {"params": self.others}]
        self.optimizer = torch.optim.AdamW(groups, run.rate, (0.9, 0.98), weight_decay=0.0)
        generator.requires_grad_(False)
        self.row.requires_grad_(True)

    @property
    def share(self) -> float:
        """How much of the run is done, by steps or by time, 0 to 1."""
        return min(1.0, max(self.done / self.run.steps, self.spent_s / (60 * self.run.minutes)))

    def step(self, batch: Mapping[str, Tensor]) -> dict[str, float]:
        """One update; the losses."""
        together = self.share >= ROW_SHARE
        for parameter in self.others:
            parameter.requires_grad_(together)
        pace = min(1.0, (self.done + 1) / WARM_UP) * min(1.0, max(0.02, 2 * (1 - self.share)))
        rates = pace * (self.run.rate if together else self.run.row_rate), pace * self.run.rate
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self.generator.train(together)
        device = torch.device(self.run.device)
        with torch.autocast(device.type, torch.bfloat16, enabled=self.run.half):
            diffusion, prior = told_losses(self.generator, {k: v.to(device) for k, v in batch.items()})
        self.optimizer.zero_grad()
        (diffusion + prior).backward()
        nn.utils.clip_grad_norm_([self.row, *self.others], 1.0)
        self.optimizer.step()
        if together:
            self._pull(rates[1])
        self.done += 1
        self.average.update(self.generator)
        return {"diffusion": diffusion.item(), "prior": prior.item()}

    @torch.no_grad()
    def _pull(self, rate: float) -> None:
        for parameter, beginning in zip(self.others, self.beginnings, strict=True):
            parameter.lerp_(beginning.to(parameter.device), PULL * rate)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {
            "done": self.done,
            "spent_s": self.spent_s,
            "generator": self.generator.state_dict(),
            "average": self.average.state,
            "updates": self.average.updates,
            "beginnings": self.beginnings,
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.done, self.spent_s = int(state["done"]), float(state["spent_s"])
        self.generator.load_state_dict(state["generator"])
        self.average.state, self.average.updates = dict(state["average"]), int(state["updates"])
        self.beginnings = list(state["beginnings"])
        self.optimizer.load_state_dict(state["optimizer"])


def fit(generator: Generator, run: FitRun, pieces: Sequence[Told], context: JobContext) -> Generator:
    """Train until `run.steps` or `run.minutes`, on from `run.out/fit.pt`; the averaged network.

    A cancel saves first, then raises `Cancelled`.
    """
    path = run.out / "fit.pt"
    fitter = Fitter(generator, run)
    if path.exists():
        go_on_from(path, fitter.restore, run.device)
    before_s, started = fitter.spent_s, time.monotonic()
    saved = started
    try:
        while fitter.share < 1.0:
            context.step(STAGE, round(1000 * fitter.share), 1000)
            rng = np.random.default_rng((run.seed, fitter.done))
            torch.manual_seed(run.seed * 1_000_003 + fitter.done)
            fitter.step(windows(pieces, run.batch, run.window_frames, rng))
            fitter.spent_s = before_s + time.monotonic() - started
            if time.monotonic() - saved > run.save_every_s:
                _save(fitter, path)
                saved = time.monotonic()
    except Cancelled:
        _save(fitter, path)
        raise
    context.step(STAGE, 1000, 1000)
    _save(fitter, path)
    fitter.average.copy_to(fitter.generator)
    return fitter.generator.requires_grad_(False).eval().cpu()


def _save(fitter: Fitter, path: Path) -> None:
    checkpoint.save(path, fitter.state())
    note_share(path, fitter.done, fitter.spent_s)


def _learns(name: str) -> bool:
    """Names are those of `Generator`: `condition.prior.weight`, `denoiser.input.weight`."""
    return name.startswith("denoiser.") or name.removeprefix("condition.").startswith(_LEARNS)
