"""The networks of a voice as ONNX graphs.

What the run time should not have to know is folded in: latents are normalised at every door, the
decoder quantises them first (HiddenSinger decodes z_q), h_cond's sizes are the graph's own business.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from engine.runtime import load_session
from engine.singing.conditions import FRAME_FEATURES
from engine.train.networks.codec import Codec
from engine.train.networks.condition import ConditionEncoder
from engine.train.networks.denoiser import Denoiser
from engine.train.networks.rvq import Codebook

OPSET = 17
HALF, BYTES, SCALE = "_half", "_bytes", "_scale"
"""Ends of the names under which shrunk weights are stored."""
LARGE = 512
"""Weights with more elements than this are stored in half precision, or in bytes."""


class EncoderGraph(nn.Module):
    """Log spectrogram [1, bins, T] -> normalised latents [1, D, T]."""

    mean: Tensor
    std: Tensor

    def __init__(self, codec: Codec, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.encoder = codec.encoder
        self.register_buffer("mean", mean[None, :, None])
        self.register_buffer("std", std[None, :, None])

    def forward(self, spectrogram: Tensor) -> Tensor:
        return (self.encoder(spectrogram) - self.mean) / self.std


class DecoderGraph(nn.Module):
    """Normalised latents [1, D, T], f0 [1, T] -> log gains [1, S, bands] of both filters.

    Codebooks are constants of the graph, so they stay in full precision: rounded, other entries would be chosen.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, codec: Codec, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.codebooks = [cast(Codebook, book).entries for book in codec.quantizer.codebooks]
        self.decoder = codec.decoder
        self.register_buffer("mean", mean[None, :, None])
        self.register_buffer("std", std[None, :, None])

    def forward(self, latents: Tensor, f0: Tensor) -> tuple[Tensor, Tensor]:
        residual = (latents * self.std + self.mean)[0].transpose(0, 1)
        quantized = torch.zeros_like(residual)
        for entries in self.codebooks:
            distance = (entries**2).sum(1) - 2 * torch.matmul(residual, entries.t())
            chosen = entries[distance.argmin(dim=1)]
            quantized = quantized + chosen
            residual = residual - chosen
        harmonic, noise = self.decoder(quantized.transpose(0, 1)[None], f0)
        return harmonic, noise


class ConditionGraph(nn.Module):
    """The condition encoder for one phrase, without masks."""

    def __init__(self, condition: ConditionEncoder) -> None:
        super().__init__()
        self.condition = condition

    def forward(
        self,
        phones: Tensor,
        keys: Tensor,
        durations: Tensor,
        tempi: Tensor,
        phone_of_frame: Tensor,
        features: Tensor,
        speaker: Tensor,
    ) -> tuple[Tensor, Tensor]:
        mask = torch.ones_like(phones, dtype=torch.float32)
        h_cond, mu = self.condition(phones, keys, durations, tempi, mask, phone_of_frame, features, speaker)
        return h_cond, mu


class VoicesConditionGraph(nn.Module):
    """The same for a voice of several: `speaker` float [1, T, speakers], `languages` int64 [1, P]."""

    def __init__(self, condition: ConditionEncoder) -> None:
        super().__init__()
        self.condition = condition

    def forward(
        self,
        phones: Tensor,
        keys: Tensor,
        durations: Tensor,
        tempi: Tensor,
        phone_of_frame: Tensor,
        features: Tensor,
        speaker: Tensor,
        languages: Tensor,
    ) -> tuple[Tensor, Tensor]:
        mask = torch.ones_like(phones, dtype=torch.float32)
        tokens = (phones, keys, durations, tempi, mask)
        h_cond, mu = self.condition(*tokens, phone_of_frame, features, speaker, languages)
        return h_cond, mu


def export_graph(
    network: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    dynamic: Mapping[str, Mapping[int, str]],
    path: Path,
    tolerance: float = 2e-2,
    keep_names: bool = False,
    in_bytes: bool = False,
) -> float:
    """Write `network` to `path`, weights in half precision, and compare; the largest relative difference.

    `in_bytes`: large weights of two or more axes as whole numbers of -127 to 127, with a scale for each output: half
    of half the size, for networks whose errors are larger than that rounding.

    `keep_names`: fold nothing here (ONNX Runtime folds when it loads), so that every weight keeps its name and
    shape and can be read back for more training.

    Raises `AssertionError` when ONNX Runtime and PyTorch differ by more than `tolerance` of the output's spread.
    """
    network = network.eval()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={k: dict(v) for k, v in dynamic.items()},
            opset_version=OPSET,
            do_constant_folding=not keep_names,
            dynamo=False,
        )
    _shrink_weights(path, in_bytes)
    return _parity(network, inputs, outputs, path, tolerance)


