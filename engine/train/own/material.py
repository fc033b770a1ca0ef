"""What the generator learns from: for every piece, what its frames are told, and the latents of its sound.

Lyrics and melody encoders stay as they are, so what they say of a piece is computed once.  A piece with words is told
by them; one without by what the package's listening networks hear in it (HiddenSinger-U), in several perturbed
versions, so that who sings cannot be read off them and must be learned by the speaker's row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.train.corpus.shards import PCM_PEAK, Shard
from engine.train.corpus.singing import SungPhrase
from engine.train.generator import Generator, prepare_examples
from engine.train.networks.codec import Codec
from engine.train.own.listening import Listening
from engine.train.unlabelled.heard import hear
from engine.train.unlabelled.perturb import perturbed

VERSIONS = 3
"""Of a piece without words, beside the one as it is."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A piece of T frames: `frames` float16 [V, H, T], all that is known but the speaker, in V versions; `latents`
    float32 [D, T], normalised; `f0` [T * subframes]."""

    name: str
    frames: NDArray[np.float16]
    latents: Floats
    f0: Floats


@torch.no_grad()
def told_by_words(
    phrase: SungPhrase, codec: Codec, generator: Generator, phone_ids: Mapping[str, int], stats: tuple[Floats, Floats]
) -> Told:
    """A piece whose words are known."""
    (example,), _ = prepare_examples([phrase], codec, phone_ids)
    told, condition = example.conditions, generator.condition.eval()
    phones, keys, durations, tempi, places = (
        torch.from_numpy(x)[None] for x in (told.phones, told.keys, told.durations, told.tempi, told.phone_of_frame)
    )
    mask, languages = torch.ones(1, len(told.phones)), torch.full_like(phones, example.language)
    lyrics, melody = condition.tokens_to_frames(phones, keys, durations, tempi, mask, places, languages)
    features = condition.features(torch.from_numpy(told.features)[None].transpose(1, 2))
    frames = (lyrics + melody + features).numpy().astype(np.float16)
    return Told(phrase.name, frames, _normal(example.latents, stats), phrase.f0)


def told_by_listening(
    shard: Shard, codec: Codec, listening: Listening, stats: tuple[Floats, Floats], seed: int
) -> Told:
    """A piece without words."""
    count = len(shard.f0) // codec.config.subframes * codec.config.subframes
    clip = hear(shard.audio, shard.f0, shard.gains, shard.name)
    f0 = np.where(clip.voiced, clip.f0, 0).astype(np.float32)
    rng = np.random.default_rng(seed)
    mels = [clip.mel.astype(np.float32), *(perturbed(clip, 0, len(f0), rng) for _ in range(VERSIONS))]
    frames = np.stack([listening.frames(mel, f0) for mel in mels]).astype(np.float16)
    latents = encode(codec, shard.audio[: len(f0) * codec.config.hop_length])
    return Told(shard.name, frames, _normal(latents, stats), shard.f0[:count])


@torch.no_grad()
def encode(codec: Codec, audio: NDArray[np.int16]) -> Floats:
    """Latents [D, T] of audio [T * hop], as the encoder gives them."""
    samples = torch.from_numpy(audio.astype(np.float32) / PCM_PEAK)[None]
    latents: Floats = codec.eval().encode(samples)[0].numpy()
    return latents


def windows(pieces: Sequence[Told], size: int, window: int, rng: np.random.Generator) -> dict[str, torch.Tensor]:
    """A batch of random windows: frames [B, H, W], latents [B, D, W], mask [B, W]; long pieces are drawn more often."""
    weights = np.array([piece.latents.shape[1] for piece in pieces], np.float64)
    picks = [pieces[int(i)] for i in rng.choice(len(pieces), size, p=weights / weights.sum())]
    batch = {
        "frames": np.zeros((size, picks[0].frames.shape[1], window), np.float32),
        "latents": np.zeros((size, picks[0].latents.shape[0], window), np.float32),
        "mask": np.zeros((size, window), np.float32),
    }
    for row, piece in enumerate(picks):
        count = min(piece.latents.shape[1], piece.frames.shape[2])
        start = int(rng.integers(max(1, count - window + 1)))
        cut = slice(start, min(start + window, count))
        length = cut.stop - cut.start
        batch["frames"][row, :, :length] = piece.frames[int(rng.integers(len(piece.frames)))][:, cut]
        batch["latents"][row, :, :length] = piece.latents[:, cut]
        batch["mask"][row, :length] = 1
    return {name: torch.from_numpy(values) for name, values in batch.items()}


def _normal(latents: Floats, stats: tuple[Floats, Floats]) -> Floats:
    mean, std = stats
    normal: Floats = ((latents - mean[:, None]) / std[:, None]).astype(np.float32)
    return normal
