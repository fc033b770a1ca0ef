"""Small made-up videos of drawn characters that sing: a tone swells and falls, and the mouth goes with it."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, write_audio
from engine.avatar.drawn import character_face, character_landmarks, load_character
from engine.avatar.figures import avatar_files
from engine.avatar.params import NUM_PARAMS, index_of
from engine.avatar.portrait import Landmarks
from engine.avatar.renderer import Face
from engine.avatar.video import VideoSettings, write_video
from engine.jobs import JobContext

SIDE = 128
AT_REST = np.zeros(NUM_PARAMS, np.float32)


@lru_cache(maxsize=4)
def _face(avatar: str, side: int) -> Face:
    return character_face(load_character(avatar_files()[avatar]), side)


def picture_of(avatar: str, values: NDArray[np.float32] = AT_REST, side: int = SIDE) -> NDArray[np.uint8]:
    """A bundled character on grey, opaque [side, side, 4]."""
    drawn = _face(avatar, side).draw(values).copy()
    alpha = drawn[..., 3:].astype(np.float32) / 255
    drawn[..., :3] = drawn[..., :3] * alpha + 160 * (1 - alpha)
    drawn[..., 3] = 255
    return drawn


def landmarks_of(avatar: str, side: int = SIDE) -> Landmarks:
    """Where its face is at rest."""
    return character_landmarks(load_character(avatar_files()[avatar]), side, AT_REST)


def swell(seconds: float, sample_rate: int = 16_000, pitch_hz: float = 330.0) -> Audio:
    """A tone that comes and goes twice a second."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    loud = np.sin(2 * np.pi * time) ** 2
    return Audio.mono((0.5 * loud * np.sin(2 * np.pi * pitch_hz * time)).astype(np.float32), sample_rate)


def write_singing(out: Path, avatar: str, seconds: float = 2.0, fps: int = 25) -> Path:
    """A video with sound, and its sound beside it as a .wav of another name."""
    sound = out.with_suffix(".sound.wav")
    write_audio(swell(seconds), sound)
    count = round(seconds * fps)

    def pictures():
        for number in range(count):
            values = AT_REST.copy()
            values[index_of("open")] = np.sin(2 * np.pi * number / fps) ** 2
            yield picture_of(avatar, values)

    write_video(out, pictures(), count, Fraction(fps), sound, VideoSettings(), JobContext())
    sound.unlink()
    return out
