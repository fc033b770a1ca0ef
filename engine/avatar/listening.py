"""A vocal as the face hears it: mono, at the network's rate; read block by block, so that long songs stay small."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import Audio, StreamResampler, open_audio
from engine.avatar.features import SAMPLE_RATE
from engine.errors import InputError
from engine.jobs import JobContext

STAGE = "Listening"
LONGEST_S = 3600.0


@dataclass(frozen=True, slots=True)
class Vocals:
    """`audio`: mono [1, N] at 16 kHz; `duration_s` and `sample_rate` of the file itself."""

    audio: Audio
    duration_s: float
    sample_rate: int


def read_vocals(path: Path, context: JobContext) -> Vocals:
    """Read any sound file.  Raises `InputError` for what is none, or lasts longer than an hour; `Cancelled`."""
    with open_audio(path) as stream:
        resampler = StreamResampler(stream.sample_rate, SAMPLE_RATE, 1)
        parts, heard = [], 0
        for block in stream.blocks():
            context.step(STAGE, heard, max(stream.expected_samples, heard))
            heard += block.shape[1]
            if heard > LONGEST_S * stream.sample_rate:
                raise InputError(f"{path.name} lasts longer than an hour.", "Cut it into songs.")
            parts.append(resampler.push(np.ascontiguousarray(block.mean(axis=0, keepdims=True))))
        parts.append(resampler.push(np.zeros((1, 0), np.float32), last=True))
        return Vocals(Audio(np.concatenate(parts, axis=1), SAMPLE_RATE), heard / stream.sample_rate, stream.sample_rate)
