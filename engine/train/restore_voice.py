"""A voice package is its own checkpoint: its graphs keep the weights, and training can go on from them.

Weights come back as the package keeps them, most in half precision.  The exporter gives some other names than PyTorch
knows: equal weights are stored once (`Identity`), matrices of linear layers are transposed and numbered, codebooks are
constants.  What is read here is put back in its place by the graph's nodes, whose names say which layer they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from engine.codec.spectrogram_codec import LOG_FLOOR
from engine.errors import InputError
from engine.export.graphs import stored_weights
from engine.models import VoiceManifest
from engine.models.registry import InstalledVoice
from engine.train.config import CodecConfig, GeneratorConfig, VoiceConfig
from engine.train.generator import Generator
from engine.train.networks.codec import Codec
from engine.train.networks.rvq import Codebook

Weights = dict[str, NDArray[np.float32]]
_GRAPHS = ("condition.onnx", "denoiser.onnx", "encoder.onnx", "decoder.onnx")


@dataclass(frozen=True, slots=True, eq=False)
class RestoredVoice:
    """Networks of a package, in evaluation mode; `mean`, `std` [D] of its latents."""

    config: VoiceConfig
    codec: Codec
    generator: Generator
    mean: NDArray[np.float32]
    std: NDArray[np.float32]


def restore_voice(voice: InstalledVoice) -> RestoredVoice:
    """Raises `InputError` when the package is of another kind than `engine.export.voice` writes."""
    try:
        return _restored(voice)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:
        what = f"The networks of the voice {voice.manifest.id} cannot be trained on ({error})."
        raise InputError(what.replace("\n", " "), "Choose another base voice.", option="base") from error


def _restored(voice: InstalledVoice) -> RestoredVoice:
    condition, denoiser, encoder, decoder = (graph_weights(voice.path(name)) for name in _GRAPHS)
    books = codebooks(voice.path("decoder.onnx"))
    config = VoiceConfig(
        _codec_config(voice.manifest, encoder, decoder, books),
        _generator_config(voice.manifest, _below(condition, "condition."), denoiser),
    )
    codec = Codec(config.codec)
    _fill(codec.encoder, _below(encoder, "encoder."))
    _fill(codec.decoder, _below(decoder, "decoder."))
    for book, entries in zip(codec.quantizer.codebooks, books, strict=True):
        _set_entries(cast(Codebook, book), torch.from_numpy(entries))
    generator = Generator(config.generator, config.codec.latent_dim)
    _fill(generator.condition, _below(condition, "condition."))
    _fill(generator.denoiser, denoiser)
    mean, std = (encoder[name].reshape(-1).copy() for name in ("mean", "std"))
    return RestoredVoice(config, codec.eval(), generator.eval(), mean, std)


def graph_weights(path: Path) -> Weights:
    """Weights of a graph that `export_graph` wrote, by the names that PyTorch has for them."""
    weights: Weights = {name: array for name, array in stored_weights(path).items() if array.dtype == np.float32}
    for node in onnx.load(str(path)).graph.node:
        if node.op_type == "Identity" and node.input[0] in weights:
            weights[node.output[0]] = weights[node.input[0]]
        elif node.op_type == "MatMul" and node.input[1] in weights:
            weights[f"{_module(node.name)}.weight"] = np.ascontiguousarray(weights[node.input[1]].T)
    return weights


def codebooks(path: Path) -> list[NDArray[np.float32]]:
    """Entries [cardinality, D] of every codebook of a decoder's graph, in order."""
    graph = onnx.load(str(path)).graph
    constants = dict(_constants(graph))
    nearest = [node.output[0] for node in graph.node if node.op_type == "ArgMin"]
    tables = {n.input[1]: n.input[0] for n in graph.node if n.op_type == "Gather" and n.input[1] in nearest}
    return [constants[tables[index]].astype(np.float32) for index in nearest]


def _constants(graph: Any) -> Iterator[tuple[str, np.ndarray]]:
    for tensor in graph.initializer:
        yield tensor.name, numpy_helper.to_array(tensor)
    for node in graph.node:
        if node.op_type == "Constant":
            yield from ((node.output[0], numpy_helper.to_array(a.t)) for a in node.attribute if a.name == "value")


def _module(node: str) -> str:
    """`/decoder/layers/layers.0/widen/MatMul` is of `decoder.layers.0.widen`: lists repeat their own name."""
    parts = node.strip("/").split("/")[:-1]
    return ".".join(p for i, p in enumerate(parts) if i + 1 == len(parts) or not parts[i + 1].startswith(p + "."))


def _below(weights: Mapping[str, NDArray[np.float32]], prefix: str) -> Weights:
    return {name.removeprefix(prefix): array for name, array in weights.items() if name.startswith(prefix)}


def _fill(network: torch.nn.Module, weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Every weight must be there.  Raises `KeyError`, or `RuntimeError` for other shapes."""
    network.load_state_dict({name: torch.tensor(weights[name]) for name in network.state_dict()})


def _set_entries(book: Codebook, entries: torch.Tensor) -> None:
    book.entries.copy_(entries)
    book.sums.copy_(entries)
    book.started.fill_(True)


def _codec_config(manifest: VoiceManifest, encoder: Weights, decoder: Weights, books: list[Any]) -> CodecConfig:
    stated = manifest.settings["codec"]
    convolution = encoder["encoder.layers.0.convolution.weight"]
    return CodecConfig(
        sample_rate=manifest.sample_rate,
        hop_length=manifest.hop_length,
        n_fft=int(stated["n_fft"]),
        encoder_channels=convolution.shape[1],
        encoder_layers=_count(encoder, "encoder.layers."),
        encoder_kernel=convolution.shape[2],
        latent_dim=int(stated["latent_dim"]),
        num_codebooks=len(books),
        cardinality=len(books[0]),
        decoder_channels=decoder["decoder.input.weight"].shape[0],
        decoder_layers=_count(decoder, "decoder.layers."),
        bands=int(stated["bands"]),
        subframes=int(stated["subframes"]),
        log_floor=float(stated.get("log_floor", LOG_FLOOR)),
    )


def _generator_config(manifest: VoiceManifest, condition: Weights, denoiser: Weights) -> GeneratorConfig:
    languages = condition.get("languages.weight")
    widen = condition["enhanced_encoder.layers.0.widen.weight"]
    schedule = manifest.settings["schedule"]
    return GeneratorConfig(
        num_phones=len(condition["phones.weight"]),
        num_speakers=len(condition["speakers.weight"]),
        num_languages=0 if languages is None else len(languages),
        hidden=widen.shape[1],
        filter=widen.shape[0],
        kernel=widen.shape[2],
        heads=len(condition["enhanced_encoder.layers.0.attention.bias"]),
        token_layers=_count(condition, "lyrics_encoder.layers."),
        frame_layers=_count(condition, "enhanced_encoder.layers."),
        denoiser_channels=denoiser["input.weight"].shape[0],
        denoiser_layers=_count(denoiser, "layers."),
        beta_0=float(schedule["beta_0"]),
        beta_1=float(schedule["beta_1"]),
    )


def _count(weights: Weights, prefix: str) -> int:
    """How many layers there are below `prefix`."""
    return 1 + max(int(name.removeprefix(prefix).split(".")[0]) for name in weights if name.startswith(prefix))
