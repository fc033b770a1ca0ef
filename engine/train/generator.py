"""Training of condition encoder and latent generator (HiddenSinger 3.2, 3.3), resumable.

L = L_diff + lambda_prior L_prior on latents that the frozen codec made of the corpus.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.singing.conditions import FRAME_FEATURES, Conditions, conditions
from engine.train import checkpoint
from engine.train.config import CodecConfig, GeneratorConfig
from engine.train.corpus.shards import PCM_PEAK
from engine.train.corpus.singing import SungPhrase
from engine.train.networks.codec import Codec
from engine.train.networks.condition import ConditionEncoder
from engine.train.networks.denoiser import Denoiser, decay

SMALLEST_T = 0.01
MAX_WEIGHT = 5.0
"""Cap on the weight of nearly clean latents, where the exact score loss has no bound."""


@dataclass(frozen=True, slots=True)
class GeneratorRun:
    """How long and how hard to train."""

    out: Path
    steps: int = 6000
    minutes: float = 1e9
    batch: int = 8
    window_frames: int = 128
    learning_rate: float = 1e-3
    lambda_prior: float = 1.0
    ema: float = 0.998
    half: bool = False
    """Networks compute in bfloat16, losses and weights stay as they are."""
    device: str = "cpu"
    seed: int = 1
    save_every_s: float = 180.0
    picture_every: int = 500


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase as the generator sees it: conditions and latents float32 [D, T]."""

    name: str
    speaker: int
    conditions: Conditions
    latents: np.ndarray
    language: int = 0


@dataclass(frozen=True, slots=True)
class LatentStats:
    """Mean and standard deviation of each latent channel over the corpus, [D]."""

    mean: np.ndarray
    std: np.ndarray


