"""Training of the generator: velocity objective on normalised latents of (vocals, mixture) pairs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.files import written_whole
from engine.train import checkpoint
from engine.train.ema import Ema
from engine.train.networks.encodec import StereoCodec
from engine.train.networks.unet import LatentGenerator, UnetConfig
from engine.train.refiner import level_of
from engine.train.team import Team

Draw = Callable[[], tuple[np.ndarray, np.ndarray]]
"""(vocals, mixture), float32 [B, 2, N] each."""


@dataclass(frozen=True, slots=True)
class LatentPairs:
    """Latents of pairs, float16 [P, 2, D, T]: vocals, then mixture, before normalisation; and both channels' facts.

    `mean`, `std`: float32 [D], over vocals and mixtures alike, so that one decoder serves both.
    """

    latents: NDArray[np.float16]
    mean: NDArray[np.float32]
    std: NDArray[np.float32]

    def batch(self, size: int, frames: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """vocals, mixture: normalised float32 [size, D, frames], from random pairs and places."""
        picks = rng.integers(len(self.latents), size=size)
        start = rng.integers(self.latents.shape[-1] - frames + 1, size=size)
        rows = np.stack([self.latents[p, :, :, s : s + frames] for p, s in zip(picks, start, strict=True)])
        normal = (rows.astype(np.float32) - self.mean[:, None]) / self.std[:, None]
        return torch.from_numpy(normal[:, 0]), torch.from_numpy(normal[:, 1])


@dataclass(frozen=True, slots=True)
class SeparatorGeneratorRun:
    """Where and how long.  `steps` counts over all resumes."""

    out: Path
    steps: int
    batch: int = 16
    frames: int = 256
    learning_rate: float = 5e-4
    warm_up: int = 200
    device: str = "cpu"
    half: bool = True
    report_every: int = 50
    save_every_s: float = 120.0
    team: Team = field(default_factory=Team)


@torch.no_grad()
def encode_pairs(codec: StereoCodec, draw: Draw, pairs: int, path: Path, half: bool = True) -> LatentPairs:
    """Encode at least `pairs` drawn pairs with the mixture's level for both; kept in `path`, made once."""
    if not path.exists():
        device = next(codec.parameters()).device
        rows: list[NDArray[np.float16]] = []
        while sum(map(len, rows)) < pairs:
            vocals, mixture = (torch.from_numpy(x).to(device) for x in draw())
            level = level_of(mixture)
            both = torch.cat([vocals / level, mixture / level])
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half):
                latents = codec.encode(both)
            rows.append(torch.stack(latents.float().chunk(2), dim=1).cpu().numpy().astype(np.float16))
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as part:
            np.save(part, np.concatenate(rows))
    latents = np.load(path, mmap_mode="r")
    sample = latents[:400].astype(np.float32)
    return LatentPairs(latents, sample.mean(axis=(0, 1, 3)), sample.std(axis=(0, 1, 3)) + 1e-5)


def velocity_loss(generator: LatentGenerator, vocals: Tensor, mixture: Tensor, sigma: Tensor) -> Tensor:
    """Mean squared error of the velocity, per item [B]; sigma [B] in 0..1 (arXiv 2511.21342, section 2.1)."""
    angle = (sigma * math.pi / 2)[:, None, None]
    noise = torch.randn_like(vocals)
    z_t = angle.cos() * vocals + angle.sin() * noise
    velocity = angle.cos() * noise - angle.sin() * vocals
    return (generator(z_t, sigma, mixture).float() - velocity).pow(2).mean(dim=(1, 2))


def train_separator_generator(
    config: UnetConfig, run: SeparatorGeneratorRun, pairs: LatentPairs, judged: LatentPairs | None = None
) -> LatentGenerator:
    """Train or go on from `run.out/generator.pt`; the averaged weights."""
    torch.manual_seed(1)
    generator = LatentGenerator(config).to(run.device)
    optimizer = torch.optim.AdamW(generator.parameters(), run.learning_rate, weight_decay=1e-3)
    ema, path, step = Ema(generator, 0.998), run.out / "generator.pt", 0
    if path.exists():
        state = checkpoint.load(path, run.device)
        generator.load_state_dict(state["network"])
        if "optimizer" in state:  # a package's weights come without
            optimizer.load_state_dict(state["optimizer"])
        ema.state, ema.updates, step = state["ema"], int(state["step"]), int(state["step"])
    rng = np.random.default_rng((run.team.rank, step))
    torch.manual_seed(int(rng.integers(1 << 62)))  # noise of its own for every process and every start
    log, saved, losses = checkpoint.Log(run.out / "generator.jsonl"), time.monotonic(), []
    while step < run.steps:
        for group in optimizer.param_groups:
            group["lr"] = _rate(run, step)
        vocals, mixture = (x.to(run.device) for x in pairs.batch(run.batch, run.frames, rng))
        sigma = (torch.arange(run.batch, device=run.device) + torch.rand(1, device=run.device)) / run.batch
        with torch.autocast(torch.device(run.device).type, dtype=torch.bfloat16, enabled=run.half):
            parts = velocity_loss(generator, vocals, mixture, sigma)
        optimizer.zero_grad(set_to_none=True)
        parts.mean().backward()
        run.team.average(generator.parameters())
        torch.nn.utils.clip_grad_norm_(generator.parameters(), 1.0)
        optimizer.step()
        ema.update(generator)
        step += 1
        if not run.team.leads:
            continue
        losses.append((parts.mean().item(), parts[-run.batch // 4 :].mean().item()))
        if step % run.report_every == 0:
            figures = dict(zip(("loss", "loss_noisy"), np.mean(losses, 0).tolist(), strict=True))
            log.write(step=step, **figures, **({} if judged is None else judge(generator, judged, run)))
            losses = []
        if time.monotonic() - saved > run.save_every_s or step == run.steps:
            parts_of = {"network": generator.state_dict(), "optimizer": optimizer.state_dict(), "ema": ema.state}
            checkpoint.save(path, {"step": step, **parts_of})
            saved = time.monotonic()
    ema.copy_to(generator)
    return generator.eval()


@torch.no_grad()
def judge(generator: LatentGenerator, judged: LatentPairs, run: SeparatorGeneratorRun) -> dict[str, float]:
    """From pure noise in one step: what share of the vocals' latents is not explained, on pairs not trained on."""
    generator.eval()
    vocals, mixture = judged.batch(run.batch, run.frames, np.random.default_rng(0))
    torch_generator = torch.Generator().manual_seed(0)
    noise = torch.randn(vocals.shape, generator=torch_generator)
    with torch.autocast(torch.device(run.device).type, dtype=torch.bfloat16, enabled=run.half):
        found = -generator(noise.to(run.device), torch.ones(len(noise), device=run.device), mixture.to(run.device))
    generator.train()
    error = (found.float().cpu() - vocals).pow(2).mean() / vocals.pow(2).mean()
    return {"judged": error.item()}


def _rate(run: SeparatorGeneratorRun, step: int) -> float:
    warm = min(1.0, (step + 1) / run.warm_up)
    return run.learning_rate * warm * (0.05 + 0.475 * (1 + math.cos(math.pi * min(1.0, step / run.steps))))
