"""Training of the refiner: first on the mixture alone, then with generated vocals beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.train import checkpoint
from engine.train.ema import Ema
from engine.train.fusing import fused
from engine.train.networks.refiner import Refiner, RefinerConfig, features, masked, stft
from engine.train.team import Team

CHECKPOINT_S = 120.0
FLOOR = 1e-2
"""Below this share of the mixture's energy an error's root is not worth more than the error."""

SUNG = 1e-3
"""Of the mixture's energy: with less of it in the vocals nobody sings."""

Draw = Callable[[], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""(vocals, mixture, guide), float32 [B, 2, N] each; a guide of zeros where there is none."""


@dataclass(frozen=True, slots=True)
class RefinerRun:
    """Where and how long.  `steps` counts from the first one, over all resumes; the learning rate is planned over
    `planned` of them, or as many."""

    out: Path
    steps: int
    planned: int | None = None
    learning_rate: float = 1e-3
    warm_up: int = 100
    device: str = "cpu"
    half: bool = True
    fuse: bool = False
    report_every: int = 50
    team: Team = field(default_factory=Team)


def level_of(mixture: Tensor) -> Tensor:
    """Root mean square of each mixture over time and channels, at least 1e-4: [B, 1, 1]."""
    return mixture.pow(2).mean(dim=(1, 2), keepdim=True).sqrt().clamp_min(1e-4)


class Terms(NamedTuple):
    """The loss `total`, its parts, and per item [B] the error's and the vocals' share of the mixture's energy."""

    total: Tensor
    error: Tensor
    magnitudes: Tensor
    gate: Tensor
    missed: Tensor
    wanted: Tensor

    def figures(self) -> dict[str, float]:
        """For the log; `sdr`: median in dB over the items in which somebody sings."""
        sung = self.wanted > SUNG
        ratios = 10 * torch.log10(self.wanted[sung] / self.missed[sung])
        return {
            "error": self.error.item(),
            "mag": self.magnitudes.item(),
            "gate": self.gate.item(),
            "sdr": ratios.median().item() if len(ratios) else 0.0,
        }


def refiner_loss(found: Tensor, logits: Tensor, vocals: Tensor, mix: Tensor) -> Terms:
    """The error's share of the mixture's energy, its root, magnitudes after compression, the gate.  All [B, 4, F, T].

    No decibels: there silence is worth the most, and a network learns it first and stays.  The root alone makes it
    timid, a third too quiet on songs it does not know; the share itself asks for the mean of what may be there.
    """
    energy = mix.pow(2).sum(dim=(1, 2, 3)).clamp_min(1.0)  # digital silence has none
    missed = (found - vocals).pow(2).sum(dim=(1, 2, 3)) / energy
    error = 2 * missed.mean() + 0.5 * (missed + FLOOR).sqrt().mean()
    magnitudes = (_compressed(found) - _compressed(vocals)).abs().mean()
    sung = vocals.pow(2).sum(dim=(1, 2)) / (mix.pow(2).sum(dim=(1, 2)) + 1e-3 * energy[:, None] / mix.shape[-1])
    gate = functional.binary_cross_entropy_with_logits(logits, (sung > SUNG).float())
    total = error + 0.5 * magnitudes + 0.05 * gate
    wanted = vocals.pow(2).sum(dim=(1, 2, 3)) / energy
    return Terms(total, error.detach(), magnitudes.detach(), gate.detach(), missed.detach(), wanted)


def judged(mix: Tensor, openings: Tensor, logits: Tensor, vocals: Tensor) -> Terms:
    """`refiner_loss` of the mixture through a mask and a gate."""
    return refiner_loss(masked(mix, openings, logits), logits, vocals, mix)


def train_refiner(config: RefinerConfig, run: RefinerRun, draw: Draw) -> Refiner:
    """Train or go on; the averaged weights."""
    torch.manual_seed(1)
    network = Refiner(config).to(run.device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=run.learning_rate, weight_decay=1e-3)
    ema = Ema(network, 0.998)
    step_of = _Step(network, optimizer, run)
    path = run.out / "refiner.pt"
    step = _resume(path, network, optimizer, ema, run.device)
    log, saved = checkpoint.Log(run.out / "refiner.jsonl"), time.monotonic()
    sums: dict[str, list[float]] = {}
    while step < run.steps:
        for group in optimizer.param_groups:
            group["lr"] = (
                run.learning_rate * min(1.0, (step + 1) / run.warm_up) * _decay(step / (run.planned or run.steps))
            )
        figures = step_of(draw())
        ema.update(network)
        step += 1
        for key, value in figures.items():
            sums.setdefault(key, []).append(value)
        if not run.team.leads:
            continue
        if step % run.report_every == 0:
            log.write(step=step, **{key: float(np.mean(values)) for key, values in sums.items()})
            sums = {}
        if time.monotonic() - saved > CHECKPOINT_S or step == run.steps:
            _save(path, step, network, optimizer, ema)
            saved = time.monotonic()
    ema.copy_to(network)
    return network.eval()


class _Step:
    """One step of training; what goes before and after the network is element by element, and fused."""

    def __init__(self, network: Refiner, optimizer: torch.optim.Optimizer, run: RefinerRun) -> None:
        self.network, self.optimizer, self.run = network, optimizer, run
        self.features, self.judged = fused(features, run.fuse), fused(judged, run.fuse)

    def __call__(self, drawn: Any) -> dict[str, float]:
        run, network = self.run, self.network
        vocals, mixture, guide = (torch.from_numpy(x).to(run.device) for x in drawn)
        level = level_of(mixture)
        v, m, g = stft(vocals / level), stft(mixture / level), stft(guide / level)
        bins = self.features(m, g)
        with torch.autocast(torch.device(run.device).type, dtype=torch.bfloat16, enabled=run.half):
            openings, logits = network.judge(bins)
        terms = self.judged(m, openings, logits, v)
        self.optimizer.zero_grad(set_to_none=True)
        terms.total.backward()
        run.team.average(network.parameters())
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        self.optimizer.step()
        return terms.figures()


def _decay(done: float) -> float:
    """Constant, then linear to a twentieth over the last third."""
    return 1.0 if done < 2 / 3 else 0.05 + 0.95 * (1 - done) * 3


def _compressed(parts: Tensor) -> Tensor:
    """[B, 4, F, T] -> roots of both channels' magnitudes, [B, 2, F, T]."""
    power = parts[:, 0::2] ** 2 + parts[:, 1::2] ** 2
    return (power / 1536 + 1e-6).sqrt().sqrt()


def _save(path: Path, step: int, network: Refiner, optimizer: torch.optim.Optimizer, ema: Ema) -> None:
    state = {"step": step, "network": network.state_dict(), "optimizer": optimizer.state_dict(), "ema": ema.state}
    checkpoint.save(path, state)


def _resume(path: Path, network: Refiner, optimizer: torch.optim.Optimizer, ema: Ema, device: str) -> int:
    if not path.exists():
        return 0
    state = checkpoint.load(path, device)
    network.load_state_dict(state["network"])
    if "optimizer" in state:  # a package's weights come without
        optimizer.load_state_dict(state["optimizer"])
    ema.state, ema.updates = state["ema"], int(state["step"])
    return ema.updates
