"""One to four steps as good as fifty: a trained denoiser is distilled (`python -m engine.train.distil`).

Consistency distillation (Song et al., 2023; for a mean-reverting process Ye et al., 2023): two neighbouring points of
one trajectory of the probability-flow ODE must have the same end.  The student states the end; the upper point is made
from data and noise, the lower one by a Heun step of the teacher, the end from there by the student's running average.
f(z, 0) = z holds by the denoiser's preconditioning.  Only the denoiser learns; the condition encoder is the teacher's.

A take is colder than the noise of training (temperature), so noise of training is made of any strength from
`COLDEST` to 1 here.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.diffusion import BetaSchedule, timesteps
from engine.train import checkpoint
from engine.train.generator import Example, Generator, LatentStats, collate
from engine.train.networks.denoiser import Denoiser, decay

TOLD = ("phones", "keys", "durations", "tempi", "token_mask", "phone_of_frame", "features", "speaker", "languages")
"""What of a batch the condition encoder is told, in its order."""
COLDEST = 0.4
"""Of the noise's standard deviation: a temperature of 0.16."""


@dataclass(frozen=True, slots=True)
class DistilRun:
    """How long and how hard to distil.  `stages`: points in time on a trajectory; `teacher_steps`: evaluations of the
    teacher for an end, where ends are computed (`engine.train.flow`)."""

    out: Path
    steps: int = 2000
    minutes: float = 1e9
    batch: int = 8
    window_frames: int = 128
    stages: int = 18
    teacher_steps: int = 10
    learning_rate: float = 2e-4
    ema: float = 0.98
    half: bool = False
    """Networks compute in bfloat16."""
    device: str = "cpu"
    seed: int = 1
    save_every_s: float = 120.0


class Distillation:
    """Teacher, student and the student's running average, which is the target and what is shipped.

    `generator` is the teacher's; its denoiser is copied, never changed.
    """

    def __init__(self, generator: Generator, run: DistilRun) -> None:
        torch.manual_seed(run.seed)
        self.run = run
        self.teacher = generator.to(run.device).eval().requires_grad_(False)
        self.schedule = BetaSchedule(generator.config.beta_0, generator.config.beta_1)
        self.student: Denoiser = copy.deepcopy(self.teacher.denoiser).requires_grad_(True)
        self.average: Denoiser = copy.deepcopy(self.teacher.denoiser)
        self.optimizer = torch.optim.AdamW(self.student.parameters(), run.learning_rate, (0.9, 0.98), weight_decay=0)
        self.done = 0

    def step(self, batch: Mapping[str, Tensor]) -> float:
        """One update; the loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.learning_rate * _pace(self.done, self.run.steps)
        with torch.autocast(torch.device(self.run.device).type, torch.bfloat16, enabled=self.run.half):
            with torch.no_grad():
                h_cond, mu = self.teacher.condition(*(batch[name] for name in TOLD))
            loss = self.loss(batch, h_cond.float(), mu.float())
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimizer.step()
        self.done += 1
        self._follow()
        return float(loss.item())

    def loss(self, batch: Mapping[str, Tensor], h_cond: Tensor, mu: Tensor) -> Tensor:
        """Mean squared distance of both ends over real frames."""
        clean, mask = batch["latents"], batch["frame_mask"][:, None]
        times = torch.tensor(timesteps(self.schedule, self.run.stages), dtype=torch.float32, device=clean.device)
        index = torch.randint(self.run.stages, (len(clean),), device=clean.device)
        t, after = times[index], times[index + 1]
        z = noised(clean, mu, heated(torch.randn_like(clean)), t, self.schedule)
        with torch.no_grad():
            target = self.average(self._moved(z, mu, h_cond, t, after), mu, h_cond, after)
        return masked_square(self.student(z, mu, h_cond, t) - target, mask)

    @torch.no_grad()
    def _moved(self, z: Tensor, mu: Tensor, h_cond: Tensor, t: Tensor, after: Tensor) -> Tensor:
        """One Heun step of the teacher down its ODE."""
        denoised = self.teacher.denoiser(z, mu, h_cond, t)
        there = move(z, denoised, mu, t, after, self.schedule)
        again = self.teacher.denoiser(there, mu, h_cond, after)
        return move(z, 0.5 * (denoised + again), mu, t, after, self.schedule)

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self.run.ema, 1 - 1 / (self.done + 1))
        for slow, fast in zip(self.average.parameters(), self.student.parameters(), strict=True):
            slow.lerp_(fast, 1 - keep)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {
            "done": self.done,
            "student": self.student.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.done = int(state["done"])
        self.student.load_state_dict(state["student"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])


def distil(
    distillation: Distillation, examples: Sequence[Example], stats: LatentStats, name: str = "consistency"
) -> Denoiser:
    """Train until `run.steps` or `run.minutes`; resumes from `run.out/NAME.pt`; the averaged student."""
    run, path = distillation.run, distillation.run.out / f"{name}.pt"
    if path.exists():
        distillation.restore(checkpoint.load(path, run.device))
    log = checkpoint.Log(run.out / f"{name}.jsonl")
    rng = np.random.default_rng(run.seed + distillation.done)
    lengths = np.array([len(example.conditions.f0) for example in examples], np.float64)
    started = saved = time.monotonic()
    total = 0.0
    while distillation.done < run.steps and time.monotonic() - started < 60 * run.minutes:
        picks = [examples[int(i)] for i in rng.choice(len(examples), run.batch, p=lengths / lengths.sum())]
        batch = {k: v.to(run.device) for k, v in collate(picks, stats, run.window_frames, rng).items()}
        total += distillation.step(batch)
        if distillation.done % 50 == 0:
            log.write(step=distillation.done, loss=total / 50)
            total = 0.0
        if time.monotonic() - saved > run.save_every_s:
            checkpoint.save(path, distillation.state())
            saved = time.monotonic()
    checkpoint.save(path, distillation.state())
    return distillation.average


def heated(noise: Tensor) -> Tensor:
    """Noise [B, D, T] of any temperature: one strength for each of the batch."""
    strength = COLDEST + (1 - COLDEST) * torch.rand(len(noise), 1, 1, device=noise.device)
    return strength * noise


def noised(clean: Tensor, mu: Tensor, noise: Tensor, t: Tensor, schedule: BetaSchedule) -> Tensor:
    """z_t [B, D, T] at t [B]."""
    a = _decay(t, schedule)
    return mu + a * (clean - mu) + torch.sqrt(1 - a**2) * noise


def move(z: Tensor, denoised: Tensor, mu: Tensor, t: Tensor, after: Tensor, schedule: BetaSchedule) -> Tensor:
    """As the samplers move: the noise that z and `denoised` imply stays, at the level of `after` [B]."""
    now, then = _decay(t, schedule), _decay(after, schedule)
    keep = torch.sqrt((1 - then**2) / (1 - now**2))
    return mu + then * (denoised - mu) + keep * (z - mu - now * (denoised - mu))


def masked_square(away: Tensor, mask: Tensor) -> Tensor:
    """Mean square of [B, D, T] where mask [B, 1, T] is 1."""
    return (away**2 * mask).sum() / (mask.sum() * away.shape[1])


def _decay(t: Tensor, schedule: BetaSchedule) -> Tensor:
    return decay(t, schedule.beta_0, schedule.beta_1)[:, None, None]


def _pace(done: int, steps: int) -> float:
    """Learning rate over its highest: a short warm-up, then down a quarter of a cosine."""
    return min(1.0, (done + 1) / 50) * float(np.cos(0.5 * np.pi * min(done / max(steps, 1), 0.95)))
