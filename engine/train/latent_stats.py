"""Mean and spread of every latent channel over a folder of sound: a generator wants them at 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.audio import Audio, read_audio, resample
from engine.errors import InputError
from engine.train.official_encodec import OfficialEncodec

_SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif", ".m4a"})
_PIECE_S = 30.0
"""Read by the codec at a time, so that memory does not grow with the file."""
_LEAST = 1e-5
"""A channel that never moves is not blown up."""


@dataclass(frozen=True, slots=True, eq=False)
class LatentStats:
    """float32 [D] each."""

    mean: Tensor
    std: Tensor

    def normalize(self, latents: Tensor) -> Tensor:
        """[..., D, T] -> the same with mean 0 and spread 1 in every channel."""
        return (latents - self.mean[:, None]) / self.std[:, None]

    def restore(self, latents: Tensor) -> Tensor:
        """The reverse of `normalize`."""
        return latents * self.std[:, None] + self.mean[:, None]


def measure_latents(codec: OfficialEncodec, folder: Path) -> LatentStats:
    """Over all sound files below `folder`; `NAME/vocals.*` beside `NAME/mixture.*` at the mixture's scale.

    Raises `InputError` when there is no sound file, or one cannot be read.
    """
    count = 0
    total, squares = (torch.zeros(codec.latent_dim, dtype=torch.float64) for _ in range(2))
    for audio, mixture in _sounds(codec, folder):
        latents = codec.encode(audio, codec.scale(mixture)).double()
        count += latents.shape[0] * latents.shape[2]
        total += latents.sum(dim=(0, 2))
        squares += latents.square().sum(dim=(0, 2))
    if count == 0:
        raise InputError(f"{folder} holds no sound file.", f"Put some there: {', '.join(sorted(_SUFFIXES))}.")
    mean = total / count
    std = (squares / count - mean.square()).clamp_min(0).sqrt().clamp_min(_LEAST)
    return LatentStats(mean.float(), std.float())


def _sounds(codec: OfficialEncodec, folder: Path) -> Iterator[tuple[Tensor, Tensor]]:
    """(sound, what sets its scale), [C, N] each, in pieces."""
    piece = round(_PIECE_S * codec.sample_rate)
    for path in sorted(file for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES):
        sound = _read(codec, path)
        mixed = next(path.parent.glob("mixture.*"), None) if path.stem == "vocals" else None
        mixture = sound if mixed is None else _read(codec, mixed)
        length = min(sound.shape[1], mixture.shape[1])
        for start in range(0, length, piece):
            here = slice(start, min(start + piece, length))
            yield sound[:, here], mixture[:, here]


def _read(codec: OfficialEncodec, path: Path) -> Tensor:
    """[C, N] at the codec's rate: mono on both sides, the first two of more."""
    audio = read_audio(path)
    if codec.channels == 1:
        audio = audio.to_mono()
    elif audio.channels != codec.channels:
        chosen = [0, 0] if audio.channels == 1 else [0, 1]
        audio = Audio(audio.samples[chosen], audio.sample_rate)
    return torch.from_numpy(resample(audio, codec.sample_rate).samples.copy())
