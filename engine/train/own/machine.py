"""How a training uses this machine: beside a DAW that must not stutter."""

from __future__ import annotations

import os
import sys
import warnings

import torch

PATIENT = 10
"""Niceness: whoever plays or records comes first."""


def settle(threads: int = 1) -> None:
    """Before the first network, on the thread that trains: it, and what it starts, computes so from now on."""
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    warnings.filterwarnings("ignore", message=".*weight_norm", category=FutureWarning)  # EnCodec's own affair


def let_others_first() -> None:
    """Lower the priority, where the system knows one, of this thread and those it starts; of the process on macOS."""
    if sys.platform != "win32" and os.getpriority(os.PRIO_PROCESS, 0) < PATIENT:
        os.setpriority(os.PRIO_PROCESS, 0, PATIENT)


def has_cuda() -> bool:
    """Whether PyTorch can compute there."""
    return torch.cuda.is_available()