def _shrink_weights(path: Path, in_bytes: bool) -> None:
    """Store large weights small and widen them when the model loads; ONNX Runtime does that once."""
    model = onnx.load(str(path))
    nodes, scales = [], []
    for tensor in model.graph.initializer:
        values, name = numpy_helper.to_array(tensor), tensor.name
        if values.dtype != np.float32 or values.size <= LARGE:
            continue
        if in_bytes and values.ndim > 1:
            whole, scale = as_bytes(values)
            tensor.CopyFrom(numpy_helper.from_array(whole, name + BYTES))
            scales.append(numpy_helper.from_array(scale, name + SCALE))
            nodes.append(helper.make_node("Cast", [name + BYTES], [name + "_wide"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [name + "_wide", name + SCALE], [name]))
        else:
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + HALF))
            nodes.append(helper.make_node("Cast", [name + HALF], [name], to=TensorProto.FLOAT))
    nodes += model.graph.node
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(scales)
    model.producer_name, model.producer_version = "melisma", ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def as_bytes(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(int8 as `values`, float32 scale [N, 1, ...]) whose product is nearest to `values` [N, ...]."""
    largest = np.abs(values).reshape(len(values), -1).max(axis=1)
    scale = (np.maximum(largest, 1e-12) / 127).astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
    return np.round(values / scale).astype(np.int8), scale


def stored_weights(path: Path) -> dict[str, np.ndarray]:
    """Every initializer of a graph that `export_graph` wrote, by the name it had, as float32 where it was shrunk."""
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(str(path)).graph.initializer}
    weights = {}
    for name, array in arrays.items():
        if name.endswith(SCALE) and name.removesuffix(SCALE) + BYTES in arrays:
            continue
        if name.endswith(BYTES):
            plain = name.removesuffix(BYTES)
            weights[plain] = array.astype(np.float32) * arrays[plain + SCALE]
        elif name.endswith(HALF):
            weights[name.removesuffix(HALF)] = array.astype(np.float32)
        else:
            weights[name] = array
    return weights


def _parity(
    network: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str], path: Path, tolerance: float
) -> float:
    with torch.no_grad():
        expected = network(*inputs.values())
    expected = expected if isinstance(expected, tuple) else (expected,)
    found = load_session(path, ("CPUExecutionProvider",)).run({k: v.numpy() for k, v in inputs.items()})
    worst = 0.0
    for name, theirs in zip(outputs, expected, strict=True):
        spread = float(theirs.std()) + 1e-6
        difference = float(np.abs(found[name] - theirs.numpy()).mean()) / spread
        worst = max(worst, difference)
        if not difference < tolerance:
            raise AssertionError(f"{path.name}: {name} differs by {difference:.2e} of its spread from PyTorch")
    return worst


def sample_condition_inputs(num_phones: int, tokens: int = 12, frames: int = 90) -> dict[str, Tensor]:
    """Made-up inputs of the right shapes."""
    generator = torch.Generator().manual_seed(0)
    return {
        "phones": torch.randint(num_phones, (1, tokens), generator=generator),
        "keys": torch.randint(50, 80, (1, tokens), generator=generator),
        "durations": torch.randint(64, (1, tokens), generator=generator),
        "tempi": torch.full((1, tokens), 20),
        "phone_of_frame": torch.arange(frames)[None] * tokens // frames,
        "features": torch.randn(1, frames, FRAME_FEATURES, generator=generator),
        "speaker": torch.zeros(1, dtype=torch.long),
    }


def export_condition(condition: ConditionEncoder, num_phones: int, path: Path) -> float:
    """condition.onnx"""
    token, frame = {1: "phones"}, {1: "frames"}
    dynamic = dict.fromkeys(("phones", "keys", "durations", "tempi"), token)
    dynamic |= {"phone_of_frame": frame, "features": frame, "h_cond": {2: "frames"}, "mu": {2: "frames"}}
    inputs = sample_condition_inputs(num_phones)
    if condition.languages is None:
        return export_graph(ConditionGraph(condition), inputs, ("h_cond", "mu"), dynamic, path)
    frames, tokens = inputs["features"].shape[1], inputs["phones"].shape[1]
    inputs["speaker"] = torch.full((1, frames, condition.speakers.num_embeddings), 0.5)
    inputs["languages"] = torch.zeros(1, tokens, dtype=torch.long)
    dynamic |= {"speaker": frame, "languages": token}
    return export_graph(VoicesConditionGraph(condition), inputs, ("h_cond", "mu"), dynamic, path)


def export_denoiser(denoiser: Denoiser, hidden: int, latent_dim: int, path: Path) -> float:
    """denoiser.onnx"""
    generator = torch.Generator().manual_seed(0)
    inputs = {
        "z_t": torch.randn(1, latent_dim, 90, generator=generator),
        "mu": torch.randn(1, latent_dim, 90, generator=generator),
        "h_cond": torch.randn(1, hidden, 90, generator=generator),
        "t": torch.tensor([0.4]),
    }
    dynamic = {name: {2: "frames"} for name in ("z_t", "mu", "h_cond", "denoised")}
    return export_graph(denoiser, inputs, ("denoised",), dynamic, path)


def export_codec(codec: Codec, mean: np.ndarray, std: np.ndarray, folder: Path) -> float:
    """encoder.onnx and decoder.onnx"""
    config = codec.config
    generator = torch.Generator().manual_seed(0)
    stats = torch.from_numpy(mean).float(), torch.from_numpy(std).float()
    bins = config.n_fft // 2 + 1
    spectrogram = torch.randn(1, bins, 90, generator=generator) * 2 - 6
    encoded = export_graph(
        EncoderGraph(codec, *stats),
        {"spectrogram": spectrogram},
        ("latents",),
        {"spectrogram": {2: "frames"}, "latents": {2: "frames"}},
        folder / "encoder.onnx",
    )
    latents = torch.randn(1, config.latent_dim, 90, generator=generator)
    decoded = export_graph(
        DecoderGraph(codec, *stats),
        {"latents": latents, "f0": torch.full((1, 90), 300.0)},
        ("harmonic", "noise"),
        {"latents": {2: "frames"}, "f0": {1: "frames"}, "harmonic": {1: "subframes"}, "noise": {1: "subframes"}},
        folder / "decoder.onnx",
        tolerance=0.1,  # two entries that are equally near: rounding chooses
    )
    return max(encoded, decoded)
