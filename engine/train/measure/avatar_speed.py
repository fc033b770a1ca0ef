"""How fast vocals become videos, and in how much memory, as whole processes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engine.avatar.features import SAMPLE_RATE
from engine.train.measure.progress import Report
from engine.train.measure.whole_process import CORES, watch_melisma

SIZES, SONG_S, LONG_S = (256, 512), 30, 600


@dataclass(frozen=True, slots=True)
class TimedVideo:
    """`pictures_per_s`: of the whole process, from start to end; `first_picture_s`: from its start to the first that
    was drawn; `peak_gb` in 10^9 bytes, None where the system does not tell."""

    figure: str
    size: int
    song_s: int
    wall_s: float
    pictures_per_s: float
    first_picture_s: float
    peak_gb: float | None


def measure_videos(
    animator: str, material: np.ndarray, portrait: Path | None, with_long: bool, report: Report
) -> dict[str, Any]:
    """`runs` of `melisma avatar` on vocals [N] at 16 kHz: a drawn face and, if given, a portrait."""
    figures: list[tuple[str, list[str]]] = [("drawn", ["--avatar", "mira"])]
    if portrait is not None:
        figures.append(("portrait", ["--portrait", str(portrait)]))
    plans = [(name, words, size, SONG_S) for name, words in figures for size in SIZES]
    if with_long:
        plans.append((*figures[0], SIZES[0], LONG_S))
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as folder:
        runs = []
        for number, (name, words, size, song_s) in enumerate(plans):
            report("Timing whole videos", number, len(plans))
            vocals = _tiled(material, song_s, Path(folder))
            runs.append(_run(animator, name, words, size, song_s, vocals))
    return {"runs": [asdict(run) for run in runs], "cores": CORES}


def _run(animator: str, figure: str, words: Sequence[str], size: int, song_s: int, vocals: Path) -> TimedVideo:
    out = vocals.with_name("out.mp4")
    asked = ["avatar", str(vocals), "--out", str(out), "--size", str(size), *words, "--animator", animator]
    watched = watch_melisma([*asked, "--device", "cpu", "--json"])
    told = json.loads(watched.answer)
    out.unlink()
    first_s = watched.wall_s - told["elapsed_s"] + told["first_picture_s"]
    rate = told["video"]["num_frames"] / watched.wall_s
    return TimedVideo(figure, size, song_s, watched.wall_s, rate, first_s, watched.peak_gb)


def _tiled(material: np.ndarray, song_s: int, folder: Path) -> Path:
    path = folder / f"vocals-{song_s}.wav"
    if not path.is_file():
        soundfile.write(str(path), np.resize(material, song_s * SAMPLE_RATE), SAMPLE_RATE, "PCM_16")
    return path
