"""Any sound file becomes an `Audio`: libsndfile first, FFmpeg (through PyAV) for the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from engine.audio.signal import Audio
from engine.errors import InputError

HINT = "Use a WAV, FLAC, MP3, OGG, AIFF or M4A file."


def read_audio(path: Path) -> Audio:
    """Read `path` at its own rate and channels.

    Raises `InputError` in one sentence when it is missing, a folder, empty or no sound file.
    """
    check_sound_file(path)
    try:
        frames, sample_rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, TypeError, OSError):  # TypeError: a headerless .raw
        return _read_with_ffmpeg(path)
    return Audio(np.ascontiguousarray(frames.T), int(sample_rate))


def check_sound_file(path: Path) -> None:
    """Raises `InputError` when `path` is missing, a folder or empty."""
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a sound file.", HINT)
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Check the path.")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty.", HINT)


def _read_with_ffmpeg(path: Path) -> Audio:
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise InputError(f"{path} holds no sound.", HINT)
            stream = container.streams.audio[0]
            to_float = av.AudioResampler(format="fltp")
            blocks = [
                planar.to_ndarray()
                for frame in container.decode(stream)
                for planar in to_float.resample(frame)
                if planar.samples
            ]
            sample_rate = int(stream.rate)
    except (av.FFmpegError, ValueError) as error:
        raise InputError(f"{path} could not be read as a sound file.", HINT) from error
    if not blocks:
        raise InputError(f"{path} holds no sound.", HINT)
    return Audio(np.ascontiguousarray(np.concatenate(blocks, axis=1), dtype=np.float32), sample_rate)
