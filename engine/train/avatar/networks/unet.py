"""The two U-Nets: one looks at the face at rest, the other takes noise off its motion."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from engine.train.avatar.networks.blocks import (
    SETTLED,
    DenoisingLayer,
    Portrait,
    ReferenceLayer,
    TimeEmbedding,
    Told,
    Upsample,
    per_frame,
)
from engine.train.avatar.networks.config import GROUPS, SingerConfig
from engine.train.avatar.networks.spectral import SelfAdaptiveFilter

MakeLayer = Callable[[int, int, int, int], nn.Module]
"""(inputs, outputs, level, number within the level) -> a layer."""


def _down(config: SingerConfig, make: MakeLayer) -> tuple[nn.ModuleList, nn.ModuleList, list[int]]:
    """Layers by level, what halves the picture between two, and the channels of everything kept for the way up."""
    levels, halvings, kept = nn.ModuleList(), nn.ModuleList(), [config.channels[0]]
    inputs = config.channels[0]
    for level, outputs in enumerate(config.channels):
        layers = nn.ModuleList()
        for number in range(config.layers):
            layers.append(make(inputs, outputs, level, number))
            inputs = outputs
            kept.append(outputs)
        levels.append(layers)
        if level < len(config.channels) - 1:
            halvings.append(nn.Conv2d(outputs, outputs, 3, stride=2, padding=1))
            kept.append(outputs)
    return levels, halvings, kept


def _up(config: SingerConfig, make: MakeLayer, kept: list[int], lowest: int) -> tuple[nn.ModuleList, nn.ModuleList]:
    """Layers by level from the deepest up to `lowest`, and what doubles the picture between two."""
    levels, doublings = nn.ModuleList(), nn.ModuleList()
    inputs = config.channels[-1]
    for level in reversed(range(lowest, len(config.channels))):
        layers = nn.ModuleList()
        for number in range(config.layers + 1):
            layers.append(make(inputs + kept.pop(), config.channels[level], level, number))
            inputs = config.channels[level]
        levels.append(layers)
        if level > lowest:
            doublings.append(Upsample(inputs))
    return levels, doublings


class DenoisingNet(nn.Module):
    """z_t -> what of it is not noise, told of time, sound and face; frames are folded into the batch."""

    def __init__(self, config: SingerConfig) -> None:
        super().__init__()
        self.config = config
        first, deepest = config.channels[0], config.channels[-1]
        embedding = 4 * first

        def make(inputs: int, outputs: int, level: int, _: int) -> nn.Module:
            return DenoisingLayer(config, inputs, outputs, level, config.spatial[level], embedding)

        self.time = TimeEmbedding(embedding)
        self.hear = nn.Linear(config.audio_tokens * config.context, embedding)
        self.input = nn.Conv2d(config.latent_channels, first, 3, padding=1)
        self.down, self.halvings, kept = _down(config, make)
        self.middle = DenoisingLayer(config, deepest, deepest, len(config.channels) - 1, True, embedding)
        self.filter = SelfAdaptiveFilter(deepest) if config.sfm else nn.Identity()
        self.up, self.doublings = _up(config, make, kept, 0)
        self.norm = nn.GroupNorm(GROUPS, first, SETTLED)
        self.output = nn.Conv2d(first, config.latent_channels, 3, padding=1)
        for parameter in self.output.parameters():
            nn.init.zeros_(parameter)

    def forward(
        self, z_t: Tensor, t: Tensor, audio: Tensor, portrait: Portrait, masks: Tensor, scales: Tensor
    ) -> Tensor:
        """z_t [B, C, F, H, W], t [B], audio [B, F, M, D], masks [B or 1, 3, H, W], scales [3] -> as z_t."""
        batch, frames = z_t.shape[0], z_t.shape[2]
        told = self._told(t, audio, portrait, masks, scales)
        x = self.input(z_t.transpose(1, 2).flatten(0, 1))
        skips = [x]
        for level, layers in enumerate(self.down):
            for layer in cast(nn.ModuleList, layers):
                x = layer(x, told)
                skips.append(x)
            if level < len(self.halvings):
                x = self.halvings[level](x)
                skips.append(x)
        x = self.filter(self.middle(x, told))
        for level, layers in enumerate(self.up):
            for layer in cast(nn.ModuleList, layers):
                x = layer(torch.cat((x, skips.pop()), dim=1), told)
            if level < len(self.doublings):
                x = self.doublings[level](x)
        x = self.output(nn.functional.silu(self.norm(x)))
        return x.unflatten(0, (batch, frames)).transpose(1, 2)

    def _told(self, t: Tensor, audio: Tensor, portrait: Portrait, masks: Tensor, scales: Tensor) -> Told:
        frames = audio.shape[1]
        heard = audio.flatten(0, 1)
        embedding = nn.functional.silu(per_frame(self.time(t), frames) + self.hear(heard.flatten(1)))
        by_level = []
        for level in range(len(self.config.channels)):
            smaller = (nn.functional.avg_pool2d(masks, 1 << level) if level else masks).flatten(2)
            by_level.append(smaller if masks.shape[0] == 1 else per_frame(smaller, frames))
        bank = [per_frame(kept, frames) for kept in portrait.bank]
        return Told(embedding, per_frame(portrait.faces, frames), heard, by_level, scales, bank)


class ReferenceNet(nn.Module):
    """The same U-Net without noise, time and sound, over the face at rest; gives one bank tensor per spatial attention
    of the denoising network, in its order, and is not built beyond the last of them.
    """

    def __init__(self, config: SingerConfig) -> None:
        super().__init__()
        self.fold = config.reference_side // config.side
        lowest = config.spatial.index(True)

        def make(inputs: int, outputs: int, level: int, _: int) -> nn.Module:
            return ReferenceLayer(config, inputs, outputs, config.spatial[level])

        def make_up(inputs: int, outputs: int, level: int, number: int) -> nn.Module:
            last = level == lowest and number == config.layers
            return ReferenceLayer(config, inputs, outputs, config.spatial[level], last)

        deepest = config.channels[-1]
        self.input = nn.Conv2d(config.reference_channels * self.fold**2, config.channels[0], 3, padding=1)
        self.down, self.halvings, kept = _down(config, make)
        self.middle = ReferenceLayer(config, deepest, deepest, True)
        self.up, self.doublings = _up(config, make_up, kept, lowest)

    def forward(self, reference: Tensor, faces: Tensor) -> tuple[Tensor, ...]:
        """reference [B, C, S, S] from -1 to 1, faces [B, K, D] -> the bank: [B, L, C'] each."""
        bank: list[Tensor] = []
        x = self.input(nn.functional.pixel_unshuffle(reference, self.fold))
        skips = [x]
        for level, layers in enumerate(self.down):
            for layer in cast(nn.ModuleList, layers):
                x = layer(x, faces, bank)
                skips.append(x)
            if level < len(self.halvings):
                x = self.halvings[level](x)
                skips.append(x)
        x = self.middle(x, faces, bank)
        for level, layers in enumerate(self.up):
            for layer in cast(nn.ModuleList, layers):
                x = layer(torch.cat((x, skips.pop()), dim=1), faces, bank)
            if level < len(self.doublings):
                x = self.doublings[level](x)
        return tuple(bank)


def bank_shapes(config: SingerConfig) -> list[tuple[int, int]]:
    """(places, channels) of each bank tensor, in order."""
    levels = [((config.side >> level) ** 2, width) for level, width in enumerate(config.channels)]
    seen = [shape for shape, spatial in zip(levels, config.spatial, strict=True) if spatial]
    down = [shape for shape in seen for _ in range(config.layers)]
    up = [shape for shape in reversed(seen) for _ in range(config.layers + 1)]
    return [*down, levels[-1], *up]
