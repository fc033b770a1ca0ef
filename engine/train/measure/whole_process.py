"""How long one command takes, and how much memory, as a whole process on as many cores as the targets are for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from engine.errors import MelismaError

CORES = 2
"""What the targets are for; a machine with more lends these."""
_ROOT = Path(__file__).resolve().parents[3]
# Starts the program on two cores, notes when it first tells of progress, and reads its peak memory: a process so
# small that its own, which the child inherits, is nothing.
_WATCH = """
import json, os, subprocess, sys, time
try:
    import resource
except ImportError:
    resource = None
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[1])])
started = time.monotonic()
child = subprocess.Popen(sys.argv[3:], stdout=open(sys.argv[2], "w"), stderr=subprocess.PIPE, text=True)
first, said = None, ""
for line in child.stderr:
    if first is None and " of " in line:
        first = time.monotonic() - started
    said = (said + line)[-500:]
code = child.wait()
wall_s = time.monotonic() - started
unit = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit if resource else None
print(json.dumps([wall_s, peak, first, code, said]))
"""


class Watched(NamedTuple):
    """`peak_gb`: largest resident memory in 10^9 bytes, None where the system does not tell; `answer`: its stdout."""

    wall_s: float
    peak_gb: float | None
    first_progress_s: float | None
    answer: str


def watch_melisma(words: Sequence[str]) -> Watched:
    """Run `melisma` with these words.  Raises `MelismaError` when it fails."""
    program = [sys.executable, "-m", "gui.cli.main", *words]
    paths = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as folder:
        answer = Path(folder) / "stdout"
        watch = subprocess.run(
            [sys.executable, "-S", "-c", _WATCH, str(CORES), str(answer), *program],
            cwd=_ROOT,
            env=as_a_user() | {"PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=True,
        )
        said_out = answer.read_text(encoding="utf-8")
    wall_s, peak, first, code, said = json.loads(watch.stdout)
    if code != 0:
        raise MelismaError(f"melisma {words[0]} ended with {code}: {said.strip()}")
    return Watched(wall_s, None if peak is None else peak / 1e9, first, said_out)


def as_a_user() -> dict[str, str]:
    """Our environment without what `melisma bench` tells the allocator for trainings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
