"""Small files to bounce, and the bounce of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.audio import Audio, read_audio, write_audio
from engine.jobs import JobContext
from plugin_host.rendergraph import BounceRequest, BounceResult, bounce
from tests.unit.rendergraph.sounds import RATE


def write(path: Path, samples: np.ndarray, rate: int = RATE, at: int | None = None, text: str = "") -> Path:
    write_audio(
        Audio(samples.astype(np.float32), rate), path, subtype="FLOAT", time_reference_samples=at, description=text
    )
    return path


def impulse(length: int, at: int, channels: int = 1) -> np.ndarray:
    sound = np.zeros((channels, length), np.float32)
    sound[:, at] = 0.5
    return sound


def run(song: Path, out: Path, **more: object) -> tuple[np.ndarray, BounceResult]:
    request = replace(BounceRequest(song, out, subtype="FLOAT", tail_s=0.0), **more)
    result = bounce(request, JobContext())
    return read_audio(out).samples, result
