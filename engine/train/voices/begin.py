"""A new codec that begins with what another voice's codec learned: weights are taken over where shapes fit.

Larger layers take the old weights into their first rows and columns; layers that are new begin as if they were
not there.  Codebooks begin with the data: k-means, one after the other, each on what those before it leave.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from engine.export.graphs import stored_weights
from engine.train.networks.blocks import ConvNeXtBlock, WaveNetLayer, silence
from engine.train.networks.codec import Codec
from engine.train.networks.rvq import Codebook

_MATRIX = re.compile(r"onnx::MatMul_\d+")
KMEANS_ROUNDS = 6


def begin_codec(codec: Codec, package: Path) -> int:
    """Take over encoder and decoder of a voice package; how many tensors were."""
    weights = _of_package(package)
    _new_layers_silent(codec, weights)
    state = codec.state_dict()
    taken = 0
    for name, found in weights.items():
        if name in state and state[name].ndim == found.ndim:
            state[name] = _placed(name, state[name], torch.tensor(found))
            taken += 1
    codec.load_state_dict(state)
    return taken


def _of_package(package: Path) -> dict[str, np.ndarray]:
    weights = stored_weights(package / "encoder.onnx")
    decoder = stored_weights(package / "decoder.onnx")
    matrices = sorted((name for name in decoder if _MATRIX.fullmatch(name)), key=lambda n: int(n.split("_")[1]))
    for index, name in enumerate(matrices):  # the exporter transposes the weights of linear layers and renames them
        layer = f"decoder.layers.{index // 2}.{('widen', 'narrow')[index % 2]}.weight"
        decoder[layer] = np.ascontiguousarray(decoder.pop(name).T)
    return weights | decoder


def _new_layers_silent(codec: Codec, weights: Mapping[str, np.ndarray]) -> None:
    for index, layer in enumerate(codec.encoder.layers):
        if f"encoder.layers.{index}.output.weight" not in weights:
            silence(cast(WaveNetLayer, layer).output)
    for index, block in enumerate(codec.decoder.layers):
        if f"decoder.layers.{index}.scale" not in weights:
            torch.nn.init.constant_(cast(ConvNeXtBlock, block).scale, 1e-3)


def _placed(name: str, new: Tensor, old: Tensor) -> Tensor:
    """`old` in the first corner of `new`; the decoder's two pitch inputs stay its last ones."""
    placed = new.clone()
    if name == "decoder.input.weight":
        pitch = 2
        placed[:, : old.shape[1] - pitch] = old[:, :-pitch]
        placed[:, -pitch:] = old[:, -pitch:]
        return placed
    placed[tuple(slice(size) for size in old.shape)] = old
    return placed


@torch.no_grad()
def begin_codebooks(codec: Codec, latents: Tensor) -> None:
    """Codebooks from latents [N, D] of the corpus, N well above the number of entries."""
    residual = latents
    for module in codec.quantizer.codebooks:
        book = cast(Codebook, module)
        entries = residual[torch.randperm(len(residual))[: len(book.entries)]].clone()
        for _ in range(KMEANS_ROUNDS):
            codes = _nearest(residual, entries)
            count = torch.bincount(codes, minlength=len(entries)).to(residual.dtype)
            total = torch.zeros_like(entries).index_add_(0, codes, residual)
            used = count > 0
            entries[used] = total[used] / count[used, None]
        count = torch.bincount(_nearest(residual, entries), minlength=len(entries)).to(residual.dtype)
        share = count * (512 / len(residual))
        book.entries.copy_(entries)
        book.usage.copy_(share.clamp(min=0.1))
        book.sums.copy_(entries * book.usage[:, None])
        book.started.fill_(True)
        residual = residual - entries[_nearest(residual, entries)]


def _nearest(x: Tensor, entries: Tensor) -> Tensor:
    parts = [((entries**2).sum(1) - 2 * part @ entries.t()).argmin(1) for part in x.split(4096)]
    return torch.cat(parts)
