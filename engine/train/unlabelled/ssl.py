"""Training of the self-supervised encoder: masked prediction in two rounds, resumable.

Round 1 asks for clusters of cepstra, round 2 for clusters of the encoder's own middle layer after round 1.  The
encoder hears a perturbed window, the cluster is that of the recording as it was: so what it says of a frame cannot
depend on whose frame it is.  All is kept in `out`: `listener.pt`, and the targets of each round.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.errors import MelismaError
from engine.train import checkpoint
from engine.train.unlabelled.clusters import assign, cepstra, fit_clusters
from engine.train.unlabelled.heard import Clip, windows
from engine.train.unlabelled.listener import STRIDE, Listener, ListenerConfig
from engine.train.unlabelled.means import Means
from engine.train.unlabelled.perturb import perturbed

SHARES = {
    "real/kathleen": 0.18,
    "real/kerstin": 0.15,
    "real/yuki": 0.14,
    "real/librispeech": 0.22,
    "real/berklee": 0.02,
    "real/erithacus": 0.05,
    "sung/kathleen": 0.08,
    "sung/kerstin": 0.08,
    "sung/yuki": 0.08,
}
CLUSTERS = (128, 256)
MIDDLE = 4
"""The layer (from 1) whose output round 2 clusters."""
MASK_SHARE, MASK_SPAN = 0.08, 10
"""Chance of a frame to begin a hidden stretch, and its frames (as HuBERT: 0.2 s)."""
SHOWN_WEIGHT = 0.3
"""Of the frames that were not hidden: to name them it must undo the perturbation."""
WARM_UP = 200
REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class SslRun:
    """How long and how hard; `window` in frames, even."""

    out: Path
    steps: tuple[int, int] = (1200, 2000)
    minutes: float = 1e9
    batch: int = 16
    window: int = 256
    learning_rate: float = 1e-3
    seed: int = 1
    half: bool = True
    save_every_s: float = 180.0
    device: str = "cpu"


Sets = Mapping[str, Sequence[Clip]]
Targets = dict[str, np.ndarray]


def train_listener(config: ListenerConfig, run: SslRun, sets: Sets) -> Listener:
    """Train or go on training until both rounds are done or `run.minutes` are over; the encoder."""
    trainer = _Trainer(config, run, sets)
    started = time.monotonic()
    while True:
        trainer.begin_round()
        while trainer.step < run.steps[trainer.round] and time.monotonic() - started < 60 * run.minutes:
            trainer.update()
        trainer.save()
        if trainer.round == len(run.steps) - 1 or trainer.step < run.steps[trainer.round]:
            return trainer.listener.eval()
        trainer.next_round()


def load_listener(path: Path) -> Listener:
    """The encoder that `train_listener` left; `MelismaError` when there is none."""
    if not path.exists():
        raise MelismaError(f"There is no trained listener at {path}.", "Train one first: the subcommand ssl.")
    state = checkpoint.load(path)
    listener = Listener(ListenerConfig(**state["config"]))
    weights = state["listener"]
    listener.clusters = nn.Conv1d(listener.width, len(weights["clusters.weight"]), 1)
    listener.load_state_dict(weights)
    return listener.eval()


class _Trainer:
    def __init__(self, config: ListenerConfig, run: SslRun, sets: Sets) -> None:
        torch.manual_seed(run.seed)
        self.run, self.sets = run, {name: clips for name, clips in sets.items() if clips}
        self.path = run.out / "listener.pt"
        self.log = checkpoint.Log(run.out / "ssl.jsonl")
        self.round, self.step = 0, 0
        self.listener = Listener(config)
        self._state: dict[str, Any] | None = checkpoint.load(self.path, run.device) if self.path.exists() else None
        if self._state:
            self.round, self.step = int(self._state["round"]), int(self._state["step"])
            self._new_head(len(self._state["listener"]["clusters.weight"]))
            self.listener.load_state_dict(self._state["listener"])
        self.listener.to(run.device)

    def begin_round(self) -> None:
        self.targets = self._targets()
        if self.step == 0:
            self._new_head(CLUSTERS[self.round])
        self.optimizer = torch.optim.AdamW(
            self.listener.parameters(), self.run.learning_rate, (0.9, 0.98), weight_decay=0.01
        )
        if self._state and self.step:
            self.optimizer.load_state_dict(self._state["optimizer"])
        self._state = None
        self.rng = np.random.default_rng(self.run.seed + 100_000 * self.round + self.step)
        self.means = Means()
        self.saved = time.monotonic()

    def next_round(self) -> None:
        self.round, self.step = self.round + 1, 0

    def save(self) -> None:
        checkpoint.save(
            self.path,
            {
                "config": asdict(self.listener.config),
                "round": self.round,
                "step": self.step,
                "listener": self.listener.state_dict(),
                "optimizer": self.optimizer.state_dict(),
            },
        )
        self.saved = time.monotonic()

    def update(self) -> None:
        """One step, its report, and now and then a checkpoint."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.learning_rate * pace(self.step, self.run.steps[self.round])
        mel, target = self._batch()
        hidden = masked(target.shape, self.rng).to(self.run.device)
        self.listener.train()
        with torch.autocast(self.run.device, torch.bfloat16, enabled=self.run.half):
            logits = self.listener.logits(mel, hidden)
        losses = nn.functional.cross_entropy(logits.float(), target, reduction="none")
        guessed, named = losses[hidden].mean(), losses[~hidden].mean()
        self.optimizer.zero_grad()
        (guessed + SHOWN_WEIGHT * named).backward()
        nn.utils.clip_grad_norm_(self.listener.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        right = (logits.argmax(1) == target)[hidden].float().mean()
        self._report(guessed=guessed.item(), named=named.item(), right=right.item())

    def _report(self, **figures: float) -> None:
        self.means.add(figures)
        if self.step % REPORT_EVERY == 0:
            self.log.write(round=self.round + 1, step=self.step, **self.means.take())
        if time.monotonic() - self.saved > self.run.save_every_s:
            self.save()

    def _batch(self) -> tuple[Tensor, Tensor]:
        names = list(self.sets)
        shares = np.array([SHARES[name] for name in names])
        counts = self.rng.multinomial(self.run.batch, shares / shares.sum())
        mels, targets = [], []
        for name, count in zip(names, counts, strict=True):
            for clip, start in windows(self.sets[name], self.run.window, int(count), self.rng) if count else ():
                start -= start % STRIDE
                mels.append(perturbed(clip, start, self.run.window, self.rng))
                first = start // STRIDE
                wanted = self.targets[f"{name}/{clip.name}"][first : first + self.run.window // STRIDE]
                targets.append(wanted.astype(np.int64))
        batch = torch.from_numpy(np.stack(mels)), torch.from_numpy(np.stack(targets))
        return batch[0].to(self.run.device), batch[1].to(self.run.device)

    def _targets(self) -> Targets:
        """Of this round: read, or made and written, so that a resumed training asks for the same."""
        path = self.run.out / f"targets-{self.round + 1}.npz"
        if not path.exists():
            targets = self._cluster()
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".part")
            with beside.open("wb") as file:
                np.savez(file, **targets)  # type: ignore[arg-type]
            beside.replace(path)
        with np.load(path, allow_pickle=False) as kept:
            targets = {name: kept[name] for name in kept.files}
        lengths = {f"{name}/{c.name}": -(-len(c.f0) // STRIDE) for name, clips in self.sets.items() for c in clips}
        if lengths != {name: len(rows) for name, rows in targets.items()}:
            message = f"The training in {self.run.out} was begun with other recordings."
            raise MelismaError(message, "Put them back, or remove that folder to begin anew.")
        return targets

    def _cluster(self) -> Targets:
        rows = {f"{name}/{clip.name}": self._rows(clip) for name, clips in self.sets.items() for clip in clips}
        everything = torch.cat(list(rows.values()))
        mean, std = everything.mean(0), everything.std(0) + 1e-6
        centres = fit_clusters((everything - mean) / std, CLUSTERS[self.round], self.run.seed)
        return {name: assign((part - mean) / std, centres).numpy().astype(np.int16) for name, part in rows.items()}

    def _rows(self, clip: Clip) -> Tensor:
        """What is clustered, [ceil(T / 2), F]."""
        if self.round == 0:
            return torch.from_numpy(cepstra(clip))
        features = layer_features(self.listener, clip.mel, MIDDLE, self.run.device)
        return features - features.mean(0)

    def _new_head(self, clusters: int) -> None:
        self.listener.clusters = nn.Conv1d(self.listener.width, clusters, 1).to(self.run.device)


@torch.no_grad()
def layer_features(listener: Listener, mel: np.ndarray, layer: int, device: str = "cpu") -> Tensor:
    """Output [ceil(T / 2), H] of a layer (0: of the convolution, from 1) for a whole clip's log-mel [80, T]."""
    listener.eval()
    shown = torch.from_numpy(mel.astype(np.float32))[None].to(device)
    with torch.autocast(device, torch.bfloat16):
        x = listener.layer_outputs(shown, upto=layer)[-1] if layer else listener.front(shown)
    return x[0].float().t().cpu()


def masked(shape: Sequence[int], rng: np.random.Generator) -> Tensor:
    """Which frames are hidden, bool [B, T]: stretches of `MASK_SPAN`, at least one in every row."""
    batch, frames = shape
    begins = rng.random((batch, frames)) < MASK_SHARE
    begins[np.arange(batch), rng.integers(max(1, frames - MASK_SPAN), size=batch)] = True
    hidden = np.zeros_like(begins)
    for offset in range(MASK_SPAN):
        hidden[:, offset:] |= begins[:, : max(0, frames - offset)]
    return torch.from_numpy(hidden)


def pace(step: int, steps: int) -> float:
    """Learning rate over its highest: warm up, then fall in a line."""
    return min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / max(steps, 1))
