"""Which device computes, and the reason in words.  Pure decisions; the looking is done by two functions below."""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError


@dataclass(frozen=True, slots=True)
class Provider:
    """`device` is our word for it, `name` ONNX Runtime's.  `automatic`: taken without being asked for."""

    device: str
    name: str
    label: str
    automatic: bool = True


CPU = Provider("cpu", "CPUExecutionProvider", "the CPU")
# Best first.  CoreML recompiles for every new length, so it waits to be asked for.
PROVIDERS = (
    Provider("cuda", "CUDAExecutionProvider", "CUDA"),
    Provider("directml", "DmlExecutionProvider", "DirectML"),
    Provider("coreml", "CoreMLExecutionProvider", "CoreML", automatic=False),
    CPU,
)
DEVICES = ("auto", *(provider.device for provider in PROVIDERS))


@dataclass(frozen=True, slots=True)
class Choice:
    """`names`: what to hand to ONNX Runtime, best first.  `reason`: one sentence for people."""

    names: tuple[str, ...]
    reason: str


def by_name(name: str) -> Provider:
    """The provider that ONNX Runtime calls `name`; one it knows and we do not is named as it is."""
    return next((provider for provider in PROVIDERS if provider.name == name), Provider(name, name, name, False))


def choose(device: str, offered: Sequence[str], obstacle: Callable[[Provider], str]) -> Choice:
    """Decide for `device`, one of `DEVICES`, among the provider names that ONNX Runtime offers.

    `obstacle(provider)` says in words what an offered provider lacks on this machine ("" when nothing).
    Raises `InputError` when a device was asked for by name and cannot be used.
    """
    if device not in DEVICES:
        raise InputError(f"There is no device called {device}.", f"Choose one of {', '.join(DEVICES)}.")
    if device == CPU.device:
        return Choice((CPU.name,), "the CPU was asked for")
    if device != "auto":
        return _asked_for(next(p for p in PROVIDERS if p.device == device), offered, obstacle)
    reasons = []
    for provider in PROVIDERS:
        if provider is CPU or not provider.automatic or provider.name not in offered:
            continue
        lacking = obstacle(provider)
        if not lacking:
            return Choice((provider.name, CPU.name), f"{provider.label} is available")
        reasons.append(f"{provider.label} is offered by ONNX Runtime but {lacking}")
    why = "; ".join(reasons) or "this ONNX Runtime offers no other device"
    return Choice((CPU.name,), f"{why}: using the CPU")


def _asked_for(provider: Provider, offered: Sequence[str], obstacle: Callable[[Provider], str]) -> Choice:
    lacking = "this ONNX Runtime does not offer it" if provider.name not in offered else obstacle(provider)
    if lacking:
        raise InputError(
            f"{provider.label} was asked for, but {lacking}.", "Use the device auto or cpu, or install what is missing."
        )
    return Choice((provider.name, CPU.name), f"{provider.label} was asked for")


def find_obstacle(provider: Provider, library_folder: Path, preload: Callable[[], None]) -> str:
    """What this machine lacks for `provider`, in words, without ONNX Runtime's noise; "" when nothing known.

    `library_folder` holds ONNX Runtime's own shared libraries; `preload` loads CUDA from Python packages, which
    costs memory and is left alone on a machine without a driver.
    """
    if provider.device != "cuda":
        return ""
    if not _loads("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"):
        return "no NVIDIA driver was found"
    preload()
    library = library_folder / "libonnxruntime_providers_cuda.so"
    missing = _missing_library(library) if library.is_file() else ""
    return f"{missing} was not found" if missing else ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _missing_library(library: Path) -> str:
    """The first shared library that `library` needs and the system lacks.

    The loader resolves libraries before symbols, so any other complaint means that all of them were found.
    """
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        found = re.match(r"(\S+\.so[.\d]*): cannot open shared object file", str(error))
        return found[1] if found else ""
    return ""
