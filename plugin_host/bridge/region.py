"""The part of a sound file that an audio clip plays, as a file of its own at the session's rate."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.audio import AudioStream, Bext, FloatArray, StreamResampler, WavWriter, open_audio
from engine.errors import InputError
from engine.files import written_whole
from engine.jobs import JobContext
from plugin_host.ports import DawSound

_MARGIN_SAMPLES = 4096
"""What the resampler hears before the part begins; its filters are shorter."""
_BLOCK = 1 << 16


def cut_region(sound: DawSound, path: Path, context: JobContext) -> int:
    """Write to `path` what the clip plays, as floats with its place as time stamp; gives that place in samples.

    It has exactly the clip's length; where the file ends earlier there is silence.  What would lie before the
    session's start is left out.  Raises `InputError` for a file that cannot be used, or when nothing is left.
    """
    early = max(0, -sound.start_samples)
    first, length, start = sound.offset_samples + early, sound.length_samples - early, sound.start_samples + early
    if length <= 0:
        raise InputError(f"The clip {sound.name} lies before the session's start.", "Move it and ask again.")
    rate = sound.session.sample_rate
    stamp = Bext(start, f"melisma clip={sound.name}")
    with (
        open_audio(sound.path) as stream,
        written_whole(path) as part,
        WavWriter(part, stream.channels, rate, "FLOAT", stamp) as writer,
    ):
        left = length
        for block in _heard(stream, rate, first):
            context.token.raise_if_cancelled()
            kept = block[:, :left]
            writer.write(kept)
            left -= kept.shape[1]
            if not left:
                break
        if left == length:
            raise InputError(f"{sound.path.name} ends before the clip {sound.name} begins.", "Check the clip.")
        while left:
            silence = np.zeros((stream.channels, min(left, _BLOCK)), np.float32)
            writer.write(silence)
            left -= silence.shape[1]
    return start


def _heard(stream: AudioStream, rate: int, first: int) -> Iterator[FloatArray]:
    """The file's sound at `rate` from its sample `first` (at that rate) on, in blocks [C, n] with n > 0."""
    common = math.gcd(stream.sample_rate, rate)
    # Both rates meet in every such step, so sound can be left out before without moving what follows.
    step_in, step_out = stream.sample_rate // common, rate // common
    steps = max(0, (first - _MARGIN_SAMPLES) // step_out)
    unheard, dropped = steps * step_in, first - steps * step_out
    resampler = StreamResampler(stream.sample_rate, rate, stream.channels)
    for block in _converted(stream, resampler, unheard):
        rest = block[:, dropped:]
        dropped -= block.shape[1] - rest.shape[1]
        if rest.shape[1]:
            yield rest


def _converted(stream: AudioStream, resampler: StreamResampler, unheard: int) -> Iterator[FloatArray]:
    for block in stream.blocks():
        rest = block[:, unheard:]
        unheard -= block.shape[1] - rest.shape[1]
        if rest.shape[1]:
            yield resampler.push(rest)
    yield resampler.push(np.zeros((stream.channels, 0), np.float32), last=True)
