"""Training of condition encoder and latent generator at the paper's size: its optimiser, the shipped voice's step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import InputError
from engine.train.config import GeneratorConfig
from engine.train.generator import Example, GeneratorRun, GeneratorTrainer, LatentStats, collate, prepare_examples
from engine.train.paper.config import PaperConfig
from engine.train.paper.corpus import sung
from engine.train.paper.loop import Draw
from engine.train.paper.networks import PaperCodec, as_codec
from engine.train.voices.cast import phone_ids

LEARNING_RATE, BETAS, DECAY = 5e-5, (0.8, 0.99), 0.01
"""AdamW's, as in the paper."""
JUDGED = 24


class PaperGeneratorTrainer(GeneratorTrainer):
    """The generator with the paper's optimiser."""

    def __init__(self, config: GeneratorConfig, latent_dim: int, run: GeneratorRun) -> None:
        super().__init__(config, latent_dim, run)
        self.optimizer = torch.optim.AdamW(self.generator.parameters(), run.learning_rate, BETAS, weight_decay=DECAY)


def paper_run(out: Path, steps: int, batch: int, device: str, rate: float = 1.0, seed: int = 1) -> GeneratorRun:
    """128 frames a window, as in the paper; `rate` times its learning rate; half precision on a GPU."""
    half = torch.device(device).type == "cuda"
    return GeneratorRun(
        out, steps, batch=batch, learning_rate=rate * LEARNING_RATE, ema=0.999, half=half, device=device, seed=seed
    )


def examples_of(
    work: Path, config: PaperConfig, codec: PaperCodec, device: str, held: bool = False
) -> tuple[list[Example], LatentStats]:
    """The teachers' songs (`held`: those put aside) as latents, with what is sung.  Encoded anew by every call.

    Raises `InputError` when there are none.
    """
    phrases = list(sung(work, config.codec, held))
    if not phrases:
        raise InputError(f"{work} holds no songs.", "Give --data, so that the corpus can be made.")
    return prepare_examples(phrases, as_codec(codec), phone_ids(), device)


def draw_examples(examples: Sequence[Example], stats: LatentStats, run: GeneratorRun) -> Draw:
    """Windows of examples, each example in proportion to its length; the same for the same step."""
    weights = np.array([len(e.conditions.f0) for e in examples], np.float64)
    weights /= weights.sum()

    def draw(step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([run.seed, step])
        picks = [examples[int(i)] for i in rng.choice(len(examples), run.batch, p=weights)]
        return collate(picks, stats, run.window_frames, rng)

    return draw


@torch.no_grad()
def unseen_losses(trainer: PaperGeneratorTrainer, examples: Sequence[Example], stats: LatentStats) -> dict[str, float]:
    """Losses of the averaged network on songs that no training saw; the same windows and noise every time."""
    if not examples:
        return {}
    run = trainer.run
    batch = collate(examples[:JUDGED], stats, run.window_frames, np.random.default_rng(0))
    torch.manual_seed(0)
    diffusion, prior = trainer.average.losses({key: value.to(run.device) for key, value in batch.items()})
    return {"unseen_diffusion": diffusion.item(), "unseen_prior": prior.item()}
