"""The audio encoder learns first, and alone, what is sung: the mouth and the phone of every picture.

The paper's audio encoder comes trained from elsewhere (wav2vec 2.0); ours learns here, in a hundredth of the time that
it would take through the U-Net.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.avatar.lips import NUM_LIPS
from engine.avatar.streams import PHONE_ORDER
from engine.train import checkpoint
from engine.train.avatar.dataset import Windows
from engine.train.avatar.networks.audio_encoder import AudioEncoder, Heard
from engine.train.avatar.networks.config import SENSES, SingerConfig
from engine.train.avatar.networks.flow import FlowSettings, closure_weights, drop_senses
from engine.train.team import Team

FRAMES = 64
"""Longer windows than the U-Net's: the margins cost less."""
PHONE_WEIGHT = 0.05
CHECKPOINT_S = 60.0
_SPREAD = (0.25, 0.2, 0.2, 0.15, 0.2)
"""About how far each parameter of the lips goes."""


@dataclass(frozen=True, slots=True)
class EarRun:
    """Where and how long.  `steps` counts over all resumes."""

    out: Path
    steps: int
    batch: int = 24
    learning_rate: float = 2e-3
    warm_up: int = 50
    device: str = "cpu"
    half: bool = True
    report_every: int = 50
    flow: FlowSettings = field(default_factory=lambda: FlowSettings(audio_dropout=0.0, sound_alone=0.8))
    team: Team = field(default_factory=Team)


class Ear(nn.Module):
    """The encoder, and what is read from its tokens: lips [B, F, 5] and logits of phones [B, F, P]."""

    def __init__(self, config: SingerConfig) -> None:
        super().__init__()
        self.encoder = AudioEncoder(config)
        self.read = nn.Linear(config.audio_tokens * config.context, NUM_LIPS + len(PHONE_ORDER))

    def forward(self, heard: Heard) -> tuple[Tensor, Tensor]:
        found = self.read(self.encoder(heard).flatten(2))
        return found[..., :NUM_LIPS], found[..., NUM_LIPS:]


def train_ear(config: SingerConfig, run: EarRun, windows: Windows) -> AudioEncoder:
    """Train or go on from `run.out/ear.pt`; the encoder, whose weights fit any window's length."""
    torch.manual_seed(2)
    ear = Ear(replace(config, frames=FRAMES)).to(run.device)
    optimizer = torch.optim.AdamW(ear.parameters(), lr=run.learning_rate, weight_decay=3e-2)
    path = run.out / "ear.pt"
    step = _resume(path, ear, optimizer, run.device)
    random = torch.Generator().manual_seed(1000 * step + run.team.rank)
    log, saved, losses = checkpoint.Log(run.out / "ear.jsonl"), time.monotonic(), []
    while step < run.steps:
        for group in optimizer.param_groups:
            rising, falling = min(1.0, (step + 1) / run.warm_up), 0.5 + 0.5 * float(np.cos(np.pi * step / run.steps))
            group["lr"] = run.learning_rate * rising * (0.02 + 0.98 * falling)
        losses.append(_step(ear, optimizer, windows, run, random))
        step += 1
        if run.team.leads and step % run.report_every == 0:
            lips, phones = np.mean(losses, axis=0)
            log.write(step=step, lips=float(lips), phones=float(phones))
            losses = []
        if run.team.leads and (time.monotonic() - saved > CHECKPOINT_S or step == run.steps):
            checkpoint.save(path, {"step": step, "network": ear.state_dict(), "optimizer": optimizer.state_dict()})
            saved = time.monotonic()
    return ear.encoder.eval()


def _step(
    ear: Ear, optimizer: torch.optim.Optimizer, windows: Windows, run: EarRun, random: torch.Generator
) -> tuple[float, float]:
    batch = windows.draw_heard(run.batch)
    bands, streams, lips = (torch.from_numpy(x).to(run.device) for x in (batch.bands, batch.streams, batch.lips))
    heard = drop_senses(Heard(bands, streams, torch.ones(len(bands), len(SENSES), device=run.device)), run.flow, random)
    margin = ear.encoder.config.margin
    phones = streams[:, margin : margin + FRAMES, : len(PHONE_ORDER)]
    with torch.autocast(torch.device(run.device).type, dtype=torch.bfloat16, enabled=run.half):
        stated, logits = ear(heard)
    wrong = ((stated.float() - lips) / torch.tensor(_SPREAD, device=lips.device)).square().mean(dim=-1)
    wrong = (wrong * closure_weights(lips[..., 0])).mean()
    named = -(phones * logits.float().log_softmax(dim=-1)).sum(dim=-1).mean()
    optimizer.zero_grad(set_to_none=True)
    (wrong + PHONE_WEIGHT * named).backward()
    run.team.average(ear.parameters())
    nn.utils.clip_grad_norm_(ear.parameters(), 1.0)
    optimizer.step()
    return wrong.item(), named.item()


def _resume(path: Path, ear: Ear, optimizer: torch.optim.Optimizer, device: str) -> int:
    if not path.exists():
        return 0
    state = checkpoint.load(path, device)
    ear.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])
