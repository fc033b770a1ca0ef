"""The encoders of HiddenSinger-U: what is sung and on which pitch, heard instead of read.

Lyrics-U reads self-supervised features, melody-U reads f0 in 128 bins; FFT blocks, as their paired twins.  Place-U
stands in for the frame features of the paired path (distance from a phone's ends, exact f0): of unlabelled audio
nobody knows where a phone ends, so it is told nothing and has to hear it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.train.config import GeneratorConfig
from engine.train.networks.condition import FRAME_REACH, Stack

F0_BINS = 128
LOWEST_HZ, HIGHEST_HZ = 65.0, 1320.0
UNVOICED = 0
PLACE_KERNEL = 9
"""Frames that place-U convolves over, twice."""


class Heard(NamedTuple):
    """What the three say of every frame, [B, H, T] each."""

    lyrics: Tensor
    melody: Tensor
    place: Tensor

    def frames(self) -> Tensor:
        """Their sum: what the enhanced condition encoder is given."""
        return self.lyrics + self.melody + self.place


def f0_bins(f0: Tensor) -> Tensor:
    """f0 [...] in Hz -> int64: 0 where it is unvoiced (0 Hz), else 1 to 128, 0.41 semitones each."""
    octaves = torch.log2(f0.clamp(min=1.0) / LOWEST_HZ) / math.log2(HIGHEST_HZ / LOWEST_HZ)
    bins = 1 + torch.round(octaves * (F0_BINS - 1)).clamp(0, F0_BINS - 1)
    return torch.where(f0 > 0, bins, torch.zeros_like(bins)).to(torch.int64)


class UEncoders(nn.Module):
    """Self-supervised features [B, W, T] and f0 [B, T] -> `Heard`, in the widths of a generator."""

    def __init__(self, config: GeneratorConfig, width: int) -> None:
        super().__init__()
        hidden, pad = config.hidden, PLACE_KERNEL // 2
        self.lyrics_input = nn.Conv1d(width, hidden, 1)
        self.lyrics_encoder = Stack(config, config.token_layers, FRAME_REACH, local=True)
        self.bins = nn.Embedding(F0_BINS + 1, hidden)
        self.melody_encoder = Stack(config, config.token_layers, FRAME_REACH, local=True)
        self.place = nn.Sequential(
            nn.Conv1d(width + 2, hidden, PLACE_KERNEL, padding=pad),
            nn.GELU(approximate="tanh"),
            nn.Conv1d(hidden, hidden, PLACE_KERNEL, padding=pad),
            nn.GELU(approximate="tanh"),
            nn.Conv1d(hidden, hidden, 1),
        )

    def forward(self, features: Tensor, f0: Tensor) -> Heard:
        mask = torch.ones_like(f0)
        lyrics = self.lyrics_encoder(self.lyrics_input(features), mask)
        melody = self.melody_encoder(self.bins(f0_bins(f0)).transpose(1, 2), mask)
        voiced = (f0 > 0).to(features.dtype)
        octaves = voiced * torch.log2(f0.clamp(min=40.0) / 220.0)
        place = self.place(torch.cat([features, octaves[:, None], voiced[:, None]], dim=1))
        return Heard(lyrics, melody, place)


def begin_like(encoders: UEncoders, condition: Mapping[str, Tensor]) -> None:
    """Give the two encoders the weights of their paired twins (a condition encoder's state), where they fit.

    Their attention reaches farther over frames than over tokens, so the biases by distance begin at zero.
    """
    own = encoders.state_dict()
    for name in own:
        twin = condition.get(name)
        if twin is not None and twin.shape == own[name].shape:
            own[name].copy_(twin)
