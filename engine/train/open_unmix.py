"""Trains the opponent of `melisma bench isolate`: a mask network of Open-Unmix's size on the songs we train on.

`python -m engine.train.open_unmix SONGS --work DIR --held-out NAME,NAME --minutes 25`

What differs from the original's training helps it on the figure that is compared: its square error of magnitudes
becomes the square error of the sound under the mixture's phase (Erdogan et al., 2015), relative to the mixture's
energy, and the learning rate falls to nothing by the end of the time given.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.train import checkpoint
from engine.train.mixes.dataset import Mixer
from engine.train.mixes.songs import SAMPLE_RATE, Stems, find_songs, open_stems, split_songs
from engine.train.networks.open_unmix import BINS, OpenUnmix, spectra

CHECKPOINT = "open-unmix.pt"
STATISTICS_BATCHES = 6
WARM_UP = 30
"""Steps."""
LOG_EVERY = 25


@dataclass(frozen=True, slots=True)
class OpenUnmixRun:
    """How long and how hard.  Training ends after `steps` or `minutes` of processor time (all threads together),
    whichever comes first; earlier runs count.  `seconds`: length of a crop.
    """

    work: Path
    steps: int = 1_000_000
    minutes: float = 25.0
    batch: int = 8
    seconds: float = 6.0
    learning_rate: float = 1e-3
    weight_decay: float = 1e-5
    seed: int = 1
    device: str = "cpu"
    threads: int = 1
    save_every_s: float = 120.0


class OpenUnmixTrainer:
    """The network, its optimiser, and how many steps and seconds of processor time went into them."""

    def __init__(self, run: OpenUnmixRun) -> None:
        torch.manual_seed(run.seed)
        self.run = run
        self.network = OpenUnmix().to(run.device)
        self.optimizer = torch.optim.Adam(self.network.parameters(), run.learning_rate, weight_decay=run.weight_decay)
        self.steps = 0
        self.seconds = 0.0

    @property
    def progress(self) -> float:
        """Share of the training that is done, 0 to 1."""
        return min(1.0, max(self.steps / self.run.steps, self.seconds / (60 * self.run.minutes)))

    def step(self, vocals: Tensor, mixture: Tensor) -> float:
        """One update on [B, 2, N] each; the loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.learning_rate * self._pace()
        self.network.train()
        error = loss(self.network, vocals, mixture)
        self.optimizer.zero_grad()
        error.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.steps += 1
        return float(error.detach())

    def state(self) -> dict[str, Any]:
        """All that `restore` needs, and that `load_open_unmix` tells."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
            "seconds": self.seconds,
            "batch": self.run.batch,
            "crop_s": self.run.seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps, self.seconds = int(state["steps"]), float(state["seconds"])

    def _pace(self) -> float:
        """Learning rate over its highest: warm-up, then half a cosine."""
        return min(1.0, (self.steps + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * self.progress))


def loss(network: OpenUnmix, vocals: Tensor, mixture: Tensor) -> Tensor:
    """Square error of the masked mixture, of sounds [B, 2, N], over the mixture's energy; a mean over B."""
    wanted, mixed = spectra(vocals), spectra(mixture)
    magnitude = mixed.abs()
    # What of the vocals lies along the mixture's phase; the rest no mask can reach.
    along = (wanted * mixed.conj()).real / magnitude.clamp(min=1e-6)
    with torch.autocast(vocals.device.type, torch.bfloat16):
        mask = network(magnitude)
    error = (mask.float() * magnitude - along).square().sum(dim=(1, 2, 3))
    return (error / magnitude.square().sum(dim=(1, 2, 3)).clamp(min=1.0)).mean()


def train_open_unmix(stems: Sequence[Stems], run: OpenUnmixRun, favoured: Collection[str] = ()) -> OpenUnmix:
    """Train on `stems`, resume from `run.work`, and leave a checkpoint and a log there; the network, for use."""
    torch.set_num_threads(run.threads)
    torch.set_flush_denormal(True)  # type: ignore[no-untyped-call]  # decaying tails cost ten times their worth
    trainer, path = OpenUnmixTrainer(run), run.work / CHECKPOINT
    mixer = _begin(trainer, path, stems, favoured)
    log = checkpoint.Log(run.work / "open-unmix.jsonl")
    losses: list[float] = []
    saved = time.monotonic()
    before = trainer.seconds - time.process_time()
    while trainer.progress < 1:
        losses.append(trainer.step(*_batch(mixer, run)))
        trainer.seconds = before + time.process_time()
        if len(losses) == LOG_EVERY:
            log.write(step=trainer.steps, loss=float(np.mean(losses)), progress=trainer.progress)
            losses = []
        if time.monotonic() - saved > run.save_every_s:
            checkpoint.save(path, trainer.state())
            saved = time.monotonic()
    checkpoint.save(path, trainer.state())
    return trainer.network.eval()


def load_open_unmix(path: Path) -> tuple[OpenUnmix, dict[str, float]]:
    """The network, for use, and what its checkpoint tells: `steps`, `seconds` (of one core), `batch`, `crop_s`."""
    state = checkpoint.load(path)
    network = OpenUnmix()
    network.load_state_dict(state["network"])
    return network.eval(), {name: float(state[name]) for name in ("steps", "seconds", "batch", "crop_s")}


def _begin(trainer: OpenUnmixTrainer, path: Path, stems: Sequence[Stems], favoured: Collection[str]) -> Mixer:
    """Restore, or standardise a new network; the mixer of this run, which never repeats an earlier one's draws."""
    run, length = trainer.run, round(trainer.run.seconds * SAMPLE_RATE)
    if path.exists():
        trainer.restore(checkpoint.load(path, run.device))
        return Mixer(stems, length, run.seed + trainer.steps, favoured)
    mixer = Mixer(stems, length, run.seed, favoured)
    mean, std = _statistics(mixer, run)
    trainer.network.standardise(mean, std)
    return mixer


def _statistics(mixer: Mixer, run: OpenUnmixRun) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of the mixtures' magnitudes per bin, [BINS] each."""
    drawn = [spectra(_batch(mixer, run)[1]).abs() for _ in range(STATISTICS_BATCHES)]
    flat = torch.cat([m.permute(2, 0, 1, 3).reshape(BINS, -1) for m in drawn], dim=1)
    return flat.mean(dim=1), flat.std(dim=1)


def _batch(mixer: Mixer, run: OpenUnmixRun) -> tuple[Tensor, Tensor]:
    vocals, mixture = mixer.batch(run.batch)
    return torch.from_numpy(vocals).to(run.device), torch.from_numpy(mixture).to(run.device)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path, help="folder of songs, NAME/vocals.* and NAME/mixture.*")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoint, log and decoded songs go")
    parser.add_argument("--cache", type=Path, help="decoded songs, where they are already [WORK/stems]")
    parser.add_argument("--held-out", default="", help="names of songs to leave out, with commas")
    parser.add_argument("--favour", default="", help="names of songs to draw more often, with commas")
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    songs, _ = split_songs(find_songs(options.songs), filter(None, options.held_out.split(",")))
    run = OpenUnmixRun(
        options.work,
        minutes=options.minutes,
        batch=options.batch,
        seconds=options.seconds,
        learning_rate=options.learning_rate,
        seed=options.seed,
    )
    favoured = set(filter(None, options.favour.split(",")))
    train_open_unmix(open_stems(songs, options.cache or options.work / "stems"), run, favoured)


if __name__ == "__main__":
    main()
