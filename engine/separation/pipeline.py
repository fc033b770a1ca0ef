"""One mix to two files, in constant memory: vocals, and the mix without them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import BITS, AudioStream, Bext, SampleQueue, Subtype, WavWriter, full_scale, open_audio, quantize
from engine.files import check_space, written_whole
from engine.jobs import JobContext
from engine.separation.segment_work import SegmentWork
from engine.separation.separator import STAGE, Floats, Separator
from engine.separation.vocal_stream import VocalStream, count_work

SILENT_DB = -200.0
"""What stands for the logarithm of nothing."""


@dataclass(frozen=True, slots=True)
class IsolatedSound:
    """Facts of one mix.  `null_peak_db`: the highest of |mix - (vocals + instrumental)|, in dB of full scale, as the
    files have them, never below `SILENT_DB`."""

    duration_s: float
    sample_rate: int
    channels: int
    elapsed_s: float
    null_peak_db: float


def isolate_file(
    mix: Path,
    vocals: Path,
    instrumental: Path,
    separator: Separator,
    context: JobContext,
    *,
    subtype: Subtype = "FLOAT",
    description: str = "",
    stage: str = STAGE,
) -> IsolatedSound:
    """Write both WAV files, whole or not at all.  They have the mix's rate, channels, length and time stamp.

    Raises `InputError` for a mix that cannot be used, `MelismaError` for a separator or a disk that fails,
    `Cancelled`.
    """
    started = time.monotonic()
    with open_audio(mix) as stream, ExitStack() as files:
        # 1. Is there room?  Then two writers beside their places
        check_space(vocals.parent, 2 * stream.expected_samples * stream.channels * BITS[subtype] // 8)
        expected = count_work(stream.expected_samples, stream.sample_rate, stream.channels, separator)
        work = SegmentWork(separator, context, stage, expected)
        stamp = None
        if stream.time_reference_samples is not None:
            stamp = Bext(stream.time_reference_samples, description)
        parts = [files.enter_context(written_whole(path)) for path in (vocals, instrumental)]
        writers = [
            files.enter_context(WavWriter(part, stream.channels, stream.sample_rate, subtype, stamp)) for part in parts
        ]
        # 2. Blocks in, segments through the separator, blocks out
        worst, num_samples = 0.0, 0
        for mixed, voice in _separated(stream, VocalStream(separator, work.separate, *_shape(stream))):
            voice = quantize(_within(voice, mixed, subtype), subtype)
            rest = quantize(mixed - voice, subtype)
            writers[0].write(voice)
            writers[1].write(rest)
            worst = max(worst, float(np.abs(mixed - (voice + rest)).max(initial=0.0)))
            num_samples += mixed.shape[1]
        # 3. The last chance to cancel; from here on both files are renamed
        work.finish()
    elapsed_s = time.monotonic() - started
    null_peak_db = max(SILENT_DB, 20 * math.log10(worst)) if worst else SILENT_DB
    rate = stream.sample_rate
    return IsolatedSound(num_samples / rate, rate, stream.channels, elapsed_s, null_peak_db)


def _shape(stream: AudioStream) -> tuple[int, int]:
    return stream.sample_rate, stream.channels


def _separated(stream: AudioStream, vocals: VocalStream) -> Iterator[tuple[Floats, Floats]]:
    """The mix's own samples beside their vocals, in blocks [C, n]."""
    waiting = SampleQueue(stream.channels)
    for block in stream.blocks():
        waiting.push(block)
        for voice in vocals.push(block):
            yield waiting.take(voice.shape[1]), voice
    for voice in vocals.finish():
        yield waiting.take(voice.shape[1]), voice


def _within(voice: Floats, mixed: Floats, subtype: Subtype) -> Floats:
    """`voice`, kept where integers can hold both it and what is left of the mix; else clipping would break the null."""
    if subtype == "FLOAT":
        return voice
    high = np.float32(1 - 1 / full_scale(subtype))
    return np.clip(voice, np.maximum(-1, mixed - high), np.minimum(high, mixed + 1))
