"""Results laid beside the files they were made from, named and stamped so that they find their place."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from engine.audio import (
    Audio,
    AudioStream,
    Bext,
    FloatArray,
    SampleQueue,
    StreamResampler,
    WavWriter,
    open_audio,
    read_bext,
)
from engine.errors import InputError, MelismaError
from engine.files import written_whole
from plugin_host.bridge.sounds import rate_name, time_name

_LONGEST_NAME_BYTES = 255 - 40  # room for what is added while a file is written
_AUDIBLE = 10 ** (-50 / 20)
_FADE_S = 0.005
_BLOCK = 1 << 16


def place_sung(sung: Path, clip: Path, begins_samples: int, bpm: float) -> tuple[Path, ...]:
    """The sung file beside `clip`, beginning where the clip begins; `begins_samples`: where `sung` does, by the clip.

    `bpm`: the clip's first tempo.  Names count as DAWs do in a fresh session: the clip begins at quarter 0 in bar 1,
    however short that bar is.

    What sounds before the clip cannot be in that file.  Where it is audible a second file, called so, begins whole
    beats earlier and has it all.  Raises as `read_audio` and `write_audio`.
    """
    from engine.audio import read_audio

    audio = read_audio(sung)
    stamp = read_bext(sung)
    told = "" if stamp is None else stamp.description
    early = max(0, -begins_samples)
    samples = np.pad(audio.samples[:, early:], ((0, 0), (max(0, begins_samples), 0)))
    if not samples.shape[1]:
        samples = np.zeros((audio.channels, 1), np.float32)
    made = [_write_clip(_faded(samples, early, audio.sample_rate), audio.sample_rate, clip, 0, told)]
    if early and np.abs(audio.samples[:, :early]).max() > _AUDIBLE:
        beats = max(1, math.ceil(early / audio.sample_rate * bpm / 60.0 - 1e-9))
        room = round(beats * 60.0 / bpm * audio.sample_rate) - early
        whole = np.pad(audio.samples, ((0, 0), (max(0, room), 0)))
        made.append(_write_clip(whole, audio.sample_rate, clip, beats, told))
    return tuple(made)


def place_stems(vocals: Path, instrumental: Path, mix: Path) -> tuple[Path, Path]:
    """Both stems beside `mix`, as long as it, at its rate and with its time stamp; they sum to it.

    Where they come at another rate, the vocals are brought to the mix's own and the instrumental is the rest of it.
    Raises as `open_audio` and `written_whole`.
    """
    with open_audio(mix) as heard, open_audio(vocals) as voice:
        same = heard.sample_rate == voice.sample_rate and heard.expected_samples == voice.expected_samples
        stamp = heard.time_reference_samples or 0
        position = f"{time_name(stamp / heard.sample_rate)}_{rate_name(heard.sample_rate)}"
    names = [f"{_stem(mix)}_{part}_{position}" for part in ("vocals", "instrumental")]
    new = [mix.with_name(f".{_short(name)}.{os.getpid()}.new.wav") for name in names]
    try:
        if same:
            for source, target in zip((vocals, instrumental), new, strict=True):
                _copied(source, target)
        else:
            with open_audio(mix) as heard, open_audio(vocals) as voice:
                _parted(heard, voice, new[0], new[1])
        done = [_named(path, name) for path, name in zip(new, names, strict=True)]
    finally:
        for path in new:
            path.unlink(missing_ok=True)
    return done[0], done[1]


def _write_clip(samples: FloatArray, rate: int, clip: Path, beats: int, told: str) -> Path:
    from engine.audio import write_audio

    early = f"_starts-{beats}-beat{'s' if beats > 1 else ''}-before" if beats else ""
    name = f"{early}_b{0 if beats else 1:03}_q{-float(beats) if beats else 0.0:07.3f}_{rate_name(rate)}"

    def write(path: Path) -> None:
        audio = Audio(np.ascontiguousarray(samples, np.float32), rate)
        write_audio(audio, path, subtype="PCM_24", time_reference_samples=0, description=told)

    return _beside(clip, name, write)


def _beside(source: Path, rest: str, write: Callable[[Path], None]) -> Path:
    name = f"{_stem(source)}{rest}"
    new = source.with_name(f".{_short(name)}.{os.getpid()}.new.wav")
    try:
        write(new)
        return _named(new, name)
    finally:
        new.unlink(missing_ok=True)


def _named(new: Path, name: str) -> Path:
    """Renamed after its content: another take never takes the place of one that a DAW may be playing."""
    with new.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path = new.with_name(f"{name}_{digest[:8]}.wav")
    try:
        if not path.exists():  # else the same sound is there, and a DAW may have it open
            new.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{path} could not be written: {reason}.", "Check free space and permissions.") from error
    return path


def _faded(samples: FloatArray, cut: int, rate: int) -> FloatArray:
    """A sound that was cut into begins without a click."""
    count = min(samples.shape[1], round(_FADE_S * rate))
    if cut and count:
        samples[:, :count] *= np.linspace(0.0, 1.0, count, dtype=np.float32)
    return samples


def _copied(source: Path, target: Path) -> None:
    import shutil

    with written_whole(target) as part:
        shutil.copyfile(source, part)


def _parted(heard: AudioStream, voice: AudioStream, vocals: Path, instrumental: Path) -> None:
    """The voice at the mix's rate, and the mix without it, block by block."""
    if heard.channels != voice.channels:
        raise InputError(
            f"{heard.path.name} has changed since it was taken.", "Leave it in the folder until it is done."
        )
    rate, channels = heard.sample_rate, heard.channels
    told = read_bext(voice.path)
    stamp = Bext(heard.time_reference_samples or 0, "" if told is None else told.description)
    waiting = SampleQueue(channels)
    blocks = _at_rate(voice, rate)
    with (
        written_whole(vocals) as one,
        written_whole(instrumental) as other,
        WavWriter(one, channels, rate, "FLOAT", stamp) as vocal_file,
        WavWriter(other, channels, rate, "FLOAT", stamp) as rest_file,
    ):
        for block in heard.blocks():
            while len(waiting) < block.shape[1]:
                waiting.push(next(blocks, np.zeros((channels, _BLOCK), np.float32)))
            voiced = waiting.take(block.shape[1])
            vocal_file.write(voiced)
            rest_file.write(block - voiced)


def _at_rate(stream: AudioStream, rate: int) -> Iterator[FloatArray]:
    resampler = StreamResampler(stream.sample_rate, rate, stream.channels)
    for block in stream.blocks():
        yield resampler.push(block)
    yield resampler.push(np.zeros((stream.channels, 0), np.float32), last=True)


def _stem(path: Path) -> str:
    """The file's own name, cut where a longer one would not fit any more."""
    return _short(path.stem, _LONGEST_NAME_BYTES - 60)


def _short(name: str, most: int = _LONGEST_NAME_BYTES) -> str:
    while len(os.fsencode(name)) > most:
        name = name[:-1]
    return name
