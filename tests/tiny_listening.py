"""A listening network of a few weights, so that the tiny voice can sing after recordings.

It understands nothing: what it hears moves its conditioning, over a few frames to either side, and so do f0 and
speaker.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.codec.log_mel import MEL_BANDS
from engine.models import load_manifest
from engine.models.manifest import VoiceManifest, dump_manifest

LISTENING = "listening.onnx"
KERNEL = 5


def add_listening(folder: Path, hidden: int = 16, latent_dim: int = 8, speakers: int = 2, seed: int = 11) -> None:
    """Write `listening.onnx` into a voice's folder and name it in the manifest."""
    path = folder / LISTENING
    onnx.save(_model(hidden, latent_dim, speakers, np.random.default_rng(seed)), str(path))
    manifest = load_manifest(folder / "manifest.json")
    assert isinstance(manifest, VoiceManifest)
    files = {**manifest.files, LISTENING: hashlib.sha256(path.read_bytes()).hexdigest()}
    dump_manifest(replace(manifest, files=files), folder / "manifest.json")


def _model(hidden: int, latent_dim: int, speakers: int, rng: np.random.Generator) -> onnx.ModelProto:
    def weight(name: str, *shape: int, scale: float) -> onnx.TensorProto:
        return numpy_helper.from_array(rng.normal(0, scale, shape).astype(np.float32), name)

    def port(name: str, *shape: int | str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    inputs = MEL_BANDS + 1 + speakers
    weights = [
        weight("to_h", hidden, inputs, KERNEL, scale=0.02),
        weight("to_mu", latent_dim, hidden, 1, scale=0.4),
        numpy_helper.from_array(np.array([1], np.int64), "axis"),
        numpy_helper.from_array(np.array(0.001, np.float32), "per_hz"),
        numpy_helper.from_array(np.array(4.0, np.float32), "speaker_gain"),
    ]
    nodes = [
        helper.make_node("Mul", ["f0", "per_hz"], ["small"]),
        helper.make_node("Unsqueeze", ["small", "axis"], ["pitch"]),
        helper.make_node("Transpose", ["speaker"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("Mul", ["turned", "speaker_gain"], ["who"]),
        helper.make_node("Concat", ["mel", "pitch", "who"], ["all"], axis=1),
        helper.make_node("Conv", ["all", "to_h"], ["raw"], pads=[KERNEL // 2, KERNEL // 2]),
        helper.make_node("Tanh", ["raw"], ["h_cond"]),
        helper.make_node("Conv", ["h_cond", "to_mu"], ["mu"]),
    ]
    ports_in = [port("mel", 1, MEL_BANDS, "T"), port("f0", 1, "T"), port("speaker", 1, "T", speakers)]
    ports_out = [port("h_cond", 1, hidden, "T"), port("mu", 1, latent_dim, "T")]
    graph = helper.make_graph(nodes, "listening", ports_in, ports_out, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
