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
from engine.avatar.gestures import chance_of
from engine.avatar.latents import encode_motion
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine
from engine.avatar.lips import NUM_LIPS
from engine.avatar.rules import track_by_rule
from engine.avatar.streams import PHONE_ORDER, streams_of
from engine.avatar.visemes import CLOSURES
from engine.files import written_whole
from engine.train.avatar.lines import Line
from engine.train.mixes.augment import shape

SPEEDS = (0.78, 1.28)
"""Faster is higher and shorter of throat."""
EXPRESSIVE = 0.6
PRESSED = 0.35
"""Lips that meet are pressed: the network is asked for so much less than closed, and what it blurs is closed still."""
_CLOSURES = np.array([PHONE_ORDER.index(label) for label in sorted(CLOSURES)])


@dataclass(frozen=True, slots=True)
class Corpus:
    """All prepared lines end to end.  `heard` float16 [P, 4, 40], `streams` float16 [P, 46], `tracks` float16
    [K, P, 14] (K takes), `chances` float16 [K, P, 9]: what was chance in them, `ends` [L]: where each line ends;
    `references` uint8 [R, 3, 64, 64]."""

    heard: np.ndarray
    streams: np.ndarray
    tracks: np.ndarray
    chances: np.ndarray
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
    references [B, 3, 64, 64], -1 to 1; chances [B, F, 9] as in `gestures.chance_of`; opened [B, F]: how far each
    mouth is open.
    """

    z: np.ndarray
    bands: np.ndarray
    streams: np.ndarray
    references: np.ndarray
    chances: np.ndarray
    opened: np.ndarray


@dataclass(frozen=True, slots=True)
class HeardBatch:
    """What of `Batch` is for the ear: bands, streams, and lips [B, F, 5]."""

    bands: np.ndarray
    streams: np.ndarray
    lips: np.ndarray


def prepare(
    lines: Sequence[Line], references: np.ndarray, ways: int, takes: int, behind: Sequence[np.ndarray]
) -> Corpus:
    """Hear every line in `ways` ways and move it in `takes` takes.  `behind`: accompaniments, 16 kHz [N]."""
    heard, streams, tracks, chances, ends, at = [], [], [], [], [], 0
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
            chances.append(np.stack([chance_of(seed, count, FPS) for seed in seeds]).astype(np.float16))
            at += count
            ends.append(at)
    return Corpus(
        np.concatenate(heard),
        np.concatenate(streams),
        np.concatenate(tracks, axis=1),
        np.concatenate(chances, axis=1),
        np.array(ends),
        references,
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
        corpus, frames = self._corpus, self._frames
        places = self._draw_places(size)
        takes = self._rng.integers(len(corpus.tracks), size=size)
        rows = places[0][:, None] + np.arange(frames)
        values = corpus.tracks[takes[:, None], rows].astype(np.float32)
        values[..., 0] -= self._pressed(rows)
        z = encode_motion(values.reshape(-1, values.shape[-1]))
        bands, streams = self._heard(*places)
        faces = corpus.references[self._rng.integers(len(corpus.references), size=size)]
        return Batch(
            z.reshape(size, frames, *z.shape[1:]).transpose(0, 2, 1, 3, 4),
            bands,
            streams,
            faces.astype(np.float32) / 127.5 - 1,
            corpus.chances[takes[:, None], rows].astype(np.float32),
            values[..., 0],
        )

    def draw_heard(self, size: int) -> HeardBatch:
        """`size` windows from anywhere, only what is heard and how the lips move, which all takes share."""
        places = self._draw_places(size)
        rows = places[0][:, None] + np.arange(self._frames)
        lips = self._corpus.tracks[0, rows, :NUM_LIPS].astype(np.float32)
        lips[..., 0] -= self._pressed(rows)
        return HeardBatch(*self._heard(*places), lips)

    def _pressed(self, rows: np.ndarray) -> np.ndarray:
        """By how much lips that meet in these pictures are to be less than closed."""
        return PRESSED * self._corpus.streams[rows[..., None], _CLOSURES].astype(np.float32).sum(axis=-1)

    def _draw_places(self, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where windows start, and where the lines begin and end in which they lie, [size] each."""
        starts, firsts, ends = self._places[self._rng.integers(len(self._places), size=size)].T
        return starts, firsts, ends

    def _heard(self, starts: np.ndarray, firsts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        around = starts[:, None] + np.arange(-self._margin, self._frames + self._margin)
        within = (around >= firsts[:, None]) & (around < ends[:, None])  # silence lies before and after a line
        around = np.where(within, around, starts[:, None])
        bands = self._retuned(self._corpus.heard[around].astype(np.float32)) * within[..., None, None]
        return bands, self._corpus.streams[around].astype(np.float32) * within[..., None]

    def _retuned(self, bands: np.ndarray) -> np.ndarray:
        """Bands [B, T, 4, 40] through another microphone in each window: louder or softer, brighter or darker, hiss."""
        shape = (len(bands), 1, 1, 1)
        gain, tilt = self._rng.normal(0, 0.04, shape), self._rng.normal(0, 0.12, shape)
        bend = self._rng.normal(0, 0.06, shape)
        place = np.linspace(-1, 1, bands.shape[-1])
        hiss = self._rng.normal(0, 0.03, bands.shape).astype(np.float32)
        heard = bands + gain + tilt * place + bend * np.cos(np.pi * place) + hiss
        return np.asarray(np.clip(heard, 0, 1.2), np.float32)


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
