"""A latent-diffusion separator of a few kilobytes whose result is known: the real path, in tests, at once.

Its latents are the samples themselves, its conditioner says what the middle of the stereo picture is, and its
denoiser knows the velocity that leads there from any noise.  So the guide is the middle, (L + R) / 2 on both sides,
and the refiner gives `REFINED` of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.models import MANIFEST_NAME, ModelId, SeparatorManifest, dump_manifest, file_sha256

SEPARATOR_ID = "tiny-separator"
REFINED = 0.5
SAMPLE_RATE = 44_100
HOP = 32
LATENT_DIM = 2 * HOP
N_FFT = 512
STFT_HOP = 128
SEGMENT = 8192
OVERLAP = 2048
BINS = N_FFT // 2 + 1
_OPSET, _IR = 17, 8

Port = tuple[str, Sequence[Any]]


def make(folder: Path, separator_id: str = SEPARATOR_ID, **settings: Any) -> Path:
    """Write the separator to `folder`; `settings` replace those of its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in graphs().items():
        onnx.checker.check_model(model)
        onnx.save(model, str(folder / name))
    manifest = SeparatorManifest(
        id=ModelId(separator_id),
        name="Tiny",
        kind="latent-diffusion",
        version="1",
        stem="vocals",
        sample_rate=SAMPLE_RATE,
        hop_length=HOP,
        licence="CC0-1.0",
        files={name: file_sha256(folder / name) for name in sorted(graphs())},
        settings={
            "latent_dim": LATENT_DIM,
            "n_fft": N_FFT,
            "stft_hop_length": STFT_HOP,
            "segment_samples": SEGMENT,
            "overlap_samples": OVERLAP,
            "num_steps": 3,
            "eta": 0.0,
            "refine": "mask",
        }
        | settings,
    )
    dump_manifest(manifest, folder / MANIFEST_NAME)
    return folder


def graphs() -> dict[str, onnx.ModelProto]:
    """All five, by file name."""
    return {
        "encoder.onnx": _encoder(),
        "conditioner.onnx": _conditioner(),
        "denoiser.onnx": _denoiser(),
        "decoder.onnx": _decoder(),
        "refiner.onnx": _refiner(),
    }


def _encoder() -> onnx.ModelProto:
    nodes = [
        helper.make_node("Reshape", ["audio", "framed"], ["frames"]),
        helper.make_node("Transpose", ["frames"], ["turned"], perm=[0, 1, 3, 2]),
        helper.make_node("Reshape", ["turned", "flat"], ["latents"]),
    ]
    shapes = {"framed": [1, 2, -1, HOP], "flat": [1, LATENT_DIM, -1]}
    return _model(nodes, [("audio", [1, 2, "N"])], [("latents", [1, LATENT_DIM, "T"])], shapes)


def _decoder() -> onnx.ModelProto:
    nodes = [
        helper.make_node("Reshape", ["latents", "split"], ["turned"]),
        helper.make_node("Transpose", ["turned"], ["frames"], perm=[0, 1, 3, 2]),
        helper.make_node("Reshape", ["frames", "flat"], ["audio"]),
    ]
    shapes = {"split": [1, 2, HOP, -1], "flat": [1, 2, -1]}
    return _model(nodes, [("latents", [1, LATENT_DIM, "T"])], [("audio", [1, 2, "N"])], shapes)


def _conditioner() -> onnx.ModelProto:
    nodes = [
        helper.make_node("Reshape", ["mix_latents", "split"], ["sides"]),
        helper.make_node("ReduceMean", ["sides"], ["middle"], axes=[1], keepdims=1),
        helper.make_node("Concat", ["middle", "middle"], ["both"], axis=1),
        helper.make_node("Reshape", ["both", "flat"], ["c0"]),
    ]
    for level in (1, 2, 3):
        pool = {"kernel_shape": [2], "strides": [2]}
        nodes.append(helper.make_node("AveragePool", [f"c{level - 1}"], [f"c{level}"], **pool))
    shapes = {"split": [1, 2, HOP, -1], "flat": [1, LATENT_DIM, -1]}
    return _model(nodes, [("mix_latents", [1, LATENT_DIM, "T"])], _levels(), shapes)


def _denoiser() -> onnx.ModelProto:
    """v = (alpha z - z_0) / beta, from z = alpha z_0 + beta noise and v = alpha noise - beta z_0."""
    nodes = [
        helper.make_node("Mul", ["sigma", "half_pi"], ["phi"]),
        helper.make_node("Cos", ["phi"], ["alpha"]),
        helper.make_node("Sin", ["phi"], ["beta"]),
        helper.make_node("Mul", ["z_t", "alpha"], ["signal"]),
        helper.make_node("Sub", ["signal", "c0"], ["difference"]),
        helper.make_node("Div", ["difference", "beta"], ["velocity"]),
    ]
    inputs = [("z_t", [1, LATENT_DIM, "T"]), ("sigma", [1]), *_levels()]
    half_pi = numpy_helper.from_array(np.array([np.pi / 2], np.float32), "half_pi")
    return _model(nodes, inputs, [("velocity", [1, LATENT_DIM, "T"])], {}, [half_pi])


def _refiner() -> onnx.ModelProto:
    """`mix` is taken in and counts nothing."""
    nodes = [
        helper.make_node("Mul", ["mix", "nothing"], ["gone"]),
        helper.make_node("Mul", ["guide", "share"], ["kept"]),
        helper.make_node("Add", ["gone", "kept"], ["vocals"]),
    ]
    numbers = [
        numpy_helper.from_array(np.array([value], np.float32), name)
        for name, value in (("nothing", 0.0), ("share", REFINED))
    ]
    spectrum = [1, 4, BINS, "F"]
    return _model(nodes, [("mix", spectrum), ("guide", spectrum)], [("vocals", spectrum)], {}, numbers)


def _levels() -> list[Port]:
    return [(f"c{level}", [1, LATENT_DIM, f"T{level}"]) for level in range(4)]


def _model(
    nodes: list[Any],
    inputs: Sequence[Port],
    outputs: Sequence[Port],
    shapes: dict[str, list[int]],
    numbers: Sequence[Any] = (),
) -> onnx.ModelProto:
    constants = [numpy_helper.from_array(np.array(shape, np.int64), name) for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "tiny", _ports(inputs), _ports(outputs), [*constants, *numbers])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)


def _ports(ports: Sequence[Port]) -> list[Any]:
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in ports]
