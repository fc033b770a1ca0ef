"""The encoder's last school: phones, where they are known.

After two rounds on one core it hears little more than cepstra do.  The voices' aligned recordings and the teachers'
songs say which phone every frame is, so it learns to name it, of perturbed windows as before.  What ships and is laid
onto a trained generator is this one; claims about learning without words use the encoder from before (`ssl.py`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.train import checkpoint
from engine.train.corpus.align import Segment
from engine.train.corpus.aligned import read_segments
from engine.train.corpus.singing import read_phrases
from engine.train.unlabelled.heard import SUNG, read_clips, windows
from engine.train.unlabelled.listener import STRIDE, Listener
from engine.train.unlabelled.means import Means
from engine.train.unlabelled.perturb import perturbed
from engine.train.unlabelled.probe import Labelled, phones_of_frames
from engine.train.unlabelled.ssl import REPORT_EVERY, masked, pace

UNKNOWN = -1
HIDING = 0.5
"""Share of the windows with hidden stretches: phones have to be guessed from their surroundings, too."""
SMOOTHING = 0.1
SUNG_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class FinishRun:
    """How long and how hard; `window` in frames, even: many short ones hold more phones than a few long ones."""

    out: Path
    steps: int = 4000
    minutes: float = 1e9
    batch: int = 16
    window: int = 96
    learning_rate: float = 1e-3
    seed: int = 1
    half: bool = True
    save_every_s: float = 180.0
    device: str = "cpu"

    @property
    def path(self) -> Path:
        """The checkpoint."""
        return self.out / "finished.pt"


def known_phones(work: Path, heard: Path) -> dict[str, list[Labelled]]:
    """Clips whose phones are known, by set: aligned recordings (less those put aside) and songs."""
    sets: dict[str, list[Labelled]] = {}
    for voice in SUNG:
        cuts = {path.stem: read_segments(path) for path in sorted((work / "aligned" / voice).glob("*.npz"))}
        sets[f"real/{voice}"] = _labelled(heard, f"real/{voice}", cuts, held_out=False)
        cuts = {
            phrase.name: tuple(
                Segment(p.label, p.start_s - phrase.phones[0].start_s, p.end_s - phrase.phones[0].start_s)
                for p in phrase.phones
            )
            for phrase in read_phrases(work / "sung" / voice)
        }
        sets[f"sung/{voice}"] = _labelled(heard, f"sung/{voice}", cuts, held_out=None)
    return {name: items for name, items in sets.items() if items}


def finish(
    listener: Listener, run: FinishRun, sets: Mapping[str, Sequence[Labelled]], phone_ids: Mapping[str, int]
) -> Listener:
    """Train or go on training until `run.steps` or `run.minutes`; the encoder, whose clusters are now phones."""
    torch.manual_seed(run.seed)
    listener.clusters = nn.Conv1d(listener.width, max(phone_ids.values()) + 1, 1)
    listener.config = replace(listener.config, told=listener.config.layers)  # who learned phones says most at the end
    listener.to(run.device)
    optimizer = torch.optim.AdamW(listener.parameters(), run.learning_rate, (0.9, 0.98), weight_decay=0.01)
    step = 0
    if run.path.exists():
        state = checkpoint.load(run.path, run.device)
        listener.load_state_dict(state["listener"])
        optimizer.load_state_dict(state["optimizer"])
        step = int(state["step"])

    def save() -> None:
        parts = {"listener": listener.state_dict(), "optimizer": optimizer.state_dict()}
        checkpoint.save(run.path, {"config": asdict(listener.config), "step": step, **parts})

    rng, log, means = np.random.default_rng(run.seed + step), checkpoint.Log(run.out / "finish.jsonl"), Means()
    started = saved = time.monotonic()
    while step < run.steps and time.monotonic() - started < 60 * run.minutes:
        for group in optimizer.param_groups:
            group["lr"] = run.learning_rate * pace(step, run.steps)
        means.add(_update(listener, optimizer, draw_named(sets, phone_ids, run, rng), rng, run))
        step += 1
        if step % REPORT_EVERY == 0:
            log.write(step=step, **means.take())
        if time.monotonic() - saved > run.save_every_s:
            save()
            saved = time.monotonic()
    save()
    return listener.eval()


def draw_named(
    sets: Mapping[str, Sequence[Labelled]], phone_ids: Mapping[str, int], run: FinishRun, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Perturbed windows [B, 80, window] and the numbers of their phones int64 [B, window / 2], or `UNKNOWN`."""
    songs = np.array([name.startswith("sung/") for name in sets])
    weights = np.where(songs, SUNG_SHARE / max(songs.sum(), 1), (1 - SUNG_SHARE) / max((~songs).sum(), 1))
    counts = rng.multinomial(run.batch, weights / weights.sum())
    mels, numbers = [], []
    for items, count in zip(sets.values(), counts, strict=True):
        phones = {id(item.clip): item.phones for item in items}
        for clip, start in windows([item.clip for item in items], run.window, int(count), rng) if count else ():
            start -= start % STRIDE
            mels.append(perturbed(clip, start, run.window, rng))
            there = phones[id(clip)][start // STRIDE :][: run.window // STRIDE]
            numbers.append([phone_ids.get(str(phone), UNKNOWN) for phone in there])
    return torch.from_numpy(np.stack(mels)), torch.tensor(numbers)


def _update(
    listener: Listener,
    optimizer: torch.optim.Optimizer,
    batch: tuple[Tensor, Tensor],
    rng: np.random.Generator,
    run: FinishRun,
) -> dict[str, float]:
    mel, phones = (part.to(run.device) for part in batch)
    hidden = masked(phones.shape, rng) & torch.from_numpy(rng.random((len(phones), 1)) < HIDING)
    listener.train()
    with torch.autocast(run.device, torch.bfloat16, enabled=run.half):
        logits = listener.logits(mel, hidden.to(run.device)).float()
    loss = nn.functional.cross_entropy(logits, phones, ignore_index=UNKNOWN, label_smoothing=SMOOTHING)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(listener.parameters(), 1.0)
    optimizer.step()
    asked = (phones != UNKNOWN) & ~hidden.to(run.device)
    right = (logits.argmax(1) == phones)[asked].float().mean()
    return {"loss": loss.item(), "right": right.item()}


def _labelled(
    heard: Path, set_name: str, cuts: Mapping[str, Sequence[Segment]], held_out: bool | None
) -> list[Labelled]:
    return [
        Labelled(clip, phones_of_frames(cuts[clip.name], -(-len(clip.f0) // STRIDE)))
        for clip in read_clips(heard, set_name, held_out)
        if cuts.get(clip.name)
    ]
