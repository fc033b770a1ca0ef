"""Element-wise work in one pass: PyTorch's own compiler, where the machine has what it needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import torch

_COMPILERS = ("g++", "clang++", "c++")
P = ParamSpec("P")
R = TypeVar("R")


def can_fuse() -> bool:
    """Whether a C++ compiler is there, which PyTorch's compiler calls on a CPU."""
    return any(shutil.which(name) for name in _COMPILERS)


def fused(function: Callable[P, R], wanted: bool) -> Callable[P, R]:
    """`function`, compiled for the shapes it is first called with when `wanted`: same results, sooner.

    Worth it for many small operations on large arrays (a quarter of their time is left); the first call takes seconds.
    """
    compiled: Callable[P, R] = torch.compile(function) if wanted else function
    return compiled
