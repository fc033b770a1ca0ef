"""How long `melisma gui` takes until it is seen and until it does what a key says, and what its imports take."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from tests.bench.window.stalls import ROOT

TARGET_S = 1.5
_STEPS = ("python", "imported", "application", "made", "painted", "usable", "engine", "panels")
_OURS = ("gui", "engine", "plugin_host")
_TAKEN_APART = ("PyQt6", "numpy", "typer")


@dataclass(slots=True)
class Started:
    """Seconds from the start of the process: medians by step, and the slowest of the starts until usable."""

    where: str
    starts: int
    steps: dict[str, float]
    slowest: float


def measure(where: str, environment: Mapping[str, str], starts: int) -> Started:
    """Start it so often, after once that counts for nothing: it fills the caches of the disk."""
    told = [_start(environment) for _ in range(starts + 1)][1:]
    steps = {step: statistics.median(one[step] for one in told) for step in _STEPS}
    return Started(where, starts, steps, max(one["usable"] for one in told))


def under_xvfb(environment: Mapping[str, str], starts: int) -> Started | None:
    """On an X server without a screen; None where there is none."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    try:
        server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        return None
    finally:
        os.close(write)
    with os.fdopen(read) as numbers:
        try:
            return measure("X11 (Xvfb)", _on_screen(environment, numbers), starts)
        finally:
            server.terminate()
            server.wait()


def imports(environment: Mapping[str, str]) -> dict[str, float]:
    """Milliseconds of imports by part, as Python counts them itself (which costs a little)."""
    command = [sys.executable, "-X", "importtime", "-c", "import gui.cli.main, gui.app, gui.panels.sing"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    parts: Counter[str] = Counter()
    for own, module in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", ran.stderr):
        parts[_part(module)] += int(own)
    return {part: microseconds / 1e3 for part, microseconds in parts.most_common()}


def _start(environment: Mapping[str, str]) -> dict[str, float]:
    begun = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.window.started"]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True
    )
    return {step: at - begun for step, at in json.loads(ran.stdout).items()}


def _on_screen(environment: Mapping[str, str], numbers: IO[str]) -> dict[str, str]:
    shown = {"DISPLAY": f":{numbers.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    return dict(environment) | shown


def _part(module: str) -> str:
    first = module.partition(".")[0]
    if first in _OURS or first in _TAKEN_APART:
        return first
    return "Python itself" if first in sys.stdlib_module_names else "others"
