"""Who can sing: the speakers and voicebanks, which of them are put aside, and their recordings by WORLD."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from engine.train.mixes.bandwidth import Extension, fit_extension
from engine.train.mixes.melodize import Source, analyse_source, joined
from engine.train.mixes.writing import SAMPLE_RATE

HELD_SHARE = 12
"""One in so many speakers is put aside, by the checksum of the name."""
HELD_BANK = "erithacus"
EXTENSION_FILES = 10
MIN_SYLLABLES = 5
TRIES = 20
"""Speakers asked for syllables before giving up."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice and its recordings; `narrow`: nothing to hear above 7 kHz; `sung`: sung, not spoken."""

    name: str
    files: tuple[Path, ...]
    split: str
    narrow: bool = False
    sung: bool = False


def all_speakers(data: Path) -> list[Speaker]:
    """Every speaker and voicebank under `data`, by name."""
    found = []
    slices = data / "speech" / "librispeech-slices"
    by_name: dict[str, list[Path]] = {}
    for path in sorted(slices.rglob("*.opus")):
        by_name.setdefault(path.name.split("-")[0], []).append(path)
    for name, files in by_name.items():
        full = f"librispeech-{name}"
        found.append(Speaker(full, tuple(files), split_of(full), narrow=True))
    for name in ("kathleen", "kerstin"):
        spoken = tuple(sorted((data / "speech" / name).glob("*.opus")))
        found.append(Speaker(name, spoken, "train", narrow=name == "kerstin"))
    found.append(Speaker("yuki", tuple(sorted((data / "voicebanks" / "yuki").glob("*.opus"))), "train", sung=True))
    bank = tuple(sorted((data / "voicebanks" / HELD_BANK).rglob("*.opus")))
    found.append(Speaker(HELD_BANK, bank, "held", sung=True))
    return [s for s in found if s.files]


def split_of(name: str) -> str:
    """ "held" or "train", by the name alone."""
    return "held" if zlib.crc32(name.encode()) % HELD_SHARE == 0 else "train"


def draw_speaker(speakers: Sequence[Speaker], split: str, rng: np.random.Generator) -> Speaker:
    """The few with recordings at the full rate come as often as the many together."""
    pool = [s for s in speakers if s.split == split]
    wide, narrow = [s for s in pool if not s.narrow], [s for s in pool if s.narrow]
    chosen = wide if wide and (not narrow or rng.random() < (0.45 if len(wide) > 1 else 0.3)) else narrow
    return chosen[int(rng.integers(len(chosen)))]


def draw_singing(
    speakers: Sequence[Speaker], split: str, data: Path, syllables: int, rng: np.random.Generator
) -> tuple[Speaker, Source]:
    """A speaker whose recordings have syllables to sing, and about `syllables` of them."""
    for _ in range(TRIES):
        speaker = draw_speaker(speakers, split, rng)
        source = draw_source(speaker, data, syllables, rng)
        if source is not None:
            return speaker, source
    raise ValueError(f"no speaker of {split} has syllables to sing")


def draw_source(speaker: Speaker, data: Path, syllables: int, rng: np.random.Generator) -> Source | None:
    """Recordings of the speaker in random order, joined, with about `syllables` in all (or what there is); None
    where no recording has enough of them."""
    chosen: list[Source] = []
    held = 0
    for index in rng.permutation(len(speaker.files))[:40]:
        source = _analysed(speaker.files[index], speaker.narrow, data)
        if len(source.syllables) < (1 if speaker.sung else MIN_SYLLABLES):
            continue
        chosen.append(source)
        held += len(source.syllables)
        if held >= syllables:
            break
    return joined(chosen) if chosen else None


def read_mono(path: Path) -> np.ndarray:
    """Samples float32 [N] at the songs' rate."""
    samples, rate = sf.read(path, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    return mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE)


@lru_cache(maxsize=48)
def _analysed(path: Path, narrow: bool, data: Path) -> Source:
    source = analyse_source(read_mono(path))
    return _extension(data).apply(source) if narrow else source


@lru_cache(maxsize=1)
def _extension(data: Path) -> Extension:
    folders = (data / "speech" / "kathleen", data / "voicebanks" / "yuki")
    files = [p for folder in folders for p in sorted(folder.glob("*.opus"))[:EXTENSION_FILES]]
    return fit_extension([analyse_source(read_mono(p)) for p in files])
