"""Training of the small SINGER on windows of motion: rectified flow, averaged weights, resumes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.train import checkpoint
from engine.train.avatar.dataset import Batch, Windows
from engine.train.avatar.networks.audio_encoder import AudioEncoder, Heard
from engine.train.avatar.networks.config import SENSES, SingerConfig
from engine.train.avatar.networks.flow import FlowSettings, flow_loss
from engine.train.avatar.networks.singer import Singer
from engine.train.ema import Ema
from engine.train.team import Team

CHECKPOINT_S = 120.0
EAR_SHARE = 0.1
"""Of the rate, for an audio encoder that has learned: it is to be tuned, not lost."""


@dataclass(frozen=True, slots=True)
class MotionRun:
    """Where and how long.  `steps` counts from the first one, over all resumes."""

    out: Path
    steps: int
    batch: int = 4
    learning_rate: float = 1e-3
    warm_up: int = 100
    device: str = "cpu"
    half: bool = True
    report_every: int = 50
    flow: FlowSettings = field(default_factory=FlowSettings)
    team: Team = field(default_factory=Team)


def train_motion(config: SingerConfig, run: MotionRun, windows: Windows, ear: AudioEncoder | None = None) -> Singer:
    """Train or go on from `run.out/singer.pt`; the averaged weights.  `ear`: an audio encoder that has learned."""
    torch.manual_seed(1)
    singer = Singer(config).to(run.device)
    if ear is not None:
        singer.audio_encoder.load_state_dict(ear.state_dict())
    named = list(singer.named_parameters())
    groups = [
        {"params": [p for name, p in named if not name.startswith("audio_encoder.")], "share": 1.0},
        {"params": list(singer.audio_encoder.parameters()), "share": 1.0 if ear is None else EAR_SHARE},
    ]
    optimizer = torch.optim.AdamW(groups, lr=run.learning_rate, weight_decay=1e-3)
    ema, path = Ema(singer, 0.995), run.out / "singer.pt"
    step = _resume(path, singer, optimizer, ema, run.device)
    random = torch.Generator().manual_seed(1000 * step + run.team.rank)
    log, saved, losses = checkpoint.Log(run.out / "singer.jsonl"), time.monotonic(), []
    while step < run.steps:
        for group in optimizer.param_groups:
            rate = run.learning_rate * min(1.0, (step + 1) / run.warm_up) * _decay(step / run.steps)
            group["lr"] = rate * group["share"]
        losses.append(_step(singer, optimizer, windows.draw(run.batch), run, random))
        ema.update(singer)
        step += 1
        if run.team.leads and step % run.report_every == 0:
            log.write(step=step, loss=float(np.mean(losses)))
            losses = []
        if run.team.leads and (time.monotonic() - saved > CHECKPOINT_S or step == run.steps):
            state = {"step": step, "network": singer.state_dict(), "optimizer": optimizer.state_dict()}
            checkpoint.save(path, state | {"ema": ema.state, "config": config.to_dict()})
            saved = time.monotonic()
    ema.copy_to(singer)
    return singer.eval()


def tensors(batch: Batch, device: str) -> tuple[Tensor, Tensor, Heard]:
    """Clean latents, references, and what is heard and known of each window."""
    z, references, bands, streams = (
        torch.from_numpy(np.ascontiguousarray(x)).to(device)
        for x in (batch.z, batch.references, batch.bands, batch.streams)
    )
    return z, references, Heard(bands, streams, torch.ones(len(z), len(SENSES), device=device))


def _step(
    singer: Singer, optimizer: torch.optim.Optimizer, batch: Batch, run: MotionRun, random: torch.Generator
) -> float:
    z, references, heard = tensors(batch, run.device)
    with torch.autocast(torch.device(run.device).type, dtype=torch.bfloat16, enabled=run.half):
        chances, opened = torch.from_numpy(batch.chances), torch.from_numpy(batch.opened).to(run.device)
        loss = flow_loss(singer, z, references, heard, run.flow, random, chances, opened)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    run.team.average(singer.parameters())
    torch.nn.utils.clip_grad_norm_(singer.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def _decay(done: float) -> float:
    """Constant for the first half, then as a cosine to a fiftieth."""
    return 1.0 if done < 0.5 else 0.02 + 0.49 * (1 + float(np.cos(2 * np.pi * (done - 0.5))))


def _resume(path: Path, singer: Singer, optimizer: torch.optim.Optimizer, ema: Ema, device: str) -> int:
    if not path.exists():
        return 0
    state = checkpoint.load(path, device)
    singer.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    ema.state, ema.updates = state["ema"], int(state["step"])
    return ema.updates
