"""Training of HiddenSinger-U, resumable, in two modes.

`joint`: as in the paper.  Windows with words train the paired path (tokens -> encoders -> generator) and hold the U
encoders to it by contrast; windows without words go through the U encoders into the same generator.
`onto`: the generator is trained and frozen; only the U encoders learn.  Every window goes through them; those with
words also show what the paired encoders would have said.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from engine.train import checkpoint
from engine.train.generator import Generator, LatentStats
from engine.train.unlabelled.contrast import contrast, found, moments
from engine.train.unlabelled.ears import Ear
from engine.train.unlabelled.encoders import Heard, UEncoders
from engine.train.unlabelled.losses import latent_losses, unlikeness
from engine.train.unlabelled.material import Sung, draw, heard_batch, read_batch
from engine.train.unlabelled.means import Means

READ = ("phones", "keys", "durations", "tempi", "token_mask", "phone_of_frame", "languages")
LAMBDA_CONTRAST, LAMBDA_LIKE = 0.2, 1.0
JUDGED_WINDOWS = 24


@dataclass(frozen=True, slots=True)
class URun:
    """How long and how hard; `share` of a batch's windows has no words."""

    out: Path
    mode: Literal["joint", "onto"]
    steps: int = 3000
    minutes: float = 1e9
    batch: int = 8
    window_frames: int = 128
    share: float = 0.25
    learning_rate: float = 8e-4
    ema: float = 0.998
    half: bool = True
    device: str = "cpu"
    seed: int = 1
    save_every_s: float = 180.0

    @property
    def path(self) -> Path:
        """The checkpoint."""
        return self.out / f"{self.mode}.pt"


