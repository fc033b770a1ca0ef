"""The listening networks of a package (HiddenSinger-U), taken as they are: what they say of a recording's frames.

`listening.onnx` (decision 0007) holds the listening encoders, then the enhanced condition encoder and the prior.  The
graph is cut where the enhanced encoder begins; told no speaker, what enters there is what was heard.  For the new
package the enhanced encoder, prior and speakers inside are replaced by those that have learned the new voice.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from engine.errors import MelismaError
from engine.export.graphs import HALF, stored_weights
from engine.runtime import choose_providers, load_session

GRAPH = "listening.onnx"
_FIRST = "enhanced_encoder/layers.0/"
_LEARNED = ("enhanced_encoder.", "prior.", "speakers.")

Floats = NDArray[np.float32]


class Listening:
    """Log-mel and f0 of a recording -> what the enhanced condition encoder is told of its frames."""

    def __init__(self, graph: Path) -> None:
        model = onnx.load(str(graph))
        entry = _entry(model)
        self._speakers = model.graph.input[2].type.tensor_type.shape.dim[2].dim_value
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / "frames.onnx"
            onnx.utils.extract_model(str(graph), str(part), [i.name for i in model.graph.input], [entry], False)
            self._session = load_session(part, choose_providers("cpu"), 1)
        self._entry = entry

    def frames(self, mel: Floats, f0: Floats) -> Floats:
        """[H, T] of mel [80, T] and f0 [T] in Hz, 0 where unvoiced."""
        nobody = np.zeros((1, len(f0), self._speakers), np.float32)
        told = self._session.run({"mel": mel[None], "f0": f0[None], "speaker": nobody})
        heard: Floats = told[self._entry][0]
        return heard


def _entry(model: onnx.ModelProto) -> str:
    """Name of what enters the enhanced encoder: its first block's residual, read first by that block's norm."""
    inside = [n for n in model.graph.node if _FIRST in n.name]
    made = {name for node in inside for name in node.output}
    weights = {t.name for t in model.graph.initializer} | {n.output[0] for n in model.graph.node if n.op_type in _FIXED}
    for node in inside:
        entering = [name for name in node.input if name and name not in made and name not in weights]
        if "/norm_1/" in node.name and entering:
            return str(entering[0])
    raise MelismaError("The listening graph of this voice has no enhanced encoder.", "Install the voice again.")


_FIXED = ("Cast", "Constant", "Identity")


def relearned(graph: Path, state: Mapping[str, Floats], target: Path) -> None:
    """Write `graph` to `target` with the weights of `state` (a condition encoder's) for what learned the new voice.

    Raises `MelismaError` when the graph lacks one of them.
    """
    model = onnx.load(str(graph))
    wanted = {name: value for name, value in state.items() if name.startswith(_LEARNED)}
    stored = _unshared(model.graph, stored_weights(graph))
    for name, value in wanted.items():
        known = next((n for n in stored if n == name or n.endswith("." + name)), None)
        if known is None:
            raise MelismaError(f"The listening graph of this voice has no {name}.", "Install the voice again.")
        _replace(model.graph, known, value)
    speakers = wanted["speakers.weight"]
    model.graph.input[2].type.tensor_type.shape.dim[2].dim_value = len(speakers)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def _unshared(graph: onnx.GraphProto, stored: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Weights that the exporter found equal get a value each: one may change and the other stay.  All by name."""
    weights = dict(stored)
    for index, node in enumerate(list(graph.node)):
        if node.op_type == "Identity" and node.input[0] in stored:
            name = node.output[0]
            weights[name] = stored[node.input[0]]
            graph.node.remove(node)
            graph.node.insert(index, _constant(name, weights[name]))
    return weights


def _replace(graph: onnx.GraphProto, name: str, value: Floats) -> None:
    for tensor in graph.initializer:
        if tensor.name in (name, name + HALF):
            kind = np.float16 if tensor.name.endswith(HALF) else np.float32
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value, kind), tensor.name))
            return
    for node in graph.node:
        if node.op_type == "Constant" and node.output[0] == name:
            node.CopyFrom(_constant(name, value))
            return
    raise MelismaError(
        f"The listening graph of this voice keeps {name} in bytes.", "Choose another base voice.", option="base"
    )


def _constant(name: str, value: Floats) -> onnx.NodeProto:
    array = np.ascontiguousarray(value, np.float32)
    return helper.make_node("Constant", [], [name], name=name, value=numpy_helper.from_array(array))
