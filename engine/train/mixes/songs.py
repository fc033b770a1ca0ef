"""Songs with their vocals: which files belong together in a folder, and their samples kept ready on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, read_audio, resample
from engine.errors import InputError
from engine.files import written_whole

SAMPLE_RATE = 44100
SUFFIXES = (".wav", ".flac", ".aiff", ".ogg", ".opus", ".mp3")
FULL_SCALE = 32767


@dataclass(frozen=True, slots=True)
class Song:
    """`vocals` and `mixture` are files that belong together; each is the sum of its files."""

    name: str
    vocals: tuple[Path, ...]
    mixture: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Stems:
    """A song in memory-mapped samples, int16 [2, N, 2]: vocals, then accompaniment; N samples, two channels."""

    name: str
    samples: NDArray[np.int16]

    def __len__(self) -> int:
        return int(self.samples.shape[1])


def find_songs(folder: Path) -> list[Song]:
    """Every song below `folder`, by name.

    Read are `NAME/vocals.wav` + `NAME/mixture.wav` (MUSDB18-HQ has them below `train/` and `test/`), and MoisesDB's
    `ID/vocals/*.wav` beside folders of the other stems, whose sum is the mixture.  Raises `InputError` for none.
    """
    songs: dict[str, Song] = {}
    for place in sorted(_places(folder)):
        song = _flat(place) or _by_stem(place)
        if song is not None and song.name in songs:
            what = f"Two songs are called {song.name}: {songs[song.name].vocals[0].parent} and {place}."
            raise InputError(what, "Give one of the folders another name.")
        if song is not None:
            songs[song.name] = song
    if not songs:
        raise InputError(
            f"{folder} holds no songs to learn from.", "Each song is a folder with vocals.wav and mixture.wav."
        )
    return [songs[name] for name in sorted(songs)]


def open_stems(songs: Iterable[Song], cache: Path, sample_rate: int = SAMPLE_RATE) -> list[Stems]:
    """Decode what `cache` does not have yet, in stereo at `sample_rate`, and map all of it.

    Raises `InputError` for a file that is no sound.
    """
    return [_open(song, cache / f"{song.name}.npy", sample_rate) for song in songs]


def split_songs(songs: Sequence[Song], held_out: Iterable[str]) -> tuple[list[Song], list[Song]]:
    """Songs to train on, songs put aside.  Raises `InputError` for a name that is not there, or nothing left."""
    names = set(held_out)
    unknown = sorted(names - {song.name for song in songs})
    if unknown:
        raise InputError(f"There is no song called {', '.join(unknown)}.", "Names are those of the songs' folders.")
    train = [song for song in songs if song.name not in names]
    if not train:
        raise InputError("Every song is put aside, none is left to learn from.", "Put fewer aside.")
    return train, [song for song in songs if song.name in names]


def _places(folder: Path) -> Iterator[Path]:
    """Folders, links to folders too, that have something called vocals; each once, though links go in circles."""
    seen: set[str] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        if any(name.startswith("vocals") for name in (*folders, *files)):
            yield Path(place)


def _flat(place: Path) -> Song | None:
    vocals, mixture = _file(place, "vocals"), _file(place, "mixture")
    return Song(place.name, (vocals,), (mixture,)) if vocals and mixture else None


def _by_stem(place: Path) -> Song | None:
    if not (place / "vocals").is_dir():
        return None
    files = tuple(sorted(path for path in place.glob("*/*") if path.suffix.lower() in SUFFIXES))
    vocals = tuple(path for path in files if path.parent.name == "vocals")
    return Song(place.name, vocals, files) if 0 < len(vocals) < len(files) else None


def _file(place: Path, stem: str) -> Path | None:
    return next((path for suffix in SUFFIXES if (path := place / f"{stem}{suffix}").is_file()), None)


def _open(song: Song, path: Path, sample_rate: int) -> Stems:
    if not path.exists():
        vocals, mixture = _total(song.vocals, sample_rate), _total(song.mixture, sample_rate)
        length = min(len(vocals), len(mixture))
        both = np.stack([vocals[:length], mixture[:length] - vocals[:length]])
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as part:
            np.save(part, (np.clip(both, -1, 1) * FULL_SCALE).astype(np.int16))
    return Stems(song.name, np.load(path, mmap_mode="r"))


def _total(paths: Sequence[Path], sample_rate: int) -> NDArray[np.float32]:
    """The sum of the files, float32 [N, 2]."""
    parts = [_stereo(path, sample_rate) for path in paths]
    total = np.zeros((max(len(part) for part in parts), 2), np.float32)
    for part in parts:
        total[: len(part)] += part
    return total


def _stereo(path: Path, sample_rate: int) -> NDArray[np.float32]:
    audio = read_audio(path)
    audio = resample(Audio(audio.samples[:2], audio.sample_rate), sample_rate)
    return np.ascontiguousarray(np.broadcast_to(audio.samples, (2, audio.samples.shape[1])).T)
