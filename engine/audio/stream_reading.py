"""Any sound file, block by block, however long: libsndfile first, FFmpeg (through PyAV) for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engine.audio.bext import is_wave, read_bext
from engine.audio.signal import FloatArray
from engine.errors import InputError

HINT = "Use a WAV, FLAC, MP3, OGG, AIFF or M4A file."
BLOCK_SAMPLES = 1 << 16
_UNKNOWN = 1 << 62  # libsndfile states lengths about this high where a stream has none


@dataclass(frozen=True, slots=True)
class AudioStream:
    """An open sound file.  `sample_rate` in Hz.

    `expected_samples`: the length that the file states, 0 when none; what `blocks` gives counts.
    `time_reference_samples`: a WAV's place on the timeline, None when it states none.
    """

    path: Path
    sample_rate: int
    channels: int
    expected_samples: int
    time_reference_samples: int | None
    read: Callable[[], Iterator[FloatArray]]

    def blocks(self) -> Iterator[FloatArray]:
        """All samples once, as float32 [C, n] with n > 0.

        Raises `InputError` when the file breaks off in nonsense, holds values that are no numbers, or no sound.
        """
        position = 0
        for block in self.read():
            finite = np.isfinite(block).all(axis=0)
            if not finite.all():
                at_s = (position + int(np.argmin(finite))) / self.sample_rate
                what = f"{self.path} holds values that are no numbers, the first at {at_s:.3f} s."
                raise InputError(what, "Export it again from the program that made it.")
            position += block.shape[1]
            yield block
        if not position:
            raise InputError(f"{self.path} holds no sound.", HINT)


class _Forward(soundfile.SoundFile):  # type: ignore[misc]
    """Read from front to back.

    soundfile seeks to where it stands after every read of a file that it can seek in, which makes an MP3 decoder
    forget what it carries over: an error of -84 dB at the start of every block.
    """

    def seekable(self) -> bool:
        return False


@contextmanager
def open_audio(path: Path) -> Iterator[AudioStream]:
    """Open `path` at its own rate and channels for as long as the block runs.

    Raises `InputError` in one sentence when it is missing, a folder, empty or no sound file.
    """
    check_sound_file(path)
    try:
        file = _Forward(str(path))
    except (soundfile.SoundFileError, TypeError, OSError):  # TypeError: a headerless .raw
        with open_with_ffmpeg(path) as stream:
            yield stream
        return
    with file:
        stamp = read_bext(path) if is_wave(path) else None
        position = None if stamp is None else stamp.time_reference_samples
        read = _reader(file, path)
        expected = int(file.frames) if 0 <= file.frames < _UNKNOWN else 0
        yield AudioStream(path, int(file.samplerate), int(file.channels), expected, position, read)


def check_sound_file(path: Path) -> None:
    """Raises `InputError` when `path` is missing, a folder or empty."""
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a sound file.", HINT)
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Check the path.")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty.", HINT)


def _reader(file: Any, path: Path) -> Callable[[], Iterator[FloatArray]]:
    def read() -> Iterator[FloatArray]:
        while True:
            try:
                frames = file.read(BLOCK_SAMPLES, dtype="float32", always_2d=True)
            except (soundfile.SoundFileError, OSError) as error:
                raise InputError(f"{path} could not be read to its end.", "Check that the file is whole.") from error
            if not len(frames):
                return
            yield np.ascontiguousarray(frames.T)

    return read


@contextmanager
def open_with_ffmpeg(path: Path) -> Iterator[AudioStream]:
    """As `open_audio`, by FFmpeg alone."""
    import av

    try:
        container = av.open(str(path))
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InputError(f"{path} could not be read as a sound file.", HINT) from error
    with container:
        if not container.streams.audio:
            raise InputError(f"{path} holds no sound.", HINT)
        stream = container.streams.audio[0]
        frames = _decode(container, stream, path)
        # The stream's header may state half the rate of what it decodes to (AAC with spectral band replication).
        first = next(frames, None)
        if first is None:
            raise InputError(f"{path} holds no sound.", HINT)
        rate, channels = int(first.sample_rate), len(first.layout.channels)
        seconds = container.duration / 1_000_000 if container.duration else 0.0
        yield AudioStream(path, rate, channels, round(seconds * rate), None, lambda: _planar(first, frames, path))


def _decode(container: Any, stream: Any, path: Path) -> Iterator[Any]:
    import av

    try:
        yield from (frame for frame in container.decode(stream) if frame.samples)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InputError(f"{path} could not be read to its end.", "Check that the file is whole.") from error


def _planar(first: Any, others: Iterator[Any], path: Path) -> Iterator[FloatArray]:
    """Decoded frames as float32 [C, n], gathered into blocks: FFmpeg's own are of a thousand samples."""
    from av import AudioResampler

    to_float = AudioResampler(format="fltp", layout=first.layout, rate=first.sample_rate)
    gathered: list[FloatArray] = []

    def flush() -> FloatArray:
        block = np.ascontiguousarray(np.concatenate(gathered, axis=1), dtype=np.float32)
        gathered.clear()
        return block

    def arrays() -> Iterator[FloatArray]:
        yield from _arrays(to_float.resample(first))
        for frame in others:
            try:
                converted = to_float.resample(frame)
            except ValueError as error:
                what = f"{path} changes its rate or its channels on the way."
                raise InputError(what, "Convert it to a WAV file first.") from error
            yield from _arrays(converted)

    for array in arrays():
        gathered.append(array)
        if sum(part.shape[1] for part in gathered) >= BLOCK_SAMPLES:
            yield flush()
    if gathered:
        yield flush()


def _arrays(frames: Iterable[Any]) -> Iterator[FloatArray]:
    yield from (frame.to_ndarray() for frame in frames if frame.samples)
