"""Which phone sounds when in the recordings of a set: one .npz of segments per recording."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.train.corpus.align import Aligner, Segment, read_mono
from engine.train.corpus.recordings import read_analysis
from engine.train.corpus.speech import Sentence, dictionary


def write_segments(segments: Sequence[Segment], target: Path) -> None:
    """Arrays only, written beside and renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(
            file,
            labels=np.array([s.label for s in segments], dtype="U8"),
            words=np.array([s.word for s in segments], dtype="U32"),
            spans=np.array([(s.start_s, s.end_s) for s in segments], dtype=np.float64).reshape(-1, 2),
        )
    beside.replace(target)


def read_segments(path: Path) -> tuple[Segment, ...]:
    """What `write_segments` wrote."""
    with np.load(path, allow_pickle=False) as data:
        return tuple(
            Segment(str(label), float(start), float(end), str(word))
            for label, (start, end), word in zip(data["labels"], data["spans"], data["words"], strict=True)
        )


def sentences(work: Path, set_name: str, but: frozenset[str] = frozenset()) -> Iterator[Sentence]:
    """The aligned and analysed recordings of a set, in name order, without those named in `but`."""
    for path in sorted((work / "aligned" / set_name).glob("*.npz")):
        segments = read_segments(path)
        analysis = work / "analysed" / set_name / path.name
        if segments and analysis.exists() and path.stem not in but:
            yield Sentence(path.stem, segments, read_analysis(analysis))


def transcripts(folder: Path) -> dict[str, str]:
    """Text by name of recording, from `transcripts.csv`."""
    with (folder / "transcripts.csv").open(encoding="utf-8") as file:
        return {Path(row["file"]).stem: row["text"] for row in csv.DictReader(file)}


def align_english(folder: Path, work: Path, set_name: str) -> int:
    """Align English sentences with PocketSphinx; how many worked (the others are left empty)."""
    aligner = Aligner(dictionary())
    done = 0
    texts: Mapping[str, str] = transcripts(folder)
    for name, text in texts.items():
        target = work / "aligned" / set_name / f"{name}.npz"
        if not target.exists():
            write_segments(aligner.align(*read_mono(folder / f"{name}.opus"), text), target)
        done += bool(read_segments(target))
    return done
