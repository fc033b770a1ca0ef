"""What is heard and known of a vocal -> tokens for every picture.  Trained, as the paper's audio encoder is."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.train.avatar.networks.blocks import SETTLED
from engine.train.avatar.networks.config import GROUPS, SENSES, STREAM_COLUMNS, STREAMS, SingerConfig

_KERNEL = 3
_FAST_DILATIONS = (1, 2, 4)
_SLOW_DILATIONS = (1, 2, 1)


class Heard(NamedTuple):
    """One window of a vocal, T = frames + 2 margins pictures long.

    bands [B, T, 4, 40]: `engine.avatar.features.hear`.  streams [B, T, 46]: the columns of `STREAMS` side by side.
    present [B, 6]: 1 for each of `SENSES` that is known, 0 for what to pass over, whatever its columns hold.
    """

    bands: Tensor
    streams: Tensor
    present: Tensor


class AudioEncoder(nn.Module):
    """Convolutions over the steps of the sound, then over pictures, where the streams join; one step in either is at
    most a few pictures away from what it hears.
    """

    columns: Tensor

    def __init__(self, config: SingerConfig) -> None:
        super().__init__()
        self.config = config
        width, (_, steps, bands) = config.audio_channels, config.bands_shape
        owners = [number for number, stream in enumerate(STREAMS, 1) for _ in range(stream.columns)]
        self.register_buffer("columns", torch.tensor(owners), persistent=False)
        self.input = nn.Conv1d(bands, width, _KERNEL, padding=1)
        self.fast = nn.ModuleList(_Convolution(width, dilation) for dilation in _FAST_DILATIONS)
        self.pool = nn.Conv1d(width, width, steps, stride=steps)
        self.known = nn.Conv1d(STREAM_COLUMNS + len(SENSES), width, 1)
        self.slow = nn.ModuleList(_Convolution(width, dilation) for dilation in _SLOW_DILATIONS)
        self.output = nn.Linear(width, config.audio_tokens * config.context)
        self.norm = nn.LayerNorm(config.context)

    def forward(self, heard: Heard) -> Tensor:
        """-> [B, F, M, D]: tokens of the pictures between the margins."""
        present = heard.present[:, None]
        sound = (heard.bands * present[..., :1, None]).flatten(1, 2).transpose(1, 2)
        x = self.input(sound)
        for layer in self.fast:
            x = layer(x)
        streams = heard.streams * present[..., self.columns]
        flags = present.expand(-1, streams.shape[1], -1)
        x = self.pool(x) + self.known(torch.cat((streams, flags), dim=2).transpose(1, 2))
        for layer in self.slow:
            x = layer(x)
        margin, frames = self.config.margin, self.config.frames
        tokens = self.output(x[..., margin : margin + frames].transpose(1, 2))
        return self.norm(tokens.unflatten(2, (self.config.audio_tokens, self.config.context)))


class _Convolution(nn.Module):
    """Norm, SiLU, dilated convolution, SiLU, pointwise convolution; residual.  [B, C, T]."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, channels, SETTLED)
        self.wide = nn.Conv1d(channels, channels, _KERNEL, padding=dilation, dilation=dilation)
        self.point = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.wide(nn.functional.silu(self.norm(x)))
        return x + self.point(nn.functional.silu(y))
