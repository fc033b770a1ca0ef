"""What a frame's features say of its phone: a linear probe on aligned recordings that no training heard.

Trained on the voices' sentences, judged on those put aside; features are compared at the listener's frame rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.train.corpus.align import Segment
from engine.train.corpus.aligned import read_segments
from engine.train.unlabelled.clusters import halved, mel_cepstra
from engine.train.unlabelled.heard import HOP_LENGTH, SAMPLE_RATE, Clip, read_clips
from engine.train.unlabelled.listener import STRIDE, Listener
from engine.train.unlabelled.perturb import moved_pitch, redrawn
from engine.train.unlabelled.ssl import layer_features

FRAME_S = STRIDE * HOP_LENGTH / SAMPLE_RATE
SILENCES = frozenset({"SP", "AP", ""})
CONTEXT = 5
"""Frames to either side in the stronger baseline."""
ROUNDS, LEARNING_RATE, BATCH = 12, 3e-3, 512
STRANGER_SEMITONES, STRANGER_STRETCH = 5.0, 1.18
"""A test voice that nobody trained on: a fourth up, formants of a smaller head."""

Features = Callable[[np.ndarray], Tensor]
"""log-mel [80, T] -> [ceil(T / 2), F]"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A clip and the phone of each of its half-rate frames, "" where there is none."""

    clip: Clip
    phones: np.ndarray


def labelled(work: Path, heard: Path, voice: str, held_out: bool, most: int) -> list[Labelled]:
    """Up to `most` aligned recordings of a voice, evenly out of all."""
    found = []
    for clip in read_clips(heard, f"real/{voice}", held_out):
        path = work / "aligned" / voice / f"{clip.name}.npz"
        segments = read_segments(path) if path.exists() else ()
        if segments:
            found.append(Labelled(clip, phones_of_frames(segments, -(-len(clip.f0) // STRIDE))))
    return found[:: max(1, -(-len(found) // most))]


def phones_of_frames(segments: Sequence[Segment], frames: int) -> np.ndarray:
    """Label at the middle of each frame [T]."""
    labels = np.full(frames, "", "U8")
    middles = (np.arange(frames) + 0.5) * FRAME_S
    for segment in segments:
        labels[(middles >= segment.start_s) & (middles < segment.end_s)] = segment.label
    return labels


def baselines() -> dict[str, Features]:
    """Log-mel, the same with its surroundings, and MFCC with differences."""

    def mel(x: np.ndarray) -> Tensor:
        return torch.from_numpy(halved(x.astype(np.float32).T))

    def around(x: np.ndarray) -> Tensor:
        rows = np.pad(halved(x.astype(np.float32).T), ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
        count = len(rows) - 2 * CONTEXT
        return torch.from_numpy(np.concatenate([rows[i : i + count] for i in range(2 * CONTEXT + 1)], axis=1))

    return {"log-mel": mel, "log-mel +-5": around, "mfcc": lambda x: torch.from_numpy(mel_cepstra(x))}


def of_layer(listener: Listener, layer: int) -> Features:
    """A layer's output, as `Features`."""
    return lambda mel: layer_features(listener, mel, layer)


def as_stranger(clip: Clip) -> np.ndarray:
    """The clip's log-mel on another pitch with other formants."""
    f0 = moved_pitch(clip.f0, STRANGER_SEMITONES, 1.0)
    return redrawn(clip.gains, f0, STRANGER_STRETCH, clip.level, np.random.default_rng(0))


def probe(features: Features, train: Sequence[Labelled], tests: Mapping[str, Sequence[Labelled]]) -> dict[str, float]:
    """Share of frames with a phone that a linear layer names right, of each test set; and of strangers.

    Only phones that the training set has are asked for.
    """
    rows, labels = _gather(features, train)
    phones = sorted(set(labels))
    number = {phone: index for index, phone in enumerate(phones)}
    mean, std = rows.mean(0), rows.std(0) + 1e-5
    linear = _fit((rows - mean) / std, torch.tensor([number[phone] for phone in labels]), len(phones))

    def right(test: Sequence[Labelled], seen: Callable[[Clip], np.ndarray]) -> float:
        asked, answers = _gather(features, test, seen)
        known = torch.tensor([phone in number for phone in answers])
        wanted = torch.tensor([number.get(phone, 0) for phone in answers])
        with torch.no_grad():
            said = linear((asked - mean) / std).argmax(1)
        return float((said == wanted)[known].float().mean())

    figures = {name: right(test, lambda clip: clip.mel) for name, test in tests.items()}
    return figures | {f"{name} as a stranger": right(test, as_stranger) for name, test in tests.items()}


def purity(clusters: Sequence[np.ndarray], phones: Sequence[np.ndarray]) -> float:
    """Share of frames whose phone is the most frequent of their cluster (HuBERT's phone purity)."""
    said = np.concatenate([np.asarray(c) for c in clusters])
    heard = np.concatenate([np.asarray(p) for p in phones])
    speech = ~np.isin(heard, list(SILENCES))
    _, numbers = np.unique(heard[speech], return_inverse=True)
    counts = np.zeros((int(said.max()) + 1, int(numbers.max()) + 1))
    np.add.at(counts, (said[speech], numbers), 1)
    return float(counts.max(axis=1).sum() / counts.sum())


def _gather(
    features: Features, items: Sequence[Labelled], seen: Callable[[Clip], np.ndarray] = lambda clip: clip.mel
) -> tuple[Tensor, list[str]]:
    rows, labels = [], []
    for item in items:
        speech = ~np.isin(item.phones, list(SILENCES))
        rows.append(features(seen(item.clip))[torch.from_numpy(speech)].float())
        labels += [str(phone) for phone in item.phones[speech]]
    return torch.cat(rows), labels


def _fit(rows: Tensor, numbers: Tensor, phones: int) -> nn.Linear:
    random = torch.Generator().manual_seed(0)
    linear = nn.Linear(rows.shape[1], phones)
    nn.init.zeros_(linear.weight)
    optimizer = torch.optim.AdamW(linear.parameters(), LEARNING_RATE, weight_decay=1e-3)
    for done in range(ROUNDS):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * (1 - done / ROUNDS)
        for part in torch.randperm(len(rows), generator=random).split(BATCH):
            loss = nn.functional.cross_entropy(linear(rows[part]), numbers[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return linear
