"""The songs that separation is measured on: those put aside, or a folder of the user's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import Audio, read_audio, resample
from engine.errors import InputError
from engine.train.measure.progress import Report
from engine.train.measure.separation import Sound, active_seconds, free_seconds
from engine.train.mixes.songs import SAMPLE_RATE, SUFFIXES
from engine.train.mixes.writing import read_list

SYNTHETIC = "held-"
"""What the names of held songs begin with that were made for measuring; the others are real."""


@dataclass(frozen=True, slots=True)
class HeldSong:
    """`vocals` and `mixture` are files of one length; `real` when people recorded it."""

    name: str
    vocals: Path
    mixture: Path
    real: bool

    def read(self) -> tuple[Sound, Sound]:
        """(vocals, mixture), float32 [2, N] each at 44.1 kHz.  Raises `InputError` when they do not fit."""
        vocals, mixture = (_stereo(read_audio(path)) for path in (self.vocals, self.mixture))
        if abs(vocals.shape[1] - mixture.shape[1]) > SAMPLE_RATE // 10:
            raise InputError(
                f"Vocals and mixture of {self.name} are not of one length.", "Both begin and end together."
            )
        length = min(vocals.shape[1], mixture.shape[1])
        return vocals[:, :length], mixture[:, :length]


def held_songs(folder: Path, names: Collection[str]) -> list[HeldSong]:
    """Songs `names` of `folder`; without names those that its `songs.csv` puts aside, without a list all.

    Raises `InputError` for a name that is not there, or no song at all.
    """
    wanted = list(names) or _put_aside(folder) or sorted(path.name for path in folder.glob("*") if _is_song(path))
    missing = [name for name in wanted if not _is_song(folder / name)]
    if missing or not wanted:
        what = f"no song {', '.join(missing)}" if missing else "no song"
        raise InputError(f"There is {what} in {folder}.", "A song is a folder with vocals.wav and mixture.wav.")
    return [_song(folder / name) for name in wanted]


def training_songs(folder: Path) -> list[str]:
    """Names in `folder`'s list that are for training."""
    return [row.name for row in read_list(folder) if row.split == "train"]


def real_songs(folder: Path) -> list[str]:
    """Names in `folder`'s list of songs that people recorded."""
    return [row.name for row in read_list(folder) if row.kind == "stems"]


def make_songs(data: Path, folder: Path, minutes: float, report: Report) -> None:
    """Make from the shared data what `folder` lacks: the real songs, the held ones, `minutes` to train on.

    Raises `InputError` without the data.
    """
    from engine.train.mixes.make import make_mixes

    if not (data / "stems").is_dir():
        raise InputError(f"There are no stems in {data}.", "Name songs with --songs, or the shared data with --data.")
    for row in make_mixes(data, folder, minutes):
        report(f"Making songs (once): {row.name}", 0, 1)


def most_sung(vocals: Sound, seconds: int) -> slice:
    """The `seconds` with the most singing among those that also rest, if any: for excerpts and pictures."""
    sung, free = active_seconds(vocals, SAMPLE_RATE), free_seconds(vocals, SAMPLE_RATE)
    if len(sung) <= seconds:
        return slice(0, vocals.shape[1])
    window = np.ones(seconds)
    singing, resting = (np.convolve(marks, window, "valid") for marks in (sung, free))
    best = int(np.argmax(singing + (resting > 0) * 0.2 * seconds))
    return slice(best * SAMPLE_RATE, (best + seconds) * SAMPLE_RATE)


def _song(place: Path) -> HeldSong:
    vocals, mixture = _files(place)
    return HeldSong(place.name, vocals, mixture, real=not place.name.startswith(SYNTHETIC))


def _is_song(place: Path) -> bool:
    return len(_files(place)) == 2


def _files(place: Path) -> list[Path]:
    """Vocals, then mixture; what is not there is left out."""
    files = ([place / f"{stem}{suffix}" for suffix in SUFFIXES] for stem in ("vocals", "mixture"))
    return [found for paths in files for found in [next((p for p in paths if p.is_file()), None)] if found]


def _put_aside(folder: Path) -> list[str]:
    rows = sorted(read_list(folder), key=lambda row: (row.kind != "stems", row.name))
    return [row.name for row in rows if row.split == "held" and _is_song(folder / row.name)]


def _stereo(audio: Audio) -> Sound:
    samples = resample(audio, SAMPLE_RATE).samples[:2]
    return np.ascontiguousarray(np.broadcast_to(samples, (2, samples.shape[1])))
