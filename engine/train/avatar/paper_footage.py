"""A video as training needs it: pictures at an even rate, whatever the camera's, and its sound from the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from engine.avatar.listening import read_vocals
from engine.errors import InputError
from engine.jobs import JobContext
from engine.train.avatar.networks.paper_hearing import SAMPLE_RATE
from engine.train.avatar.paper_faces import Rgb

SUFFIXES = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".ts")
VOCALS = "_vocals.wav"
"""What `melisma isolate` writes.  Beside NAME.mp4, NAME_vocals.wav is heard instead of its own sound, and begins with
that.
"""
_JITTER_S = 1e-4
"""Times in files are rounded, some to milliseconds' fractions."""


@dataclass(frozen=True, slots=True)
class Footage:
    """What a video says of itself: seconds, when picture and sound begin (on the container's clock), and how much wider
    than high a pixel is shown.
    """

    path: Path
    duration_s: float
    picture_start_s: float
    sound_start_s: float
    pixel_aspect: float


def open_footage(path: Path) -> Footage:
    """Raises `InputError` for what is no video, or has no sound and no vocals beside it."""
    with _opened(path) as (container, stream):
        duration_s = float(stream.duration * stream.time_base) if stream.duration else 0.0
        if not duration_s and container.duration:
            duration_s = container.duration / av.time_base
        picture_start_s = _start_s(stream)
        sounds = container.streams.audio
        if not sounds and not vocals_beside(path).is_file():
            raise InputError(f"{path.name} has no sound.", f"Put {vocals_beside(path).name} beside it.")
        sound_start_s = _start_s(sounds[0]) if sounds else picture_start_s
        pixel_aspect = float(stream.sample_aspect_ratio or 1)
    return Footage(path, duration_s, picture_start_s, sound_start_s, pixel_aspect)


def vocals_beside(path: Path) -> Path:
    """Where isolated vocals of this video would lie."""
    return path.with_name(path.stem + VOCALS)


def read_sound(footage: Footage, context: JobContext) -> NDArray[np.float32]:
    """Mono at 16 kHz [N]; its first sample sounds with the first picture.  Raises `InputError`, `Cancelled`."""
    beside = vocals_beside(footage.path)
    samples = read_vocals(beside if beside.is_file() else footage.path, context).audio.samples[0]
    late = round((footage.sound_start_s - footage.picture_start_s) * SAMPLE_RATE)
    return np.concatenate([np.zeros(late, np.float32), samples]) if late > 0 else samples[-late:]


def pictures_at(footage: Footage, fps: float) -> Iterator[Rgb]:
    """The picture that is seen at every 1 / fps seconds from the first on: [H, W, 3], upright, square pixels.

    Raises `InputError` when the video breaks off in nonsense.
    """
    number, until_s, shown = 0, 0.0, None
    for at_s, frame in _frames(footage.path):
        while shown is not None and number / fps < at_s - _JITTER_S:
            yield _upright(shown, footage)
            number += 1
        shown, until_s = frame, at_s + _length_s(frame, fps)
    while shown is not None and number / fps < until_s - _JITTER_S:
        yield _upright(shown, footage)
        number += 1


def picture_near(footage: Footage, at_s: float) -> Rgb | None:
    """The first picture at or after `at_s`, or the last one; None for a video without pictures."""
    found = None
    with _opened(footage.path) as (container, stream):
        if at_s > 0:
            container.seek(int((footage.picture_start_s + at_s) / stream.time_base), stream=stream)
        with _readable(footage.path):
            for found in container.decode(stream):
                if found.time is None or found.time - footage.picture_start_s >= at_s - _JITTER_S:
                    break
        return None if found is None else _upright(found, footage)


def _frames(path: Path) -> Iterator[tuple[float, Any]]:
    """Every frame and its time, seconds from the first; times never fall."""
    with _opened(path) as (container, stream), _readable(path):
        first_s, at_s = None, 0.0
        for frame in container.decode(stream):
            if frame.time is not None:
                first_s = frame.time if first_s is None else first_s
                at_s = max(at_s, frame.time - first_s)
            yield at_s, frame


def _upright(frame: Any, footage: Footage) -> Rgb:
    """As players show it: turned as the phone was held, stretched where pixels are not square."""
    width = max(1, round(frame.width * footage.pixel_aspect))
    picture = frame.to_ndarray(format="rgb24", width=width, height=frame.height)
    return np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4), np.uint8)


def _length_s(frame: Any, fps: float) -> float:
    """How long the frame is shown; one picture's time where the file does not say."""
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return 1 / fps


def _start_s(stream: Any) -> float:
    return 0.0 if stream.start_time is None else float(stream.start_time * stream.time_base)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """The container and its first video stream."""
    hint = "Give videos such as MP4 or MOV."
    try:
        container = av.open(str(path.absolute()))
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InputError(f"{path.name} could not be read as a video.", hint) from error
    with container:
        if not container.streams.video:
            raise InputError(f"{path.name} holds no pictures.", hint)
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        yield container, stream


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InputError(f"{path.name} could not be read to its end.", "Check that the file is whole.") from error
