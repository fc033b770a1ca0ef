"""How a training uses this machine: beside a DAW that must not stutter."""

from __future__ import annotations

import ctypes
import os
import sys
import warnings
from typing import Any

import torch

PATIENT = 10
"""Niceness: whoever plays or records comes first."""
_BELOW_NORMAL, _IDLE = 0x4000, 0x40
"""Priority classes of Windows."""


def settle(threads: int = 1) -> None:
    """Before the first network, on the thread that trains: it, and what it starts, computes so from now on."""
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    warnings.filterwarnings("ignore", message=".*weight_norm", category=FutureWarning)  # EnCodec's own affair


def let_others_first() -> None:
    """Lower the priority of this thread and those it starts; of the whole process on macOS and Windows."""
    if sys.platform == "win32":
        _lower_process()
    elif os.getpriority(os.PRIO_PROCESS, 0) < PATIENT:
        os.setpriority(os.PRIO_PROCESS, 0, PATIENT)


def _lower_process() -> None:
    windows: Any = ctypes
    kernel = windows.WinDLL("kernel32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.GetPriorityClass.argtypes = [ctypes.c_void_p]
    kernel.SetPriorityClass.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    process = kernel.GetCurrentProcess()
    if kernel.GetPriorityClass(process) not in (_BELOW_NORMAL, _IDLE):
        kernel.SetPriorityClass(process, _BELOW_NORMAL)


def has_cuda() -> bool:
    """Whether PyTorch can compute there."""
    return torch.cuda.is_available()
