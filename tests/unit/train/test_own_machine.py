"""A training leaves the machine to others."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("torch")

from engine.train.own import machine


class Call:
    """A function of a library of C."""

    def __init__(self, answer: int) -> None:
        self.answer, self.given = answer, list[tuple[Any, ...]]()
        self.argtypes: list[Any] = []
        self.restype: Any = ctypes.c_int

    def __call__(self, *given: Any) -> int:
        self.given.append(given)
        return self.answer


@pytest.mark.parametrize(("now", "wanted"), [(0x20, [(7, 0x4000)]), (0x40, []), (0x4000, [])])
def test_on_windows_the_process_comes_after_others(
    monkeypatch: pytest.MonkeyPatch, now: int, wanted: list[tuple[int, int]]
) -> None:
    kernel = SimpleNamespace(GetCurrentProcess=Call(7), GetPriorityClass=Call(now), SetPriorityClass=Call(1))
    monkeypatch.setattr(ctypes, "WinDLL", {"kernel32": kernel}.__getitem__, raising=False)
    monkeypatch.setattr("sys.platform", "win32")
    machine.let_others_first()
    assert kernel.SetPriorityClass.given == wanted
    assert kernel.GetCurrentProcess.restype is ctypes.c_void_p  # a handle is as wide as a pointer
    assert kernel.SetPriorityClass.argtypes[0] is ctypes.c_void_p
