"""What the window draws and plays of a sound file: peaks, a spectrogram, and the sound as players take it.

All three read block by block and write to where they are told.  numpy only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.api.log_bands import FRAMES_PER_SECOND, NUM_BANDS, BandFrames
from engine.audio import (
    Audio,
    AudioStream,
    FloatArray,
    StreamResampler,
    integrated_loudness,
    open_audio,
    resampled_length,
)
from engine.files import check_space, written_whole
from engine.jobs import JobContext

BIN_SAMPLES = 256
PLAYED_RATE = 48_000


@dataclass(frozen=True, slots=True)
class PeaksPicture:
    """`bin`: a file of float32 [C, N, 2], lowest and highest of each 256 samples, the last bin being shorter.

    `rate` in Hz, `samples` for each channel.
    """

    bin: Path
    rate: int
    channels: int
    samples: int


@dataclass(frozen=True, slots=True)
class SpectrogramPicture:
    """`path`: a file of uint8 [T, bands], a row each 1 / `frames_per_s`, its middle there, the first at 0 s.

    Bands from 50 Hz up to 16 kHz, as far apart in octaves; 0 is -96 dB and less, 255 a full-scale sine.
    """

    path: Path
    frames: int
    bands: int
    frames_per_s: int


@dataclass(frozen=True, slots=True)
class PlayedSound:
    """`path`: a file of float32 [T, 2] at `sample_rate` Hz; `samples` is T.

    `loudness_lufs` of the whole as BS.1770 has it, None when silent.  `time_reference_s`: where a WAV says that it lies
    on the DAW's timeline, None when it does not.
    """

    path: Path
    sample_rate: int
    samples: int
    loudness_lufs: float | None
    time_reference_s: float | None


def peaks(path: Path, out: Path, context: JobContext | None = None) -> PeaksPicture:
    """Write the peaks of `path` to `out`.

    Raises `InputError` when `path` is no sound file, `MelismaError` when the disk refuses, `Cancelled`.
    """
    context = context or JobContext()
    found: list[FloatArray] = []
    with open_audio(path) as stream:
        samples = 0
        for block in _bins(_watched(stream, context, "Drawing")):
            found.append(_lowest_highest(block))
            samples += block.shape[1]
    picture = np.concatenate(found, axis=1)
    with written_whole(out, lasting=False) as part:
        part.write_bytes(np.ascontiguousarray(picture).data)
    return PeaksPicture(out, stream.sample_rate, stream.channels, samples)


def spectrogram(path: Path, out: Path, context: JobContext | None = None) -> SpectrogramPicture:
    """Write the spectrogram of `path` to `out`; the power of all channels together.  Raises as `peaks`."""
    context = context or JobContext()
    count = 0
    with open_audio(path) as stream, written_whole(out, lasting=False) as part, part.open("wb") as file:
        frames = BandFrames(stream.sample_rate, stream.channels)
        for block in _watched(stream, context, "Drawing"):
            rows = frames.push(block)
            count += len(rows)
            _write(file, rows)
        rows = frames.finish()
        count += len(rows)
        _write(file, rows)
    return SpectrogramPicture(out, count, NUM_BANDS, FRAMES_PER_SECOND)


def played(path: Path, out: Path, context: JobContext | None = None) -> PlayedSound:
    """Write `path` to `out` as players take it: 48 kHz, stereo, float32.  Raises as `peaks`.

    Mono comes on both sides; of more than two channels the first two are heard.
    """
    context = context or JobContext()
    samples = 0
    with open_audio(path) as stream, written_whole(out, lasting=False) as part:
        check_space(out.parent, 8 * resampled_length(stream.expected_samples, stream.sample_rate, PLAYED_RATE))
        with part.open("wb") as file:
            resampler = StreamResampler(stream.sample_rate, PLAYED_RATE, 2)
            for block in _watched(stream, context, "Loading"):
                samples += _write_frames(file, resampler.push(_stereo(block)))
            samples += _write_frames(file, resampler.push(np.zeros((2, 0), np.float32), last=True))
        loudness = _loudness(part, samples)
    stamp = stream.time_reference_samples
    return PlayedSound(out, PLAYED_RATE, samples, loudness, None if stamp is None else stamp / stream.sample_rate)


def _watched(stream: AudioStream, context: JobContext, stage: str) -> Iterator[FloatArray]:
    done = 0
    for block in stream.blocks():
        context.step(stage, done, max(stream.expected_samples, done + block.shape[1]))
        done += block.shape[1]
        yield block


def _bins(blocks: Iterator[FloatArray]) -> Iterator[FloatArray]:
    """The same samples in blocks of whole bins; only the last has a rest."""
    kept: FloatArray | None = None
    for block in blocks:
        joined = block if kept is None else np.concatenate((kept, block), axis=1)
        whole = joined.shape[1] - joined.shape[1] % BIN_SAMPLES
        kept = joined[:, whole:]
        if whole:
            yield joined[:, :whole]
    if kept is not None and kept.shape[1]:
        yield kept


def _lowest_highest(block: FloatArray) -> FloatArray:
    """[C, n] -> [C, ceil(n / 256), 2]."""
    starts = np.arange(0, block.shape[1], BIN_SAMPLES)
    low, high = np.minimum.reduceat(block, starts, axis=1), np.maximum.reduceat(block, starts, axis=1)
    return np.stack((low, high), axis=2)


def _stereo(block: FloatArray) -> FloatArray:
    return np.repeat(block, 2, axis=0) if len(block) == 1 else block[:2]


def _write_frames(file: BinaryIO, block: FloatArray) -> int:
    _write(file, np.ascontiguousarray(block.T))
    return int(block.shape[1])


def _write(file: BinaryIO, rows: FloatArray | np.ndarray) -> None:
    file.write(np.ascontiguousarray(rows).data)


def _loudness(path: Path, samples: int) -> float | None:
    """LUFS of a file of float32 [T, 2], read as it is needed: a long concert does not fit into memory."""
    if not samples:
        return None
    frames = np.memmap(path, np.float32, mode="r", shape=(samples, 2))
    value = integrated_loudness(Audio(frames.T, PLAYED_RATE))
    return value if np.isfinite(value) else None
