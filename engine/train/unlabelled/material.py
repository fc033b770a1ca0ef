"""Phrases with words and recordings without, as HiddenSinger-U learns from them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.train.corpus.shards import PCM_PEAK, read_shard
from engine.train.corpus.singing import SungPhrase
from engine.train.generator import Example, LatentStats, collate, prepare_examples
from engine.train.networks.codec import Codec
from engine.train.unlabelled.heard import HOP_LENGTH, Clip, hear
from engine.train.voices.sets import is_held_out


@dataclass(frozen=True, slots=True)
class Sung:
    """A clip, its latents float32 [D, T], who sings, and what is known of its score (None: nothing)."""

    clip: Clip
    latents: np.ndarray
    speaker: int
    told: Example | None = None

    @property
    def frames(self) -> int:
        """Frames that all parts have."""
        told = len(self.told.conditions.f0) if self.told else len(self.clip.f0)
        return min(len(self.clip.f0), self.latents.shape[1], told)


def with_words(phrases: Iterable[SungPhrase], codec: Codec, phone_ids: Mapping[str, int]) -> list[Sung]:
    """Phrases of the teachers, encoded once."""
    found = []
    for phrase in phrases:
        (example,), _ = prepare_examples([phrase], codec, phone_ids)
        clip = hear(phrase.audio, phrase.f0, phrase.gains, phrase.name)
        found.append(Sung(clip, example.latents, example.speaker, example))
    return found


@torch.no_grad()
def without_words(folder: Path, speaker: int, codec: Codec, held_out: bool = False, most: int = 10**6) -> list[Sung]:
    """Up to `most` recordings of a folder of shards, evenly out of all; those put aside, or the others."""
    paths = [path for path in sorted(folder.glob("*.npz")) if is_held_out(path.stem) == held_out]
    found = []
    for path in paths[:: max(1, -(-len(paths) // most))]:
        shard = read_shard(path)
        clip = hear(shard.audio, shard.f0, shard.gains, shard.name)
        audio = shard.audio[: len(clip.f0) * HOP_LENGTH].astype(np.float32) / PCM_PEAK
        found.append(Sung(clip, codec.encode(torch.from_numpy(audio)[None])[0].numpy(), speaker))
    return found


def hide_words(songs: Sequence[Sung], share: float) -> tuple[list[Sung], list[Sung]]:
    """(with words, without): of `share` of the phrases the score is forgotten, by the checksum of their names."""
    hidden = [zlib.crc32(b"hidden " + song.clip.name.encode()) % 1000 < 1000 * share for song in songs]
    kept = [song for song, hide in zip(songs, hidden, strict=True) if not hide]
    return kept, [replace(song, told=None) for song, hide in zip(songs, hidden, strict=True) if hide]


def draw(songs: Sequence[Sung], size: int, window: int, rng: np.random.Generator) -> list[tuple[Sung, int]]:
    """Songs, each as often as it is long, and where a window in each begins."""
    lengths = np.array([song.frames for song in songs], np.float64)
    picks = rng.choice(len(songs), size, p=lengths / lengths.sum())
    return [(songs[int(i)], int(rng.integers(max(1, songs[int(i)].frames - window + 1)))) for i in picks]


def read_batch(cuts: Sequence[tuple[Sung, int]], stats: LatentStats, window: int) -> dict[str, Tensor]:
    """What the paired path is told of windows with words (see `engine.train.generator.collate`)."""
    examples = []
    for song, start in cuts:
        if song.told is None:
            raise ValueError(f"{song.clip.name} has no words.")
        told, end = song.told.conditions, min(start + window, song.frames)
        cut = slice(start, end)
        parts = replace(told, phone_of_frame=told.phone_of_frame[cut], features=told.features[cut], f0=told.f0[cut])
        examples.append(replace(song.told, conditions=parts, latents=song.latents[:, cut]))
    return collate(examples, stats, window, np.random.default_rng(0))


def heard_batch(cuts: Sequence[tuple[Sung, int]], stats: LatentStats, window: int) -> dict[str, Tensor]:
    """f0 [B, T] (0 where unvoiced), latents [B, D, T] normalised, frame_mask [B, T], speaker [B]."""
    size = len(cuts)
    f0 = np.zeros((size, window), np.float32)
    latents = np.zeros((size, len(stats.mean), window), np.float32)
    mask = np.zeros((size, window), np.float32)
    for row, (song, start) in enumerate(cuts):
        cut = slice(start, min(start + window, song.frames))
        length = cut.stop - cut.start
        f0[row, :length] = np.where(song.clip.voiced[cut], song.clip.f0[cut], 0)
        latents[row, :, :length] = (song.latents[:, cut] - stats.mean[:, None]) / stats.std[:, None]
        mask[row, :length] = 1
    speaker = np.array([song.speaker for song, _ in cuts], np.int64)
    arrays = {"f0": f0, "latents": latents, "frame_mask": mask, "speaker": speaker}
    return {key: torch.from_numpy(value) for key, value in arrays.items()}
