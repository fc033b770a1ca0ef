"""What lyrics-U is fed: the features of a self-supervised encoder, of perturbed audio while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.train.unlabelled.heard import Clip
from engine.train.unlabelled.listener import Listener
from engine.train.unlabelled.perturb import perturbed

Cut = tuple[Clip, int]
"""A clip and the frame at which a window begins."""


class Ear(Protocol):
    """A frozen encoder."""

    @property
    def width(self) -> int:
        """Channels of the features."""

    def hear(self, cuts: Sequence[Cut], frames: int, rng: np.random.Generator | None) -> Tensor:
        """Features [B, W, frames]; perturbed by `rng`, as they are without."""


class ListenerEar:
    """The shipped encoder on log-mels; windows that reach past their clip's end hear silence."""

    def __init__(self, listener: Listener, device: str = "cpu") -> None:
        self.listener = listener.eval().to(device).requires_grad_(False)
        self._device = device

    @property
    def width(self) -> int:
        """See `Ear`."""
        return self.listener.width

    @torch.no_grad()
    def hear(self, cuts: Sequence[Cut], frames: int, rng: np.random.Generator | None) -> Tensor:
        """See `Ear`."""
        mels = [self._mel(clip, start, frames, rng) for clip, start in cuts]
        features: Tensor = self.listener(torch.from_numpy(np.stack(mels)).to(self._device))
        return features

    def _mel(self, clip: Clip, start: int, frames: int, rng: np.random.Generator | None) -> np.ndarray:
        there = min(frames, len(clip.f0) - start)
        mel = as_heard(clip, start, there) if rng is None else perturbed(clip, start, there, rng)
        return np.pad(mel, ((0, 0), (0, frames - there)), constant_values=float(mel.min()))


def as_heard(clip: Clip, start: int, frames: int) -> np.ndarray:
    """A window of the clip's own log-mel, float32 [80, frames]."""
    mel: np.ndarray = clip.mel[:, start : start + frames].astype(np.float32)
    return mel
