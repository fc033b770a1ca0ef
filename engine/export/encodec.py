"""A published EnCodec as two ONNX graphs, latents normalised per channel at both doors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from encodec.modules import conv
from torch import Tensor, nn

from engine.export.graphs import export_graph
from engine.train.latent_stats import LatentStats
from engine.train.official_encodec import OfficialEncodec

_FRAMES = 75
"""Of the example that a graph of any length is traced with."""


class EncoderGraph(nn.Module):
    """audio [1, C, N], divided by its scale -> normalised latents [1, 128, N / 320]"""

    mean: Tensor
    std: Tensor

    def __init__(self, network: nn.Module, stats: LatentStats) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", stats.mean[None, :, None])
        self.register_buffer("std", stats.std[None, :, None])

    def forward(self, audio: Tensor) -> Tensor:
        return (self.network(audio) - self.mean) / self.std


class DecoderGraph(EncoderGraph):
    """normalised latents [1, 128, T] -> audio [1, C, 320 T], to be multiplied by the scale"""

    def forward(self, latents: Tensor) -> Tensor:
        audio: Tensor = self.network(latents * self.std + self.mean)
        return audio


def export_encodec(codec: OfficialEncodec, stats: LatentStats, folder: Path) -> dict[str, float]:
    """encoder.onnx and decoder.onnx in `folder`; the parity of each with PyTorch, as `export_graph` has it.

    At 24 kHz for any whole number of frames, at 48 kHz for segments of one second alone.  Scale and overlap-add
    stay outside.
    """
    fixed = codec.segment_samples is not None
    frames = codec.segment_samples // codec.hop_length if codec.segment_samples is not None else _FRAMES
    random = torch.Generator().manual_seed(0)
    audio = torch.randn(1, codec.channels, frames * codec.hop_length, generator=random)
    latents = torch.randn(1, codec.latent_dim, frames, generator=random)
    sizes: Mapping[str, Mapping[int, str]] = {"audio": {2: "samples"}, "latents": {2: "frames"}}
    dynamic: Mapping[str, Mapping[int, str]] = {} if fixed else sizes
    model = codec.model
    with whole_frames():
        encoder, decoder = EncoderGraph(model.encoder, stats), DecoderGraph(model.decoder, stats)
        return {
            "encoder": export_graph(encoder, {"audio": audio}, ("latents",), dynamic, folder / "encoder.onnx"),
            "decoder": export_graph(decoder, {"latents": latents}, ("audio",), dynamic, folder / "decoder.onnx"),
        }


@contextmanager
def whole_frames() -> Iterator[None]:
    """`encodec` fills up the last frame by an amount that tracing would make a constant of one length; whole frames
    need none.
    """
    original = conv.get_extra_padding_for_conv1d
    conv.get_extra_padding_for_conv1d = lambda *_: 0
    try:
        yield
    finally:
        conv.get_extra_padding_for_conv1d = original
