"""The graph by which a voice listens: log-mel, f0 and speaker in, conditioning out (decision 0007).

Self-supervised encoder, lyrics-U, melody-U, place-U, enhanced condition encoder and prior as one.  Attention works in
blocks, so a long recording costs as much per second as a short one.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from engine.codec.log_mel import FLOOR, MEL_BANDS
from engine.export.graphs import export_graph
from engine.train.networks.condition import ConditionEncoder
from engine.train.unlabelled.encoders import UEncoders
from engine.train.unlabelled.listener import Listener
from engine.train.unlabelled.local import with_local_attention

LISTENING = "listening.onnx"
INPUTS = ("mel", "f0", "speaker")
OUTPUTS = ("h_cond", "mu")


class ListeningGraph(nn.Module):
    """mel [1, 80, T], f0 [1, T] (Hz, 0 where unvoiced), speaker [1, T, speakers] -> h_cond [1, H, T], mu [1, D, T]."""

    def __init__(self, listener: Listener, encoders: UEncoders, condition: ConditionEncoder) -> None:
        super().__init__()
        self.listener = with_local_attention(listener)
        self.encoders = with_local_attention(encoders)
        self.condition = cast(ConditionEncoder, with_local_attention(condition))

    def forward(self, mel: Tensor, f0: Tensor, speaker: Tensor) -> tuple[Tensor, Tensor]:
        heard = self.encoders(self.listener(mel), f0)
        h_cond, mu = self.condition.from_frames(heard.lyrics + heard.melody + heard.place, speaker)
        return h_cond, mu


def export_listening(listener: Listener, encoders: UEncoders, condition: ConditionEncoder, path: Path) -> float:
    """Write `path`, weights in half precision; the largest relative difference from PyTorch.

    Raises `AssertionError` when ONNX Runtime and PyTorch differ, see `export_graph`.
    """
    graph = ListeningGraph(listener, encoders, condition)
    dynamic = {"mel": {2: "frames"}, "f0": {1: "frames"}, "speaker": {1: "frames"}}
    dynamic |= {name: {2: "frames"} for name in OUTPUTS}
    inputs = sample_listening_inputs(condition.speakers.num_embeddings)
    return export_graph(graph, inputs, OUTPUTS, dynamic, path)


def sample_listening_inputs(speakers: int, frames: int = 131) -> dict[str, Tensor]:
    """Made-up inputs of the right shapes: an odd number of frames, unvoiced stretches, a blend of speakers."""
    generator = torch.Generator().manual_seed(0)
    floor = float(torch.log(torch.tensor(FLOOR)))
    mel = (torch.randn(1, MEL_BANDS, frames, generator=generator) * 2 - 5).clamp(min=floor)
    f0 = 220.0 * torch.exp2(torch.rand(1, frames, generator=generator) * 2 - 1)
    f0[:, 20:35] = 0
    return {"mel": mel, "f0": f0, "speaker": torch.full((1, frames, speakers), 1.0 / speakers)}
