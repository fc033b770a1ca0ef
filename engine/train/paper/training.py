"""From the corpus to a voice of the paper's size, in stages that go on where they were stopped."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import InputError
from engine.export.paper import export_paper
from engine.export.voice import VoiceFacts
from engine.models.fields import as_id
from engine.train import checkpoint
from engine.train.generator import Generator, LatentStats
from engine.train.paper.card import paper_card
from engine.train.paper.codec import PaperCodecTrainer
from engine.train.paper.config import PaperConfig
from engine.train.paper.corpus import Windows, paired_take, read_takes, sung
from engine.train.paper.generator import PaperGeneratorTrainer, draw_examples, examples_of, paper_run, unseen_losses
from engine.train.paper.loop import Run, read_checkpoint, train
from engine.train.paper.material import consonants
from engine.train.paper.networks import PaperCodec
from engine.train.voices.cast import CAST, LANGUAGE_IDS, phone_ids

KEY_RANGE = (53, 81)
SEED = 1
CODEC_STEPS, GENERATOR_STEPS, BATCH = 1_000_000, 2_000_000, 32
"""The paper's, on four and on two GPUs; its batch is for each of them."""
SAMPLING_STEPS = 50
"""The paper names no number; its model's ancestor uses 10 to 100."""


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What to train, where, and for how long.  Steps count from the start, over all resumes."""

    work: Path
    """Holds sung/, sung_held/, real/ and aligned/ (engine.train.voices); receives paper/."""
    out: Path
    codec_steps: int = CODEC_STEPS
    generator_steps: int = GENERATOR_STEPS
    batch: int = BATCH
    rate: float = 1.0
    """Times the paper's learning rates."""
    minutes: float = math.inf
    device: str = "cpu"
    report_every: int = 50

    @property
    def kept(self) -> Path:
        """Checkpoints and logs."""
        return self.work / "paper"


def train_paper(plan: PaperPlan, config: PaperConfig) -> dict[str, float] | None:
    """Codec, generator, package; the parity of the exported graphs, or None when the minutes ran out before.

    Raises `InputError` for a corpus or a checkpoint that cannot be used.
    """
    warnings.filterwarnings("ignore", message=".*weight_norm", category=FutureWarning)  # EnCodec's own affair
    torch.set_flush_denormal(True)
    ends_at = time.monotonic() + 60 * plan.minutes
    generator_out = plan.kept / "generator.pt"
    if not (generator_out.exists() or _train_codec(plan, config, ends_at)):
        return None
    codec = frozen_codec(plan, config)
    trained = _train_generator(plan, config, codec, ends_at)
    if trained is None:
        return None
    return export(plan, config, codec.cpu(), *trained)


def _train_codec(plan: PaperPlan, config: PaperConfig, ends_at: float) -> bool:
    """Whether it is done."""
    run = _run(plan, "codec", plan.codec_steps, ends_at)
    if run.out.exists() and int(read_checkpoint(run.out, "meta")["done"]) >= run.steps:
        return True
    windows = Windows(read_takes(plan.work, config.codec), config.codec, config.window_frames, run.seed)
    trainer = PaperCodecTrainer(config, plan.device, plan.rate, run.seed)
    if not run.out.exists():
        trainer.begin(windows)
    held = [paired_take(phrase, config.codec, phone_ids()) for phrase in sung(plan.work, config.codec, held=True)]
    judged = Windows(held, config.codec, config.window_frames, run.seed) if held else None

    def draw(step: int) -> Mapping[str, Tensor]:
        return {name: torch.from_numpy(value) for name, value in windows.draw(step, plan.batch).items()}

    train(trainer, draw, run, lambda: trainer.unseen(judged) if judged else {})
    return trainer.done >= run.steps


def frozen_codec(plan: PaperPlan, config: PaperConfig) -> PaperCodec:
    """The codec that the generator is trained on: latents must not move while it learns."""
    kept, source = plan.kept / "generator-codec.pt", plan.kept / "codec.pt"
    codec = PaperCodec(config.codec, config.decoder)
    if not kept.exists():
        checkpoint.save(kept, {"codec": read_checkpoint(source)["codec"]})
    try:
        codec.load_state_dict(read_checkpoint(kept)["codec"])
    except (KeyError, RuntimeError) as error:
        raise InputError(f"{kept} is no codec of this size.", "Name another --work, or remove it.") from error
    return codec.eval()


def _train_generator(
    plan: PaperPlan, config: PaperConfig, codec: PaperCodec, ends_at: float
) -> tuple[Generator, LatentStats] | None:
    run = _run(plan, "generator", plan.generator_steps, ends_at)
    examples, stats = examples_of(plan.work, config, codec, plan.device)
    judged, _ = examples_of(plan.work, config, codec, plan.device, held=True)
    stats = _kept_stats(stats, plan.kept / "stats.npz")
    settings = paper_run(run.out.parent, run.steps, plan.batch, plan.device, plan.rate, run.seed)
    trainer = PaperGeneratorTrainer(config.generator, config.codec.latent_dim, settings)
    train(trainer, draw_examples(examples, stats, settings), run, lambda: unseen_losses(trainer, judged, stats))
    return (trainer.average.cpu(), stats) if trainer.done >= run.steps else None


def export(
    plan: PaperPlan, config: PaperConfig, codec: PaperCodec, generator: Generator, stats: LatentStats
) -> dict[str, float]:
    """Write the voice package to `plan.out`; the parity of each graph."""
    facts = VoiceFacts(
        id=as_id(plan.out.name, "paper"),
        name="HiddenSinger, the paper's size",
        version="1.0.0",
        languages=tuple(dict.fromkeys(voice.language for voice in CAST)),
        key_range=KEY_RANGE,
        licence="CC-BY-4.0",
        card=paper_card(plan.codec_steps, plan.generator_steps),
    )
    voices = {
        "num_speakers": config.generator.num_speakers,
        "languages": LANGUAGE_IDS,
        "speakers": {voice.name: voice.speaker for voice in CAST},
    }
    sampling: dict[str, float | int | str] = {
        "num_steps": SAMPLING_STEPS,
        "temperature": 1 / config.generator.tau,
        "sampler": "ode",
        "start": 1.0,
    }
    return export_paper(
        facts,
        config,
        codec,
        generator,
        stats,
        phone_ids(),
        consonants(plan.work),
        plan.out,
        sampling,
        {"voices": voices},
    )


def _run(plan: PaperPlan, name: str, steps: int, ends_at: float) -> Run:
    minutes = max(0.0, (ends_at - time.monotonic()) / 60)
    return Run(plan.kept / f"{name}.pt", steps, minutes, plan.device, SEED, report_every=plan.report_every)


def _kept_stats(stats: LatentStats, path: Path) -> LatentStats:
    """The statistics that the generator began with: songs may have been added since."""
    if not path.exists():
        np.savez(path, mean=stats.mean, std=stats.std)
    with np.load(path, allow_pickle=False) as kept:
        return LatentStats(kept["mean"], kept["std"])
