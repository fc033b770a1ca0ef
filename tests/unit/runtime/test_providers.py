"""Every way to end on a device, and the sentence that goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.runtime.providers import PROVIDERS, Provider, by_name, choose, find_obstacle

_CPU, _CUDA, _COREML = "CPUExecutionProvider", "CUDAExecutionProvider", "CoreMLExecutionProvider"


def nothing(_: object) -> str:
    return ""


def test_cuda_is_taken_when_it_works() -> None:
    choice = choose("auto", [_CUDA, _CPU], nothing)
    assert choice.names == (_CUDA, _CPU)
    assert choice.reason == "CUDA is available"


def test_cuda_that_lacks_something_is_named() -> None:
    choice = choose("auto", [_CUDA, _CPU], lambda _: "libcudnn.so.9 was not found")
    assert choice.names == (_CPU,)
    assert choice.reason == "CUDA is offered by ONNX Runtime but libcudnn.so.9 was not found: using the CPU"


def test_nothing_else_is_offered() -> None:
    assert choose("auto", [_CPU], nothing).reason == "this ONNX Runtime offers no other device: using the CPU"


def test_coreml_waits_to_be_asked_for() -> None:
    assert choose("auto", [_COREML, _CPU], nothing).names == (_CPU,)
    assert choose("coreml", [_COREML, _CPU], nothing).names == (_COREML, _CPU)


def test_a_named_device_is_not_replaced_in_silence() -> None:
    assert choose("cpu", [_CUDA, _CPU], nothing).names == (_CPU,)
    with pytest.raises(InputError, match="does not offer it"):
        choose("cuda", [_CPU], nothing)
    with pytest.raises(InputError, match="no NVIDIA driver"):
        choose("cuda", [_CUDA, _CPU], lambda _: "no NVIDIA driver was found")
    with pytest.raises(InputError, match="no device called gpu"):
        choose("gpu", [_CPU], nothing)


def test_the_missing_library_is_found_by_the_loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "libonnxruntime_providers_cuda.so").touch()
    cuda = PROVIDERS[0]
    monkeypatch.setattr("engine.runtime.providers._loads", lambda _: False)
    preloads: list[int] = []

    def find(provider: Provider) -> str:
        return find_obstacle(provider, tmp_path, lambda: preloads.append(1))

    assert find(cuda) == "no NVIDIA driver was found"
    assert preloads == []
    monkeypatch.setattr("engine.runtime.providers._loads", lambda _: True)

    def load(message: str) -> None:
        raise OSError(message)

    for message, words in (
        ("libcudnn.so.9: cannot open shared object file: No such file", "libcudnn.so.9 was not found"),
        ("x.so: undefined symbol: Provider_GetHost", ""),
    ):
        monkeypatch.setattr("ctypes.CDLL", lambda _, message=message: load(message))
        assert find(cuda) == words
    assert find(by_name(_CPU)) == ""
