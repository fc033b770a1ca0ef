"""Any sound file becomes an `Audio`: libsndfile first, FFmpeg (through PyAV) for the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from engine.audio.signal import Audio
from engine.audio.stream_reading import check_sound_file, open_with_ffmpeg


def read_audio(path: Path) -> Audio:
    """Read `path` at its own rate and channels.

    Raises `InputError` in one sentence when it is missing, a folder, empty or no sound file.
    """
    check_sound_file(path)
    try:
        frames, sample_rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, TypeError, OSError):  # TypeError: a headerless .raw
        with open_with_ffmpeg(path) as stream:
            return Audio(np.concatenate(list(stream.read()), axis=1), stream.sample_rate)
    return Audio(np.ascontiguousarray(frames.T), int(sample_rate))
