"""Sounds as they go over the wire: 44.1 kHz, stereo, float32, kept in nameless files until somebody asks for them."""

from __future__ import annotations

import math
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from engine.audio import Audio, AudioStream, FloatArray, StreamResampler, open_audio, resample
from engine.errors import InputError, MelismaError
from engine.files import check_space, make_folder
from engine.folders import cache_folder
from plugin_host.adapters.openutau.stretches import FRAME_BYTES, WIRE_RATE, Stretch, StretchWriter

TRIM = np.float32(math.sqrt(0.5))
"""The specification's gain (section 8): -3.01 dB on both channels, always, so that no track needs another fader."""
_BLOCK_FRAMES = 1 << 16
_BLOCK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class LivePart:
    """`audio` (a file, or sound in memory; mono or stereo, any rate) is heard from `start_s` on, on `track`.

    `start_s` >= 0 counts from the start of the DAW's timeline.
    """

    track: str
    start_s: float
    audio: Path | Audio


class Take:
    """One sound, ready to be sent.  Its file has no name and goes away with the last who holds the take."""

    def __init__(self, file: IO[bytes], stretches: tuple[Stretch, ...]) -> None:
        self.stretches = stretches
        self._file = file
        self._reading = threading.Lock()
        weakref.finalize(self, file.close)

    def blocks(self, stretch: Stretch) -> Iterator[bytes]:
        """The bytes of `stretch`, some at a time.  Several may read at once."""
        for start in range(0, stretch.num_bytes, _BLOCK_BYTES):
            with self._reading:
                self._file.seek(stretch.offset + start)
                data = self._file.read(min(_BLOCK_BYTES, stretch.num_bytes - start))
            yield data


class TakeStore:
    """Makes takes, and makes none twice as long as its sound is in use.  Safe to share between plugins and threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._takes: weakref.WeakValueDictionary[object, Take] = weakref.WeakValueDictionary()

    def take(self, audio: Path | Audio) -> Take:
        """The take of `audio`; read again when the file has changed.

        Raises `InputError` when it cannot be read or has more than two channels, `MelismaError` when the disk refuses.
        """
        with self._lock:
            key = _key(audio)
            found = self._takes.get(key)
            if found is None:
                found = self._takes[key] = _make(audio)
            return found


def file_state(path: Path) -> tuple[int, int, int]:
    """Changes whenever the file is written anew.  Raises `OSError` when it is not there."""
    facts = path.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _key(audio: Path | Audio) -> object:
    if isinstance(audio, Audio):
        return _Same(audio)
    try:
        return str(audio.absolute()), file_state(audio)
    except OSError:
        return str(audio)  # reading it will say what is wrong


class _Same:
    """Stands for this very sound in memory, and keeps it, so that no other can get its number."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._audio is self._audio

    def __hash__(self) -> int:
        return id(self._audio)


def _make(audio: Path | Audio) -> Take:
    folder = cache_folder() / "plugin"
    make_folder(folder)
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the take closes it
    try:
        with _sound(audio) as (frames, blocks):
            check_space(folder, frames * FRAME_BYTES)
            writer = StretchWriter(file.write)
            for block in blocks:
                writer.push(block * TRIM)
        stretches = writer.finish()
        file.flush()
    except OSError as error:
        file.close()
        reason = error.strerror or str(error)
        raise MelismaError(f"The sound could not be kept in {folder}: {reason}.", "Check free space.") from error
    except BaseException:
        file.close()
        raise
    return Take(file, stretches)


@contextmanager
def _sound(audio: Path | Audio) -> Iterator[tuple[int, Iterable[FloatArray]]]:
    """How many frames there will be, about, and the frames as [2, n] at 44.1 kHz."""
    if isinstance(audio, Audio):
        _check_channels(audio.channels, "The sound")
        samples = resample(audio, WIRE_RATE).samples
        starts = range(0, samples.shape[1], _BLOCK_FRAMES)
        yield samples.shape[1], (_stereo(samples[:, start : start + _BLOCK_FRAMES]) for start in starts)
        return
    with open_audio(audio) as stream:
        _check_channels(stream.channels, str(audio))
        yield stream.expected_samples * WIRE_RATE // stream.sample_rate, _resampled(stream)


def _resampled(stream: AudioStream) -> Iterator[FloatArray]:
    resampler = StreamResampler(stream.sample_rate, WIRE_RATE, stream.channels)
    for block in stream.blocks():
        yield _stereo(resampler.push(block))
    yield _stereo(resampler.push(np.zeros((stream.channels, 0), np.float32), last=True))


def _stereo(block: FloatArray) -> FloatArray:
    """[1, n] or [2, n] -> [2, n]."""
    return np.broadcast_to(block, (2, block.shape[1]))


def _check_channels(channels: int, what: str) -> None:
    if channels > 2:
        raise InputError(f"{what} has {channels} channels; the plugin plays two.", "Export it in stereo.")
