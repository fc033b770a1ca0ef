"""SINGER as two ONNX graphs: one that looks at a face once, one that every step of sampling asks."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from engine.export.graphs import export_graph
from engine.train.avatar.networks.audio_encoder import Heard
from engine.train.avatar.networks.blocks import Portrait
from engine.train.avatar.networks.config import SENSES, STREAM_COLUMNS, SingerConfig
from engine.train.avatar.networks.singer import Singer
from engine.train.avatar.networks.unet import bank_shapes

REFERENCE_GRAPH, MOTION_GRAPH = "reference.onnx", "motion.onnx"


class ReferenceGraph(nn.Module):
    """reference [1, C, S, S] -> faces [1, K, D], bank_0 [1, L, C'], bank_1, ..."""

    def __init__(self, singer: Singer) -> None:
        super().__init__()
        self.singer = singer

    def forward(self, reference: Tensor) -> tuple[Tensor, ...]:
        portrait = self.singer.look(reference)
        return (portrait.faces, *portrait.bank)


class MotionGraph(nn.Module):
    """z_t [1, C, F, H, W], t [1], bands, streams, present, scales [3], faces, bank_0, ... -> denoised, as z_t."""

    def __init__(self, singer: Singer) -> None:
        super().__init__()
        self.singer = singer

    def forward(
        self,
        z_t: Tensor,
        t: Tensor,
        bands: Tensor,
        streams: Tensor,
        present: Tensor,
        scales: Tensor,
        faces: Tensor,
        *bank: Tensor,
    ) -> Tensor:
        heard, portrait = Heard(bands, streams, present), Portrait(faces, bank)
        return self.singer.denoise(z_t, t, heard, portrait, scales=scales)


def export_singer(singer: Singer, folder: Path) -> float:
    """reference.onnx and motion.onnx, batch 1; the larger of their differences from PyTorch.

    Raises `AssertionError` as `export_graph` does.
    """
    config = singer.config
    inputs = sample_inputs(config)
    banks = [name for name in inputs if name.startswith("bank_")]
    reference = {"reference": inputs.pop("reference")}
    looked = export_graph(ReferenceGraph(singer), reference, ("faces", *banks), {}, folder / REFERENCE_GRAPH)
    moved = export_graph(MotionGraph(singer), inputs, ("denoised",), {}, folder / MOTION_GRAPH)
    return max(looked, moved)


def sample_inputs(config: SingerConfig) -> dict[str, Tensor]:
    """Made-up inputs of both graphs, of the right shapes."""
    generator = torch.Generator().manual_seed(0)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(1, *shape, generator=generator)

    side = config.side
    inputs = {
        "reference": drawn(config.reference_channels, config.reference_side, config.reference_side),
        "z_t": drawn(config.latent_channels, config.frames, side, side),
        "t": torch.tensor([0.7]),
        "bands": drawn(*config.bands_shape).abs(),
        "streams": drawn(config.heard_frames, STREAM_COLUMNS),
        "present": torch.ones(1, len(SENSES)),
        "scales": torch.ones(3),
        "faces": drawn(config.face_tokens, config.context),
    }
    inputs |= {f"bank_{number}": drawn(*shape) for number, shape in enumerate(bank_shapes(config))}
    return inputs
