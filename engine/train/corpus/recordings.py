"""Sets of recordings that have no score: analysed once, kept as shards for the codec and as WORLD's parameters.

A set is a folder of sound files at any rate; every file becomes one .npz of each kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from engine.codec.harmonic import BandFilters
from engine.train.corpus.align import read_mono
from engine.train.corpus.gains import GAIN_BANDS, band_gains
from engine.train.corpus.shards import make_shard, write_shard
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.corpus.world import Analysis, analyse

SAMPLE_RATE = 48_000
LONGEST_S = 20.0
"""Only this much of a file is analysed: enough of any speaker of many."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound file of a set; `name` is unique in the set."""

    set_name: str
    name: str
    path: Path
    f0_range: tuple[float, float]


def recordings(data: Path) -> list[Recording]:
    """All recordings of the shared data that may be trained on, the voices first.  nit-song070 is for tests."""
    female, any_voice, sung = (90.0, 700.0), (71.0, 700.0), (80.0, 1100.0)
    sets = (
        ("kerstin", data / "speech" / "kerstin", "*.opus", female),
        ("yuki", data / "voicebanks" / "yuki", "*.opus", sung),
        ("berklee", data / "singing" / "berklee-vowels", "*.mp3", sung),
        ("erithacus", data / "voicebanks" / "erithacus", "*.opus", sung),
        ("kathleen", data / "speech" / "kathleen", "*.opus", female),
        ("librispeech", data / "speech" / "librispeech-slices", "**/*.opus", any_voice),
    )
    return [
        Recording(name, path.stem, path, f0_range)
        for name, folder, pattern, f0_range in sets
        for path in sorted(folder.glob(pattern))
    ]


def prepare_recordings(found: Sequence[Recording], work: Path, workers: int = 1) -> None:
    """Write `work/analysed/SET/NAME.npz` and `work/real/SET/NAME.npz` of each recording that lacks them."""
    missing = [r for r in found if not (work / "real" / r.set_name / f"{r.name}.npz").exists()]
    if workers < 2:
        for recording in missing:
            prepare_one(recording, work)
        return
    with ProcessPoolExecutor(workers) as pool:
        for _ in pool.map(prepare_one, missing, [work] * len(missing), chunksize=2):
            pass


def prepare_one(recording: Recording, work: Path) -> None:
    """Analyse one file."""
    samples = read_48k(recording.path)[: int(LONGEST_S * SAMPLE_RATE)]
    analysis = analyse(samples, SAMPLE_RATE, UNIT_HOP_LENGTH, recording.f0_range)
    write_analysis(analysis, work / "analysed" / recording.set_name / f"{recording.name}.npz")
    gains = band_gains(analysis, BandFilters(SAMPLE_RATE, UNIT_HOP_LENGTH, GAIN_BANDS))
    shard = make_shard(recording.name, samples, analysis.f0, gains, UNIT_HOP_LENGTH)
    write_shard(shard, work / "real" / recording.set_name)


def read_48k(path: Path) -> np.ndarray:
    """Samples float64 [T], mono, at 48 kHz."""
    samples, rate = read_mono(path)
    return samples if rate == SAMPLE_RATE else soxr.resample(samples, rate, SAMPLE_RATE)


def write_analysis(analysis: Analysis, target: Path) -> None:
    """Arrays only, written beside and renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(
            file,
            f0=analysis.f0.astype(np.float32),
            envelope=analysis.envelope.astype(np.float32),
            aperiodicity=analysis.aperiodicity.astype(np.float32),
        )
    beside.replace(target)


def read_analysis(path: Path) -> Analysis:
    """What `write_analysis` wrote."""
    with np.load(path, allow_pickle=False) as data:
        return Analysis(data["f0"], data["envelope"], data["aperiodicity"])


def analysed(work: Path, set_name: str) -> Iterator[tuple[str, Analysis]]:
    """(name, parameters) of every analysed recording of a set, in name order."""
    for path in sorted((work / "analysed" / set_name).glob("*.npz")):
        yield path.stem, read_analysis(path)
