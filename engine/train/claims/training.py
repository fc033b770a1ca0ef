"""Trains what a row needs: its codec (shared by all rows that have the same), then its generator."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import InputError
from engine.train import checkpoint
from engine.train.claims.codec import KEPT, ClaimCodec
from engine.train.claims.codec_training import CODEC_SEED, CodecTrainer
from engine.train.claims.generator import PriorTrainer
from engine.train.claims.loop import Clock, train
from engine.train.claims.material import Songs, clips_of, crops, examples, songs_of
from engine.train.claims.plan import Plan
from engine.train.claims.systems import Regularisation, Run
from engine.train.corpus.shards import Crops
from engine.train.generator import Example, Generator, GeneratorRun, LatentStats, collate
from engine.train.measure.progress import Report
from engine.train.unlabelled.ears import ListenerEar
from engine.train.unlabelled.encoders import UEncoders
from engine.train.unlabelled.heard import Clip
from engine.train.unlabelled.ssl import load_listener
from engine.train.unlabelled.training import Material, URun, UTrainer, draw_batch

BEGIN, LISTENER = "begin.pt", "listener.pt"
_NO_CHECKPOINT = (RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError)
RATE = 1e-3
EMA = 0.99
"""Of a run of some hundred steps: an average over the last hundred."""


class Bench:
    """The work folder: `codec/NAME.pt`, `generators/RUN.pt`; what all runs share is made once."""

    def __init__(self, work: Path, plan: Plan, songs: Songs, clock: Clock, report: Report) -> None:
        self.work, self.plan, self.songs, self.clock, self.report = work, plan, songs, clock, report
        self._codecs: dict[Regularisation, ClaimCodec] = {}
        self._examples: dict[Regularisation, tuple[list[Example], LatentStats]] = {}
        self._clips: list[Clip] = []

    def codec(self, regularisation: Regularisation) -> ClaimCodec | None:
        """A trained codec; None when time ran out."""
        if regularisation not in self._codecs:
            trainer = CodecTrainer(self.plan, regularisation, checkpoint.load(self.work / BEGIN)["codec"])
            windows = crops(self.songs, self.plan, CODEC_SEED)
            path = self.work / "codecs" / f"{regularisation}.pt"
            draw = partial(_draw_crops, windows, self.plan.batch)
            if not train(trainer, draw, self.plan.codec_steps, CODEC_SEED, path, self.clock, self.report):
                return None
            self._codecs[regularisation] = _still(trainer.codec)
        return self._codecs[regularisation]

    def material(self, codec: ClaimCodec) -> tuple[list[Example], LatentStats]:
        """The songs in a codec's latents."""
        if codec.regularisation not in self._examples:
            self.report("Encoding the songs", 0, 1)
            self._examples[codec.regularisation] = examples(self.songs.learned, codec)
        return self._examples[codec.regularisation]

    def generator(self, run: Run, codec: ClaimCodec) -> Generator | None:
        """The averaged generator of a run; None when time ran out."""
        path = self.work / "generators" / f"{run.name}.pt"
        trained = (self._joint if run.system.joint else self._alone)(run, codec, path)
        return None if trained is None else trained.eval().requires_grad_(False)

    def _alone(self, run: Run, codec: ClaimCodec, path: Path) -> Generator | None:
        plan = self.plan
        config = plan.generator(run.system.enhanced)
        settings = GeneratorRun(
            path.parent, plan.generator_steps, learning_rate=RATE, ema=EMA, half=True, seed=run.seed
        )
        trainer = PriorTrainer(run.system.prior, config, plan.generated, settings)
        draw = partial(_draw_windows, *self.material(codec), plan)
        done = train(trainer, draw, plan.generator_steps, run.seed, path, self.clock, self.report)
        return trainer.average if done else None

    def _heard(self) -> list[Clip]:
        if not self._clips:
            self.report("Listening to the songs", 0, 1)
            self._clips = clips_of(self.songs.learned)
        return self._clips

    def _joint(self, run: Run, codec: ClaimCodec, path: Path) -> Generator | None:
        plan = self.plan
        ear = ListenerEar(load_listener(self.work / LISTENER))
        found, stats = self.material(codec)
        material = songs_of(run.system, found, self._heard(), stats)
        settings = URun(
            path.parent,
            "joint",
            steps=plan.generator_steps,
            batch=plan.batch,
            window_frames=plan.window_frames,
            share=run.system.unlabelled,
            learning_rate=RATE,
            ema=EMA,
            seed=run.seed,
        )
        torch.manual_seed(run.seed)
        generator = Generator(plan.generator(), plan.generated)
        trainer = UTrainer(generator, UEncoders(plan.generator(), ear.width), settings)
        draw = partial(_draw_heard, material, ear, settings)
        done = train(trainer, draw, plan.generator_steps, run.seed, path, self.clock, self.report)
        return trainer.average.generator if done else None


def keep_codec(work: Path, plan: Plan, trained: Path) -> None:
    """Copy what all codecs begin with into the work folder, once: it must not change between rows.

    Raises `InputError` for a file that holds no codec of the voices.
    """
    if (work / BEGIN).exists():
        return
    what = "Name the codec.pt of python -m engine.train.voices.codec."
    if not trained.is_file():
        raise InputError(f"There is no file {trained}.", what)
    try:
        state = checkpoint.load(trained)["codec"]
        ClaimCodec(plan.codec(), "none", CODEC_SEED).begin(state)
    except _NO_CHECKPOINT as error:
        raise InputError(f"{trained} holds no codec of the voices.", what) from error
    kept = {name: weights for name, weights in state.items() if name.startswith(KEPT)}
    checkpoint.save(work / BEGIN, {"codec": kept})


def keep_listener(work: Path, trained: Path) -> None:
    """Copy the self-supervised encoder likewise.  Raises `InputError` for a file that holds none."""
    if (work / LISTENER).exists():
        return
    what = "Train one: python -m engine.train.unlabelled ssl."
    if not trained.is_file():
        raise InputError(f"There is no file {trained}.", what)
    try:
        state = checkpoint.load(trained)
        load_listener(trained)
    except _NO_CHECKPOINT as error:
        raise InputError(f"{trained} holds no listener.", what) from error
    checkpoint.save(work / LISTENER, {name: state[name] for name in ("config", "listener")})


def _draw_crops(windows: Crops, size: int, rng: np.random.Generator) -> dict[str, Tensor]:
    windows.reseed(int(rng.integers(1 << 31)))
    return {key: torch.from_numpy(value) for key, value in windows.batch(size).items()}


def _draw_windows(
    found: Sequence[Example], stats: LatentStats, plan: Plan, rng: np.random.Generator
) -> dict[str, Tensor]:
    lengths = np.array([len(example.conditions.f0) for example in found], np.float64)
    picks = rng.choice(len(found), plan.batch, p=lengths / lengths.sum())
    return collate([found[int(i)] for i in picks], stats, plan.window_frames, rng)


def _draw_heard(
    material: Material, ear: ListenerEar, run: URun, rng: np.random.Generator
) -> dict[str, dict[str, Tensor]]:
    return draw_batch(material, ear, run, rng)


def _still(codec: ClaimCodec) -> ClaimCodec:
    codec.eval().requires_grad_(False)
    return codec
