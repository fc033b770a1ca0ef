"""Real ONNX Runtime on models of a few nodes."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import Cancelled, MelismaError
from engine.jobs import CancelToken
from engine.runtime import choose_providers, default_threads, hear_loads, load_session, probe, runtime_version

onnx = pytest.importorskip("onnx")
_FLOAT, _INT, _BOOL = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64, onnx.TensorProto.BOOL
_port, _node = onnx.helper.make_tensor_value_info, onnx.helper.make_node


def save(path: Path, nodes: list[Any], inputs: list[Any], outputs: list[Any]) -> Path:
    graph = onnx.helper.make_graph(nodes, "tiny", inputs, outputs)
    opsets = [onnx.helper.make_opsetid("", 13)]
    path.write_bytes(onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())
    return path


@pytest.fixture
def adder(tmp_path: Path) -> Path:
    nodes = [_node("Add", ["a", "b"], ["total"]), _node("Neg", ["total"], ["minus"])]
    ports = [_port("a", _FLOAT, ["n"]), _port("b", _FLOAT, ["n"])]
    return save(tmp_path / "adder.onnx", nodes, ports, [_port(name, _FLOAT, ["n"]) for name in ("total", "minus")])


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A loop of matrix products, as often as `count` says."""
    square = [300, 300]
    body = onnx.helper.make_graph(
        [_node("MatMul", ["x", "x"], ["xx"]), _node("Tanh", ["xx"], ["y"]), _node("Identity", ["go"], ["on"])],
        "body",
        [_port("i", _INT, []), _port("go", _BOOL, []), _port("x", _FLOAT, square)],
        [_port("on", _BOOL, []), _port("y", _FLOAT, square)],
    )
    loop = _node("Loop", ["count", "", "start"], ["end"], body=body)
    inputs = [_port("count", _INT, []), _port("start", _FLOAT, square)]
    return save(tmp_path / "endless.onnx", [loop], inputs, [_port("end", _FLOAT, square)])


def test_outputs_by_name(adder: Path) -> None:
    session = load_session(adder, threads=1)
    ones = np.ones(4, dtype=np.float32)
    outputs = session.run({"a": ones, "b": 2 * ones})
    assert session.input_names == ("a", "b")
    assert list(outputs) == ["total", "minus"]
    np.testing.assert_array_equal(outputs["minus"], -3 * ones)


def test_the_device_in_use_is_asked_not_assumed(adder: Path) -> None:
    session = load_session(adder, choose_providers("cpu"))
    assert session.reason == "the CPU was asked for"
    assert session.provider.device == "cpu"
    device, reason = probe()
    assert device in ("cpu", "cuda", "directml")
    assert reason
    assert runtime_version().startswith("onnxruntime")
    assert default_threads() >= 1


def test_whoever_wants_hears_of_each_model_that_is_loaded(adder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.session._hearers", [])
    heard: list[tuple[Path, str]] = []
    hear_loads(lambda path, loaded: heard.append((path, loaded.provider.device)))
    probe("cpu")
    assert heard == []  # a test on the way to a choice is no model
    load_session(adder, choose_providers("cpu"))
    with pytest.raises(MelismaError):
        load_session(adder.with_name("none.onnx"))
    assert heard == [(adder, "cpu")]


def test_nothing_is_printed(adder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_session(adder, ("CUDAExecutionProvider", "CPUExecutionProvider")).run(
        {name: np.ones(1, dtype=np.float32) for name in "ab"}
    )
    probe()
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_loaded_or_run(tmp_path: Path, adder: Path) -> None:
    with pytest.raises(MelismaError, match="missing"):
        load_session(tmp_path / "none.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"not a model")
    with pytest.raises(MelismaError, match=r"broken\.onnx cannot be loaded"):
        load_session(tmp_path / "broken.onnx")
    with pytest.raises(MelismaError, match=r"adder\.onnx could not be run"):
        load_session(adder).run({"a": np.ones(2, dtype=np.float32)})


def test_a_cancel_stops_a_running_model(endless: Path) -> None:
    session, token = load_session(endless, threads=1), CancelToken()
    inputs = {"count": np.array(10**9), "start": np.ones((300, 300), dtype=np.float32)}
    cancelled_at: list[float] = []

    def cancel() -> None:
        cancelled_at.append(time.monotonic())
        token.cancel()

    timer = threading.Timer(0.1, cancel)
    timer.start()
    with pytest.raises(Cancelled):
        session.run(inputs, token)
    assert time.monotonic() - cancelled_at[0] < 10  # usually milliseconds; the model would run for hours
    timer.join()
    with pytest.raises(Cancelled):  # and a cancelled token lets nothing begin
        session.run(inputs, token)
