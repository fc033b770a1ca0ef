"""A song on disk: `NAME/vocals.flac` and `NAME/mixture.flac`, and the list of them, `songs.csv`."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import soundfile as sf

SAMPLE_RATE = 44_100
"""Hz, of everything made here."""
PEAK = 0.98
LIST_NAME = "songs.csv"


@dataclass(frozen=True, slots=True)
class SongRow:
    """What `songs.csv` says of one song; `origin` names what it was made from."""

    name: str
    kind: str
    split: str
    seconds: float
    origin: str


def levelled(vocals: np.ndarray, accompaniment: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(vocals, mixture), float [N, 2] in -1..1, both brought down by one factor where either would clip."""
    mixture = vocals + accompaniment
    peak = max(float(np.abs(mixture).max()), float(np.abs(vocals).max()), 1e-9)
    gain = min(1.0, PEAK / peak)
    return vocals * gain, mixture * gain


def song_exists(out: Path, name: str) -> bool:
    """True when the song's folder stands: it is renamed into place when whole."""
    return (out / name).is_dir()


def write_song(out: Path, name: str, vocals: np.ndarray, accompaniment: np.ndarray) -> None:
    """Write both files (16-bit FLAC) from float [N, 2], beside, then rename the folder into place."""
    if not (np.isfinite(vocals).all() and np.isfinite(accompaniment).all()):
        raise ValueError(f"{name}: samples are not finite")
    beside = out / f".{name}.part"
    beside.mkdir(parents=True, exist_ok=True)
    for stem, samples in zip(("vocals", "mixture"), levelled(vocals, accompaniment), strict=True):
        sf.write(beside / f"{stem}.flac", samples, SAMPLE_RATE, subtype="PCM_16")
    beside.replace(out / name)


def read_list(out: Path) -> list[SongRow]:
    """The rows of `songs.csv`, none where there is no list yet."""
    path = out / LIST_NAME
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            SongRow(r["name"], r["kind"], r["split"], float(r["seconds"]), r["origin"]) for r in csv.DictReader(file)
        ]


def add_to_list(out: Path, row: SongRow) -> None:
    """Put one row into `songs.csv` (in place of an older one of that name), beside and renamed."""
    rows = sorted([r for r in read_list(out) if r.name != row.name] + [row], key=lambda r: r.name)
    beside = out / f".{LIST_NAME}.part"
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(SongRow)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(r) for r in rows)
    beside.replace(out / LIST_NAME)
