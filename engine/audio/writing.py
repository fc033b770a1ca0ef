"""An `Audio` becomes a file: WAV with a time stamp, FLAC, OGG or MP3 by suffix; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from engine.audio.bext import Bext
from engine.audio.signal import Audio
from engine.audio.wav import write_wav
from engine.errors import InputError, MelismaError
from engine.files import written_whole

Subtype = Literal["PCM_16", "PCM_24", "FLOAT"]
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")

# libsndfile's Vorbis encoder overflows its stack on one long write.
_BLOCK = 1 << 14
_MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)


def write_audio(
    audio: Audio,
    path: Path,
    *,
    subtype: Subtype = "PCM_24",
    time_reference_samples: int | None = None,
    description: str = "",
    before_block: Callable[[], object] = lambda: None,
) -> None:
    """Write `audio` in the format that the suffix of `path` names.

    `subtype` counts for WAV and FLAC (FLAC knows no floats: FLOAT means 24 bits there).
    `time_reference_samples`, at the rate of `audio`, goes into a WAV's `bext` chunk; the other formats have no
    place for it.  `description` (who made this, from what) goes there or into the comment.
    `before_block` is called again and again: what it raises ends the writing, and no file is left.
    Raises `InputError` for an unknown suffix or a rate the format does not know, `MelismaError` when the samples
    are not finite or the disk refuses.
    """
    check_suffix(path)
    if not np.isfinite(audio.samples).all():
        raise MelismaError("The sound holds values that are no numbers, so it was not written.", "Please report this.")
    suffix = path.suffix.lower()
    with written_whole(path) as part:
        if suffix == ".wav":
            stamped = time_reference_samples is not None or description
            bext = Bext(time_reference_samples or 0, description) if stamped else None
            write_wav(audio, part, subtype, bext, before_block)
        else:
            _write_with_libsndfile(audio, part, suffix, subtype, description, before_block)


def check_suffix(path: Path) -> None:
    """Raises `InputError` when `path` names no format that can be written; worth asking before a long render."""
    if path.suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        name = path.name if path.name.strip(".") else repr(str(path))  # "." and ".." are folders
        raise InputError(f"{name} names no sound format that can be written.", f"End the name in one of {known}.")


def check_format(path: Path, sample_rate: int, channels: int) -> None:
    """Raises `InputError` when the format that the suffix of `path` names cannot hold such a sound."""
    if path.suffix.lower() == ".mp3" and (sample_rate not in _MP3_RATES or channels > 2):
        raise InputError(f"MP3 knows no {sample_rate} Hz with {channels} channels.", "Ask for 48000 Hz.")


def _write_with_libsndfile(
    audio: Audio, part: Path, suffix: str, subtype: Subtype, description: str, before_block: Callable[[], object]
) -> None:
    name, coded = {
        ".flac": ("FLAC", "PCM_16" if subtype == "PCM_16" else "PCM_24"),
        ".ogg": ("OGG", "VORBIS"),
        ".mp3": ("MP3", "MPEG_LAYER_III"),
    }[suffix]
    check_format(part, audio.sample_rate, audio.channels)
    # libsndfile wraps around what is over full scale when it makes integers; we clip.
    frames = np.clip(audio.samples, -1.0, 1.0).T
    try:
        with soundfile.SoundFile(str(part), "w", audio.sample_rate, audio.channels, subtype=coded, format=name) as file:
            if description:
                file.comment = description
            for start in range(0, len(frames), _BLOCK):
                before_block()
                file.write(np.ascontiguousarray(frames[start : start + _BLOCK]))
    except soundfile.SoundFileError as error:
        raise InputError(
            f"{name} cannot hold {audio.channels} channels at {audio.sample_rate} Hz.", "Write a WAV file instead."
        ) from error
