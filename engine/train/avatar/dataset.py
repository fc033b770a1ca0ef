"""Windows to learn from: what is heard and known of a vocal, how a face sings it, whose face it is.

Prepared once, small enough to travel: every line is heard in several ways (another size of throat, tone, room, noise
or a band behind it) and moved in several takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from engine.audio import Audio
from engine.avatar.features import FPS, SAMPLE_RATE, hear, num_pictures
from engine.avatar.latents import encode_motion
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine
from engine.avatar.rules import track_by_rule
from engine.avatar.streams import streams_of
from engine.files import written_whole
from engine.train.avatar.lines import Line
from engine.train.mixes.augment import shape

SPEEDS = (0.78, 1.28)
"""Faster is higher and shorter of throat."""
EXPRESSIVE = 0.6


@dataclass(frozen=True, slots=True)
class Corpus:
    """All prepared lines end to end.  `heard` float16 [P, 4, 40], `streams` float16 [P, 46], `tracks` float16
    [K, P, 14] (K takes), `ends` [L]: where each line ends; `references` uint8 [R, 3, 64, 64]."""

    heard: np.ndarray
    streams: np.ndarray
    tracks: np.ndarray
    ends: np.ndarray
    references: np.ndarray

    def save(self, path: Path) -> None:
        """One .npz."""
        with written_whole(path) as part, part.open("wb") as file:
            arrays = {name: getattr(self, name) for name in self.__slots__}
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> Corpus:
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(*(stored[name] for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Batch:
    """B windows of F pictures, with `margin` more on either side of what is heard.

    z [B, 6, F, 16, 16] clean motion latents; bands [B, F + 2 margin, 4, 40]; streams [B, F + 2 margin, 46];
    references [B, 3, 64, 64], -1 to 1.
    """

    z: np.ndarray
    bands: np.ndarray
    streams: np.ndarray
    references: np.ndarray


def prepare(
    lines: Sequence[Line], references: np.ndarray, ways: int, takes: int, behind: Sequence[np.ndarray]
) -> Corpus:
    """Hear every line in `ways` ways and move it in `takes` takes.  `behind`: accompaniments, 16 kHz [N]."""
    heard, streams, tracks, ends, at = [], [], [], [], 0
    for number, line in enumerate(lines):
        for way in range(ways):
            rng = np.random.default_rng([number, way])
            changed = line if way == 0 else _another(line, rng)
            samples = changed.samples if way == 0 else _coloured(changed.samples, behind, rng)
            count = num_pictures(len(samples), SAMPLE_RATE, FPS)
            heard.append(hear(Audio(samples[None], SAMPLE_RATE))[:count].astype(np.float16))
            streams.append(streams_of(changed.sung, FPS, count).astype(np.float16))
            seeds = [1000 * number + 10 * way + take for take in range(takes)]
            moved = [track_by_rule(changed.sung, FPS, count, seed, EXPRESSIVE).values for seed in seeds]
            tracks.append(np.stack(moved).astype(np.float16))
            at += count
            ends.append(at)
    return Corpus(
        np.concatenate(heard), np.concatenate(streams), np.concatenate(tracks, axis=1), np.array(ends), references
    )


class Windows:
    """Draws batches from a corpus; the same seed draws the same."""

    def __init__(self, corpus: Corpus, frames: int, margin: int, seed: int) -> None:
        self._corpus, self._frames, self._margin = corpus, frames, margin
        self._rng = np.random.default_rng(seed)
        firsts = np.concatenate([[0], corpus.ends[:-1]])
        # [S, 3]: where a window may start, and the line it then lies in
        self._places = np.array(
            [(at, a, b) for a, b in zip(firsts, corpus.ends, strict=True) for at in range(a, b - frames + 1)]
        )

    def draw(self, size: int) -> Batch:
        """`size` windows from anywhere."""
        corpus, frames, margin = self._corpus, self._frames, self._margin
        starts, firsts, ends = self._places[self._rng.integers(len(self._places), size=size)].T
        takes = self._rng.integers(len(corpus.tracks), size=size)
        values = np.stack([corpus.tracks[t, s : s + frames] for t, s in zip(takes, starts, strict=True)])
        z = encode_motion(values.reshape(-1, values.shape[-1]).astype(np.float32))
        around = starts[:, None] + np.arange(-margin, frames + margin)
        within = (around >= firsts[:, None]) & (around < ends[:, None])  # silence lies before and after a line
        around = np.where(within, around, starts[:, None])
        faces = corpus.references[self._rng.integers(len(corpus.references), size=size)]
        return Batch(
            z.reshape(size, frames, *z.shape[1:]).transpose(0, 2, 1, 3, 4),
            corpus.heard[around].astype(np.float32) * within[..., None, None],
            corpus.streams[around].astype(np.float32) * within[..., None],
            faces.astype(np.float32) / 127.5 - 1,
        )


def _another(line: Line, rng: np.random.Generator) -> Line:
    """The line at another speed, as a tape has it: everything sooner and higher, or later and lower."""
    speed = float(np.exp(rng.uniform(*np.log(SPEEDS))))
    samples = soxr.resample(line.samples, SAMPLE_RATE * speed, SAMPLE_RATE).astype(np.float32)
    count = round(len(samples) / SAMPLE_RATE * RATE_HZ)
    places = np.minimum((np.arange(count) * speed).astype(int), len(line.sung.level) - 1)
    phones = tuple(SpokenPhone(p.label, p.start_s / speed, p.end_s / speed) for p in line.sung.phones)
    beats_s = tuple(beat / speed for beat in line.sung.beats_s)
    return Line(line.name, samples, SungLine(phones, line.sung.f0[places] * speed, line.sung.level[places], beats_s))


def _coloured(samples: np.ndarray, behind: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Another tone and room; now and then noise, or what a separation leaves of a band."""
    loud = float(np.sqrt(np.mean(samples**2)) + 1e-6)
    coloured = shape(np.stack([samples, samples]), SAMPLE_RATE, rng, wet=bool(rng.random() < 0.5))[0]
    if rng.random() < 0.5:
        coloured = coloured + rng.standard_normal(len(samples)) * loud * 10 ** (rng.uniform(-45, -20) / 20)
    if behind and rng.random() < 0.4:
        other = behind[int(rng.integers(len(behind)))]
        start = int(rng.integers(max(1, len(other) - len(samples))))
        part = np.resize(other[start : start + len(samples)], len(samples))
        level = float(np.sqrt(np.mean(part**2)) + 1e-6)
        coloured = coloured + part * (loud / level * 10 ** (rng.uniform(-30, -10) / 20))
    return coloured.astype(np.float32)