class USinger(nn.Module):
    """A generator and the encoders that listen for it."""

    def __init__(self, generator: Generator, encoders: UEncoders) -> None:
        super().__init__()
        self.generator, self.encoders = generator, encoders

    def read(self, batch: Mapping[str, Tensor]) -> Heard:
        """What the paired encoders say of tokens and frame features."""
        condition = self.generator.condition
        lyrics, melody = condition.tokens_to_frames(*(batch[name] for name in READ))
        return Heard(lyrics, melody, condition.features(batch["features"].transpose(1, 2)))

    def losses(self, said: Heard, batch: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """(L_diff, L_prior) of latents, given what was read or heard."""
        h_cond, mu = self.generator.condition.from_frames(said.frames(), batch["speaker"])
        return latent_losses(self.generator, h_cond, mu, batch["latents"], batch["frame_mask"])


class UTrainer:
    """Networks, optimiser and the running average that is shipped."""

    def __init__(self, generator: Generator, encoders: UEncoders, run: URun) -> None:
        torch.manual_seed(run.seed)
        self.run = run
        self.singer = USinger(generator, encoders).to(run.device)
        if run.mode == "onto":
            generator.requires_grad_(False)
        self.average = copy.deepcopy(self.singer).eval()
        self._learning = [p for p in self.singer.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self._learning, run.learning_rate, (0.9, 0.98), weight_decay=0.01)
        self.done = 0

    def step(self, batch: Mapping[str, Mapping[str, Tensor]]) -> dict[str, float]:
        """One update; `batch` holds "read" and "heard" of the windows with words, and "alone" of those without."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.learning_rate * _pace(self.done, self.run.steps)
        self.singer.train()
        self.singer.generator.train(self.run.mode == "joint")
        with torch.autocast(self.run.device, torch.bfloat16, enabled=self.run.half):
            losses = self._losses(batch)
        self.optimizer.zero_grad()
        _total(losses).backward()
        nn.utils.clip_grad_norm_(self._learning, 1.0)
        self.optimizer.step()
        self.done += 1
        self._follow()
        return {name: loss.item() for name, loss in losses.items()}

    def _losses(self, batch: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        if "read" in batch:
            losses |= self._with_words(batch["read"], batch["heard"])
        if "alone" in batch:
            alone = batch["alone"]
            said = self.singer.encoders(alone["features"], alone["f0"])
            losses["alone_diffusion"], losses["alone_prior"] = self.singer.losses(said, alone)
        return losses

    def _with_words(self, read: Mapping[str, Tensor], heard: Mapping[str, Tensor]) -> dict[str, Tensor]:
        said = self.singer.encoders(heard["features"], heard["f0"])
        wanted = self.singer.read(read)
        path = wanted if self.run.mode == "joint" else said
        diffusion, prior = self.singer.losses(path, read)
        losses = {"diffusion": diffusion, "prior": prior}
        chosen, sung = moments(read["frame_mask"]), sung_by(read)
        for name in ("lyrics", "melody"):
            losses[f"contrast_{name}"] = contrast(getattr(said, name), getattr(wanted, name), sung[name], chosen)
        losses["like"] = unlikeness(said, wanted, read["frame_mask"])
        return losses

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self.run.ema, 1 - 1 / (self.done + 1))
        for slow, fast in zip(self.average.parameters(), self.singer.parameters(), strict=True):
            if fast.requires_grad:
                slow.lerp_(fast, 1 - keep)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs; of a frozen generator nothing."""
        parts = ("encoders", "generator") if self.run.mode == "joint" else ("encoders",)
        state: dict[str, Any] = {"done": self.done, "optimizer": self.optimizer.state_dict()}
        for part in parts:
            state[part] = getattr(self.singer, part).state_dict()
            state[f"average_{part}"] = getattr(self.average, part).state_dict()
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.done = int(state["done"])
        self.optimizer.load_state_dict(state["optimizer"])
        for part in ("encoders", "generator"):
            if part in state:
                getattr(self.singer, part).load_state_dict(state[part])
                getattr(self.average, part).load_state_dict(state[f"average_{part}"])


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from, and what is judged on; `held` with words, `held_alone` without."""

    paired: Sequence[Sung]
    alone: Sequence[Sung]
    held: Sequence[Sung]
    held_alone: Sequence[Sung]
    stats: LatentStats


def train_unlabelled(generator: Generator, encoders: UEncoders, ear: Ear, run: URun, material: Material) -> USinger:
    """Train until `run.steps` or `run.minutes`; goes on from `run.path`; the averaged networks.

    Raises `ValueError` when the material lacks what the share asks for.
    """
    trainer = UTrainer(generator, encoders, run)
    if run.path.exists():
        trainer.restore(checkpoint.load(run.path, run.device))
    log = checkpoint.Log(run.out / f"{run.mode}.jsonl")
    rng = np.random.default_rng(run.seed + trainer.done)
    started = saved = time.monotonic()
    means = Means()
    while trainer.done < run.steps and time.monotonic() - started < 60 * run.minutes:
        means.add(trainer.step(draw_batch(material, ear, run, rng)))
        if trainer.done % 50 == 0:
            unseen = judge(trainer.average, ear, material, run) if trainer.done % 200 == 0 else {}
            log.write(step=trainer.done, **means.take(), **unseen)
        if time.monotonic() - saved > run.save_every_s:
            checkpoint.save(run.path, trainer.state())
            saved = time.monotonic()
    checkpoint.save(run.path, trainer.state())
    return trainer.average


def draw_batch(material: Material, ear: Ear, run: URun, rng: np.random.Generator) -> dict[str, dict[str, Tensor]]:
    """See `UTrainer.step`; the ear hears perturbed windows.  Raises `ValueError` where nothing can be drawn."""
    counts = rng.binomial(run.batch, run.share)
    wanted = {"alone": int(counts), "read": run.batch - int(counts)}
    batch: dict[str, dict[str, Tensor]] = {}
    for kind, songs in (("alone", material.alone), ("read", material.paired)):
        if not wanted[kind]:
            continue
        if not songs:
            raise ValueError(f"There is nothing to learn from {'without' if kind == 'alone' else 'with'} words.")
        cuts = draw(songs, wanted[kind], run.window_frames, rng)
        heard = hear_windows(cuts, ear, material.stats, run, rng)
        if kind == "alone":
            batch["alone"] = heard
        else:
            read = read_batch(cuts, material.stats, run.window_frames)
            batch |= {"heard": heard, "read": {key: value.to(run.device) for key, value in read.items()}}
    return batch


def hear_windows(
    cuts: Sequence[tuple[Sung, int]], ear: Ear, stats: LatentStats, run: URun, rng: np.random.Generator | None
) -> dict[str, Tensor]:
    """`heard_batch` with the ear's features [B, W, T]."""
    batch = heard_batch(cuts, stats, run.window_frames)
    batch["features"] = ear.hear([(song.clip, start) for song, start in cuts], run.window_frames, rng)
    return {key: value.to(run.device) for key, value in batch.items()}


def sung_by(read: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Phone and key of every frame, int64 [B, T]: frames that share them are no contrast."""
    return {
        "lyrics": torch.gather(read["phones"], 1, read["phone_of_frame"]),
        "melody": torch.gather(read["keys"], 1, read["phone_of_frame"]),
    }


@torch.no_grad()
def judge(singer: USinger, ear: Ear, material: Material, run: URun) -> dict[str, float]:
    """Losses of the U path beside the paired path on windows of songs that no training saw, unperturbed."""
    figures: dict[str, float] = {}
    singer.eval()
    if material.held:
        cuts = draw(material.held, JUDGED_WINDOWS, run.window_frames, np.random.default_rng(0))
        heard = hear_windows(cuts, ear, material.stats, run, None)
        read = read_batch(cuts, material.stats, run.window_frames)
        said, wanted = singer.encoders(heard["features"], heard["f0"]), singer.read(read)
        figures |= _figures("paired", singer, wanted, read) | _figures("u", singer, said, read)
        torch.manual_seed(0)
        chosen, sung = moments(read["frame_mask"]), sung_by(read)
        for name in ("lyrics", "melody"):
            figures[f"found_{name}"] = found(getattr(said, name), getattr(wanted, name), sung[name], chosen).item()
    if material.held_alone:
        cuts = draw(material.held_alone, JUDGED_WINDOWS, run.window_frames, np.random.default_rng(0))
        alone = hear_windows(cuts, ear, material.stats, run, None)
        figures |= _figures("alone", singer, singer.encoders(alone["features"], alone["f0"]), alone)
    return figures


def _figures(name: str, singer: USinger, said: Heard, batch: Mapping[str, Tensor]) -> dict[str, float]:
    torch.manual_seed(0)  # the same times and noises for all
    diffusion, prior = singer.losses(said, batch)
    return {f"{name}_unseen_diffusion": diffusion.item(), f"{name}_unseen_prior": prior.item()}


def _total(losses: Mapping[str, Tensor]) -> Tensor:
    weights = {"contrast_lyrics": LAMBDA_CONTRAST, "contrast_melody": LAMBDA_CONTRAST, "like": LAMBDA_LIKE}
    return torch.stack([weights.get(name, 1.0) * loss for name, loss in losses.items()]).sum()


def _pace(done: int, steps: int) -> float:
    """Learning rate over its highest: warm up, hold, fall over the last half."""
    return min(1.0, (done + 1) / 100, max(0.02, (steps - done) / max(0.5 * steps, 1)))
