"""The user's folder: which files are recordings, which hold their words, and what each recording sounds like in 48 kHz.

A recording of any length is decoded block by block into one file of the work folder, which pieces are then cut from.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import StreamResampler, open_audio
from engine.errors import InputError
from engine.files import written_whole

SAMPLE_RATE = 48_000
SOUND = frozenset({".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".m4a", ".aac", ".wma", ".w64", ".caf"})
WORDS = (".txt", ".lab", ".mid", ".midi", ".musicxml", ".mxl")
"""What may lie beside NAME.wav as NAME.txt and so on; the first of these counts."""
FULL = 0.985
"""Amplitude at which three equal samples in a row were cut off."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Take:
    """A recording; `name` is unique in the folder and changes with the file."""

    path: Path
    name: str
    words: Path | None

    @property
    def words_stamp(self) -> str:
        """Which words lie beside it: another one when they are mended, "" where there are none."""
        if self.words is None or not self.words.exists():  # else somebody tidied up meanwhile
            return ""
        facts = self.words.stat()
        return f"{self.words.name}:{facts.st_size}:{facts.st_mtime_ns}"


@dataclass(frozen=True, slots=True)
class Decoded:
    """samples float32 [N], mono at 48 kHz, mapped from disk; the file's own rate in Hz and channels.

    `clipped_s`: seconds cut off at full scale.  `side`: power of left minus right over that of left plus right.
    """

    samples: Floats
    sample_rate: int
    channels: int
    clipped_s: float
    side: float

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.samples) / SAMPLE_RATE


def find_takes(folder: Path) -> list[Take]:
    """All sound files below `folder`, in order.  Raises `InputError` when there are none."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder.", "Name the folder that holds the recordings.")
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SOUND and p.is_file() and not _hidden(p, folder))
    if not found:
        raise InputError(f"{folder} holds no recordings.", f"Put some there: {', '.join(sorted(SOUND))}.")
    return [Take(path, _name(path, folder), _words_of(path)) for path in found]


def decode(take: Take, folder: Path, go_on: Callable[[], None]) -> Decoded:
    """Decode into `folder` (`forget` removes it).  `go_on` is called at every block and may raise.

    Raises `InputError` when the file cannot be read.
    """
    target = _decoded_path(take, folder)
    count = clipped = 0
    middle = side = 0.0
    with open_audio(take.path) as stream, written_whole(target) as part, part.open("wb") as file:
        to_48k = StreamResampler(stream.sample_rate, SAMPLE_RATE, 1)
        for block in stream.blocks():
            go_on()
            mono = block.mean(axis=0, dtype=np.float32)
            middle += float(np.square(mono, dtype=np.float64).sum())
            if stream.channels == 2:
                side += float(np.square(0.5 * (block[0] - block[1]), dtype=np.float64).sum())
            clipped += clipped_samples(block)
            count += block.shape[1]
            file.write(to_48k.push(mono[None])[0].tobytes())
        file.write(to_48k.push(np.zeros((1, 0), np.float32), last=True)[0].tobytes())
        rate, channels = stream.sample_rate, stream.channels
    samples = np.memmap(target, np.float32, "r") if target.stat().st_size else np.zeros(0, np.float32)
    return Decoded(samples, rate, channels, clipped / rate, side / max(middle, 1e-12))


def forget(take: Take, folder: Path) -> None:
    """Remove what `decode` wrote."""
    _decoded_path(take, folder).unlink(missing_ok=True)


def clipped_samples(block: Floats) -> int:
    """Samples of [C, n], in the worst channel, that stay at one level near full scale for three or more."""
    flat = (np.abs(block[:, 1:]) >= FULL) & (np.abs(np.diff(block, axis=1)) < 1e-4)
    return int((flat[:, 1:] & flat[:, :-1]).sum(axis=1).max(initial=0))


def _decoded_path(take: Take, folder: Path) -> Path:
    return folder / f"{take.name}.f32"


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def _name(path: Path, folder: Path) -> str:
    relative, facts = path.relative_to(folder), path.stat()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", str(relative.with_suffix(""))).strip("-")[-40:]
    return f"{plain or 'take'}-{zlib.crc32(f'{relative}:{facts.st_size}:{facts.st_mtime_ns}'.encode()):08x}"


def _words_of(path: Path) -> Path | None:
    found = (path.with_suffix(suffix) for suffix in WORDS)
    return next((candidate for candidate in found if candidate.is_file()), None)
