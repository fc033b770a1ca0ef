"""How long separation takes, and how much memory, as whole processes; beside it HTDemucs' network."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engine.train.measure.progress import Report
from engine.train.measure.separation import Sound
from engine.train.measure.whole_process import CORES, as_a_user, watch_melisma
from engine.train.mixes.songs import SAMPLE_RATE

LENGTHS_S, LONG_S = (30, 300), 3600
_HTDEMUCS = Path(__file__).with_name("htdemucs_speed.py")


@dataclass(frozen=True, slots=True)
class TimedRun:
    """One process from start to end: `factor` is its time over the song's, `peak_gb` its largest resident memory in
    10^9 bytes (None where the system does not tell), `first_progress_s` when it first reported progress."""

    song_s: int
    wall_s: float
    factor: float
    peak_gb: float | None
    first_progress_s: float | None


def measure_isolation(
    separator: str, material: Sound, with_hour: bool, demucs_python: str, report: Report
) -> dict[str, Any]:
    """`runs` on songs tiled from `material` [2, N], `htdemucs` on the shortest of them (or why not), the machine."""
    load_before = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    lengths = (*LENGTHS_S, LONG_S) if with_hour else LENGTHS_S
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as name:
        folder = Path(name)
        runs, shortest = [], _tiled(material, LENGTHS_S[0], folder)
        report("Timing HTDemucs' network", 0, 1)
        htdemucs = _htdemucs(shortest, demucs_python)
        for number, song_s in enumerate(lengths):
            report(f"Timing {song_s} s, whole process", number, len(lengths))
            runs.append(_run(separator, _tiled(material, song_s, folder), song_s, folder / f"out-{song_s}"))
    return {
        "runs": [asdict(run) for run in runs],
        "htdemucs": htdemucs,
        "cores": min(CORES, os.cpu_count() or CORES),
        "load_before": load_before,
    }


def _tiled(material: Sound, song_s: int, folder: Path) -> Path:
    """A 16-bit file of `song_s` seconds, the material again and again; written second by second."""
    path = folder / f"mix-{song_s}.wav"
    if not path.is_file():
        with soundfile.SoundFile(str(path), "w", SAMPLE_RATE, len(material), "PCM_16") as file:
            for second in range(song_s):
                places = np.arange(second * SAMPLE_RATE, (second + 1) * SAMPLE_RATE)
                file.write(material.take(places, axis=1, mode="wrap").T)
    return path


def _run(separator: str, mix: Path, song_s: int, out: Path) -> TimedRun:
    """`melisma isolate` as a process of its own."""
    out.mkdir()
    words = ["isolate", str(mix), "--out", str(out), "--separator", separator, "--device", "cpu"]
    watched = watch_melisma(words)
    for path in out.iterdir():
        path.unlink()  # an hour's stems are two gigabytes
    return TimedRun(song_s, watched.wall_s, watched.wall_s / song_s, watched.peak_gb, watched.first_progress_s)


def _htdemucs(mix: Path, python: str) -> dict[str, Any]:
    """`factor` (seconds per second of song), `weights` and `threads`, or `skipped` with the reason."""
    command: Sequence[str] = (python, str(_HTDEMUCS), str(mix), str(CORES))
    try:
        done = subprocess.run(command, env=as_a_user(), capture_output=True, text=True, check=False)
    except OSError as error:
        return {"skipped": f"{python} cannot be started: {error.strerror}"}
    if done.returncode:
        return {"skipped": (done.stderr.strip().splitlines() or ["it said nothing"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found
