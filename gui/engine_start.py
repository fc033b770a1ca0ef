"""How the engine's process is started: with what, how often, and what it is at."""

from __future__ import annotations

import enum
import os
import sys
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from PyQt6.QtCore import QProcessEnvironment

import engine

COMMAND = (sys.executable, "-m", "engine.host")
MOST_STARTS, STARTS_WITHIN_S = 3, 60.0


class EngineState(enum.StrEnum):
    """`STOPPED`: none runs, and none is started until somebody asks for it, or a while has passed."""

    STARTING = "starting"
    READY = "ready"
    STOPPED = "stopped"


class Starts:
    """When it was started of late; one that keeps dying is left alone for a while."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=MOST_STARTS)

    def allowed(self) -> bool:
        """Whether it may be started once more now."""
        return len(self._times) < MOST_STARTS or time.monotonic() - self._times[0] >= STARTS_WITHIN_S

    def count(self) -> None:
        """It is started now."""
        self._times.append(time.monotonic())

    def use_up(self) -> None:
        """No more for a while."""
        self._times.extend([time.monotonic()] * MOST_STARTS)

    def forget(self) -> None:
        """As if it had never been."""
        self._times.clear()


def environment(more: Mapping[str, str]) -> QProcessEnvironment:
    """As ours, with `more`; a checkout that is not installed is found too, wherever the window was started."""
    made = QProcessEnvironment.systemEnvironment()
    for name, value in more.items():
        if not made.contains(name):
            made.insert(name, value)
    root = Path(engine.__file__).parents[1]
    if root.name not in ("site-packages", "dist-packages"):
        told = made.value("PYTHONPATH")
        made.insert("PYTHONPATH", os.pathsep.join(filter(None, (str(root), told))))
    made.insert("PYTHONIOENCODING", "utf-8")
    return made
