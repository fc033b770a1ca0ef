"""Separators without networks, whose vocals are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.jobs import JobContext
from engine.separation.separator import STAGE, Floats, Separator
from engine.separation.vocal_stream import VocalStream

Answer = Callable[[Floats, int], Floats]


@dataclass
class FakeSeparator:
    """`answer(mix, start)` is the vocals; by default the mix itself.  Remembers where it was asked."""

    answer: Answer = lambda mix, start: mix
    sample_rate: int = 44_100
    segment_samples: int = 8192
    overlap_samples: int = 2048
    provider: str = "the test"
    steps: int = 4
    starts: list[int] = field(default_factory=list)

    def separate_segment(self, mix: Floats, start: int, context: JobContext) -> Floats:
        self.starts.append(start)
        for step in range(self.steps):
            context.step(STAGE, step, self.steps)
        return self.answer(mix, start)


def halved(mix: Floats, start: int) -> Floats:
    return np.float32(0.5) * mix


def alternating(mix: Floats, start: int) -> Floats:
    """A level error of ten per cent, up in one segment and down in the next."""
    return np.float32(1.1 if start // 6144 % 2 else 0.9) * mix


def stream_vocals(
    separator: Separator, mix: Floats, sample_rate: int | None = None, blocks: Sequence[int] = (1000,)
) -> Floats:
    """The vocals [C, N] of a whole mix, pushed in blocks of the lengths `blocks`, over and over."""
    rate = separator.sample_rate if sample_rate is None else sample_rate

    def separate(segment: Floats, start: int) -> Floats:
        return separator.separate_segment(segment, start, JobContext())

    stream = VocalStream(separator, separate, rate, mix.shape[0])
    made = [np.zeros((mix.shape[0], 0), np.float32)]
    for block in cut(mix, blocks):
        made.extend(stream.push(block))
    made.extend(stream.finish())
    return np.concatenate(made, axis=1)


def cut(mix: Floats, blocks: Sequence[int]) -> Iterator[Floats]:
    position = number = 0
    while position < mix.shape[1]:
        length = blocks[number % len(blocks)]
        yield mix[:, position : position + length]
        position, number = position + length, number + 1


def music(channels: int, length: int, sample_rate: int = 44_100, seed: int = 0) -> Floats:
    """Something with energy everywhere up to 5 kHz, no sample of it equal to another."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(length) / sample_rate
    tones = rng.uniform(50, min(5000, 0.4 * sample_rate), (channels, 6))
    phases = rng.uniform(0, 2 * np.pi, (channels, 6))
    waves = np.sin(2 * np.pi * tones[..., None] * time_s + phases[..., None]).sum(axis=1)
    return (0.1 * waves).astype(np.float32)


def peak_db(samples: Floats) -> float:
    return float(20 * np.log10(max(1e-12, float(np.abs(samples).max(initial=0.0)))))