class Generator(nn.Module):
    """Condition encoder and denoiser, trained together."""

    def __init__(self, config: GeneratorConfig, latent_dim: int) -> None:
        super().__init__()
        self.config = config
        self.condition = ConditionEncoder(config, latent_dim)
        self.denoiser = Denoiser(config, latent_dim)

    def losses(self, batch: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """(L_diff, L_prior), each a mean over real frames."""
        h_cond, mu = self.condition(*(batch[k] for k in _INPUTS))
        target, mask = batch["latents"], batch["frame_mask"][:, None]
        count = mask.sum() * target.shape[1]
        prior = (((target - mu) ** 2) * mask).sum() / count
        mu = mu.detach()
        t = SMALLEST_T + (1 - SMALLEST_T) * torch.rand(len(target), device=target.device)
        a = decay(t, self.config.beta_0, self.config.beta_1)[:, None, None]
        noise = torch.randn_like(target)
        z_t = (1 - a) * mu + a * target + torch.sqrt(1 - a**2) * noise
        denoised = self.denoiser(z_t, mu, h_cond, t)
        weight = (a**2 / (1 - a**2)).clamp(max=MAX_WEIGHT) + 0.2
        diffusion = (weight * ((denoised - target) ** 2) * mask).sum() / count
        return diffusion, prior


_INPUTS = ("phones", "keys", "durations", "tempi", "token_mask", "phone_of_frame", "features", "speaker", "languages")


def prepare_examples(
    phrases: Iterable[SungPhrase], codec: Codec, phone_ids: Mapping[str, int], device: str = "cpu"
) -> tuple[list[Example], LatentStats]:
    """Encode the corpus once."""
    config: CodecConfig = codec.config
    codec = codec.to(device).eval()
    examples = []
    for phrase in phrases:
        audio = torch.from_numpy(phrase.audio.astype(np.float32) / PCM_PEAK)[None].to(device)
        with torch.no_grad():
            latents = codec.encode(audio)[0].cpu().numpy()
        f0 = phrase.f0.reshape(-1, config.subframes).mean(1)
        told = conditions(phrase.phones, phrase.notes, phrase.tempo_bpm, f0, phone_ids, config.frame_rate)
        examples.append(Example(phrase.name, phrase.speaker, told, latents, phrase.language))
    everything = np.concatenate([e.latents for e in examples], axis=1)
    return examples, LatentStats(everything.mean(1), everything.std(1) + 1e-4)


def collate(
    examples: Sequence[Example], stats: LatentStats, window: int, rng: np.random.Generator
) -> dict[str, Tensor]:
    """A batch of random windows; tokens are whole phrases, padded."""
    tokens = max(len(e.conditions.phones) for e in examples)
    size = len(examples)
    batch: dict[str, np.ndarray] = {
        key: np.zeros((size, tokens), np.int64) for key in ("phones", "keys", "durations", "tempi", "languages")
    }
    batch["token_mask"] = np.zeros((size, tokens), np.float32)
    batch["phone_of_frame"] = np.zeros((size, window), np.int64)
    batch["features"] = np.zeros((size, window, FRAME_FEATURES), np.float32)
    batch["latents"] = np.zeros((size, len(stats.mean), window), np.float32)
    batch["frame_mask"] = np.zeros((size, window), np.float32)
    batch["speaker"] = np.array([e.speaker for e in examples], np.int64)
    for row, example in enumerate(examples):
        told, count = example.conditions, len(example.conditions.phones)
        for key in ("phones", "keys", "durations", "tempi"):
            batch[key][row, :count] = getattr(told, key)
        batch["languages"][row, :count] = example.language
        batch["token_mask"][row, :count] = 1
        frames = min(len(told.f0), example.latents.shape[1])
        start = int(rng.integers(max(1, frames - window + 1)))
        cut = slice(start, min(start + window, frames))
        length = cut.stop - cut.start
        batch["phone_of_frame"][row, :length] = told.phone_of_frame[cut]
        batch["features"][row, :length] = told.features[cut]
        batch["latents"][row, :, :length] = (example.latents[:, cut] - stats.mean[:, None]) / stats.std[:, None]
        batch["frame_mask"][row, :length] = 1
    return {key: torch.from_numpy(value) for key, value in batch.items()}


class GeneratorTrainer:
    """The network, its optimiser and a running average of its weights (what is shipped)."""

    def __init__(self, config: GeneratorConfig, latent_dim: int, run: GeneratorRun) -> None:
        torch.manual_seed(run.seed)
        self.run = run
        self.generator = Generator(config, latent_dim).to(run.device)
        self.average = copy.deepcopy(self.generator).eval()
        self.optimizer = torch.optim.AdamW(
            self.generator.parameters(), run.learning_rate, (0.9, 0.98), weight_decay=0.01
        )
        self.done = 0

    def step(self, batch: Mapping[str, Tensor]) -> dict[str, float]:
        """One update; the losses."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.learning_rate * _pace(self.done, self.run.steps)
        self.generator.train()
        with torch.autocast(torch.device(self.run.device).type, torch.bfloat16, enabled=self.run.half):
            diffusion, prior = self.generator.losses(batch)
        self.optimizer.zero_grad()
        (diffusion + self.run.lambda_prior * prior).backward()
        nn.utils.clip_grad_norm_(self.generator.parameters(), 1.0)
        self.optimizer.step()
        self.done += 1
        self._follow()
        return {"diffusion": diffusion.item(), "prior": prior.item()}

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self.run.ema, 1 - 1 / (self.done + 1))
        for slow, fast in zip(self.average.parameters(), self.generator.parameters(), strict=True):
            slow.lerp_(fast, 1 - keep)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {
            "done": self.done,
            "generator": self.generator.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.done = int(state["done"])
        self.generator.load_state_dict(state["generator"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])


def train_generator(
    config: GeneratorConfig,
    run: GeneratorRun,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    stats: LatentStats,
    on_picture: Callable[[Generator, int], None] | None = None,
) -> Generator:
    """Train until `run.steps` or `run.minutes`; resumes from `run.out/generator.pt`; the averaged network.

    `on_picture(averaged network, step)` is called every `run.picture_every` steps.
    """
    trainer = GeneratorTrainer(config, len(stats.mean), run)
    path = run.out / "generator.pt"
    if path.exists():
        trainer.restore(checkpoint.load(path, run.device))
    log = checkpoint.Log(run.out / "generator.jsonl")
    rng = np.random.default_rng(run.seed + trainer.done)
    weights = np.array([len(e.conditions.f0) for e in examples], np.float64)
    weights /= weights.sum()
    started = saved = time.monotonic()
    sums: dict[str, float] = {}
    while trainer.done < run.steps and time.monotonic() - started < 60 * run.minutes:
        picks = [examples[int(i)] for i in rng.choice(len(examples), run.batch, p=weights)]
        batch = {k: v.to(run.device) for k, v in collate(picks, stats, run.window_frames, rng).items()}
        for key, value in trainer.step(batch).items():
            sums[key] = sums.get(key, 0.0) + value
        if trainer.done % 50 == 0:
            unseen = _judge(trainer.average, held_out, stats, run) if trainer.done % 200 == 0 else {}
            log.write(step=trainer.done, **{k: v / 50 for k, v in sums.items()}, **unseen)
            sums = {}
        if on_picture and trainer.done % run.picture_every == 0:
            on_picture(trainer.average, trainer.done)
        if time.monotonic() - saved > run.save_every_s:
            checkpoint.save(path, trainer.state())
            saved = time.monotonic()
    checkpoint.save(path, trainer.state())
    return trainer.average


def _pace(done: int, steps: int) -> float:
    """Learning rate over its highest: warm up, hold, fall over the last quarter."""
    left = (steps - done) / max(0.25 * steps, 1)
    return min(1.0, (done + 1) / 200, max(0.02, left))


@torch.no_grad()
def _judge(
    generator: Generator, held_out: Sequence[Example], stats: LatentStats, run: GeneratorRun
) -> dict[str, float]:
    """Losses on songs that no training saw."""
    if not held_out:
        return {}
    rng = np.random.default_rng(0)
    batch = {k: v.to(run.device) for k, v in collate(held_out[:24], stats, run.window_frames, rng).items()}
    diffusion, prior = generator.losses(batch)
    return {"unseen_diffusion": diffusion.item(), "unseen_prior": prior.item()}
