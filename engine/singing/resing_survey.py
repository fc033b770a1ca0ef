"""What is known of a recording before any of it is sung again: its level over time, and what counts as silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.codec.log_mel import band_amplitudes
from engine.jobs import JobContext
from engine.singing.resing_level import body_of
from engine.singing.resing_source import Recording, Stretches

Floats = NDArray[np.float32]
STAGE = "Listening"
BLOCK_FRAMES = 1024
EDGE_FRAMES = 4
"""What a spectrum sees beside its frame."""
LOUDEST = 0.1
SOFTEST_DB = -55.0
"""Below the loud frames: silence, whatever the room."""
ROOM_SHARE, ROOM_DB, ROOM_LIMIT_DB = 0.05, 8.0, -36.0
"""The softest frames are the room; 8 dB above them somebody sings, but nothing as loud as -36 dB is called room."""
SILENCE_DBFS = -80.0
LEVEL_STEP_DB = 1.0
"""Levels are rounded: a breath added somewhere must not make every phrase of the song a new one."""


@dataclass(frozen=True, slots=True)
class Survey:
    """`levels` float32 [T]: amplitude (RMS) of each frame without rumble.  `loud`: of the loud tenth.  `clip_level`:
    likewise of the log-mel's bands (`engine.codec.log_mel`).  `gate`: the amplitude below which nobody sings."""

    levels: Floats
    loud: float
    clip_level: float
    gate: float

    @property
    def silent(self) -> bool:
        """Whether there is nothing to hear at all."""
        return self.loud <= db_to_gain(SILENCE_DBFS)


def survey_recording(recording: Recording, sample_rate: int, hop_length: int, context: JobContext) -> Survey:
    """Listen through a recording at the codec's rate; a few bytes per frame are kept.

    Raises `Cancelled`, and `InputError` as `open_audio`.
    """
    levels: list[Floats] = []
    powers: list[Floats] = []
    for frame_levels, band_powers in _measured(recording, sample_rate, hop_length, context):
        levels.append(frame_levels)
        powers.append(band_powers)
    joined = np.concatenate(levels)
    loud = _stepped(_loud(joined))
    return Survey(joined, loud, _stepped(_loud(np.concatenate(powers))), _stepped(_gate(joined, loud)))


def gain_to_db(gain: float) -> float:
    """20 log10, down to -200."""
    return 20.0 * float(np.log10(max(gain, 1e-10)))


def db_to_gain(db: float) -> float:
    """The reverse."""
    return float(10.0 ** (db / 20.0))


def _measured(
    recording: Recording, sample_rate: int, hop_length: int, context: JobContext
) -> Iterator[tuple[Floats, Floats]]:
    """Per block: RMS of each frame, and root of the power in all bands of the log-mel."""
    stretches = Stretches(recording, sample_rate)
    frames = frame_count(recording, sample_rate, hop_length)
    for first in range(0, frames, BLOCK_FRAMES):
        context.step(STAGE, first, frames)
        last = min(frames, first + BLOCK_FRAMES)
        samples = stretches.take((first - EDGE_FRAMES) * hop_length, (last + EDGE_FRAMES) * hop_length)
        bands = band_amplitudes(samples, sample_rate, hop_length)[:, EDGE_FRAMES : EDGE_FRAMES + last - first]
        body = body_of(samples, sample_rate)
        own = body[EDGE_FRAMES * hop_length : -EDGE_FRAMES * hop_length].reshape(-1, hop_length)
        rms = np.sqrt(np.einsum("th,th->t", own, own, dtype=np.float64) / hop_length)
        yield rms.astype(np.float32), np.sqrt((bands**2).sum(axis=0))


def frame_count(recording: Recording, sample_rate: int, hop_length: int) -> int:
    """Codec frames that hold the whole recording."""
    length = -(-recording.num_samples * sample_rate // recording.sample_rate)
    return -(-length // hop_length)


def _loud(amplitudes: Floats) -> float:
    """Root mean power of the loudest tenth."""
    power = np.sort(amplitudes.astype(np.float64) ** 2)
    return float(np.sqrt(power[-max(1, round(LOUDEST * len(power))) :].mean()))


def _gate(levels: Floats, loud: float) -> float:
    sounding = levels[levels > db_to_gain(SILENCE_DBFS)]
    room = float(np.quantile(sounding, ROOM_SHARE)) * db_to_gain(ROOM_DB) if len(sounding) else 0.0
    room = min(room, loud * db_to_gain(ROOM_LIMIT_DB))
    return max(db_to_gain(SILENCE_DBFS), loud * db_to_gain(SOFTEST_DB), room)


def _stepped(gain: float) -> float:
    return db_to_gain(LEVEL_STEP_DB * round(gain_to_db(gain) / LEVEL_STEP_DB))
