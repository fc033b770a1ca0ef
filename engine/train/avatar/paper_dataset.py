"""Clips of singing for one step of the paper's training, drawn from prepared takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.errors import InputError
from engine.train.avatar.networks.paper import PaperConfig
from engine.train.avatar.networks.paper_diffusion import PaperFace
from engine.train.avatar.networks.paper_hearing import windows_of
from engine.train.avatar.videos import Take


@dataclass(frozen=True, slots=True)
class ClipBatch:
    """B clips: face; clean [B, C, F, h, w]; before [B, P, C, h, w]; heard [B, F, W, layers, width]."""

    face: PaperFace
    clean: Tensor
    before: Tensor
    heard: Tensor


class Clips:
    """Draws `frames` pictures at a time from anywhere; the face at rest is any other picture of the same take.

    Raises `InputError` when no take is long enough.
    """

    def __init__(self, takes: Sequence[Take], config: PaperConfig, frames: int, seed: int) -> None:
        self._config, self._frames, self._seed = config, frames, seed
        needed = frames + config.motion_frames
        self._takes = [take for take in takes if len(take) >= needed]
        if not self._takes:
            raise InputError(f"No take lasts {needed} pictures.", "Give longer videos.")
        self._ends = np.cumsum([len(take) - needed + 1 for take in self._takes])

    def draw(self, number: int, size: int, device: str) -> ClipBatch:
        """Batch `number` of `size` clips: always the same one, so that a stopped training goes on as if never stopped.

        Every place of all takes is equally likely.
        """
        rng = np.random.default_rng([self._seed, number])
        parts = [self._one(rng) for _ in range(size)]
        stacked = [torch.from_numpy(np.stack(part).astype(np.float32)).to(device) for part in zip(*parts, strict=True)]
        rest, embedding, located, masks, clean, before, heard = stacked
        face = PaperFace(rest, embedding, located[:, None].expand(-1, 3, -1, -1), masks)
        return ClipBatch(face, clean.transpose(1, 2), before, heard)

    def _one(self, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
        place = int(rng.integers(self._ends[-1]))
        which = int(np.searchsorted(self._ends, place, side="right"))
        take = self._takes[which]
        before = self._config.motion_frames
        start = place - (int(self._ends[which - 1]) if which else 0) + before
        rest = int(rng.integers(len(take)))
        face = take.face
        return (
            take.latents[rest],
            face.embedding,
            face.located,
            face.masks,
            take.latents[start : start + self._frames],
            take.latents[start - before : start],
            windows_of(take.heard, start, self._frames, self._config.audio_window),
        )
