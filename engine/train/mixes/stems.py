"""The real songs: pairs of vocals and accompaniment, brought to the rate and the files of a song folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from engine.train.mixes.writing import SAMPLE_RATE, SongRow, song_exists, write_song

HELD_OUT = frozenset({"hydrogen", "lithium"})
"""Never trained on: the two in the middle of the five by level of the vocals."""


def make_stems(data: Path, out: Path) -> Iterator[SongRow]:
    """Write every song of `data`/stems that `out` lacks; a row for each that stands."""
    for path in sorted((data / "stems").glob("*.vocals.opus")):
        name = path.name.split(".")[0]
        if not song_exists(out, name):
            vocals, accompaniment = read_stereo(path), read_stereo(path.with_name(f"{name}.accompaniment.opus"))
            frames = min(len(vocals), len(accompaniment))
            write_song(out, name, vocals[:frames], accompaniment[:frames])
        seconds = sf.info(out / name / "vocals.flac").duration
        yield SongRow(name, "stems", "held" if name in HELD_OUT else "train", round(seconds, 2), f"stems/{name}")


def read_stereo(path: Path) -> np.ndarray:
    """Samples float32 [N, 2] at the songs' rate."""
    samples, rate = sf.read(path, dtype="float32", always_2d=True)
    stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]
    return stereo if rate == SAMPLE_RATE else soxr.resample(stereo, rate, SAMPLE_RATE)
