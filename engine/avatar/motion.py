"""A vocal becomes motion: the network in overlapping windows, then what a face can and cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio
from engine.avatar.features import FPS, hear
from engine.avatar.gestures import NAMES as GESTURES
from engine.avatar.latents import decode_motion
from engine.avatar.line import SungLine
from engine.avatar.params import NUM_PARAMS, FaceTrack, Floats, index_of
from engine.avatar.rules import with_lips
from engine.avatar.streams import NAMES, NUM_COLUMNS, streams_of
from engine.diffusion.rectified_flow import flow_times, sample_flow, window_noise
from engine.jobs import CancelToken, JobContext

STAGE = "Moving"
OVERLAP = 6
"""Pictures that two windows share and crossfade over."""
USUAL_EXPRESSIVE = 0.6
"""How expressive the singers were that the network learned from."""
SILENT = 0.3
"""Of what `hear` calls loud: below, nobody sings."""
SHUT_AFTER = 3
"""Pictures of silence in which the mouth is closed."""
_LIPS = ("open", "wide", "round", "tuck", "tongue")
_HEAD = ("brows", "yaw", "pitch", "roll")
Looked = dict[str, NDArray[np.float32]]


class Animator(Protocol):
    """What moves a face: `engine.models.singer_motion.SingerMotion`, or a fake of it."""

    @property
    def settings(self) -> AnimatorSettings: ...

    def look(self, reference: Floats, token: CancelToken | None = None) -> Looked: ...

    def denoise(
        self,
        z: Floats,
        t: float,
        heard: tuple[Floats, Floats, Floats],
        scales: Floats,
        looked: Looked,
        token: CancelToken | None = None,
    ) -> Floats: ...


class AnimatorSettings(Protocol):
    """Lengths of an animator's windows, in pictures, and the shape of one picture's latents."""

    @property
    def frames(self) -> int: ...
    @property
    def margin(self) -> int: ...
    @property
    def latents(self) -> tuple[int, ...]: ...
    @property
    def num_steps(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How to move.  `seed`: the take; `num_steps`: of the sampler, None as the animator says; `expressive` 0 to 1."""

    seed: int = 0
    num_steps: int | None = None
    expressive: float = USUAL_EXPRESSIVE


def move(
    animator: Animator,
    vocals: Audio,
    reference: Floats,
    manner: Manner,
    context: JobContext,
    line: SungLine | None = None,
) -> FaceTrack:
    """The vocals' motion at 25 pictures per second.

    reference: the face at rest, in the canonical box.  With a `line`, whose phones are known, the lips are exact.
    """
    bands = hear(vocals)
    count = len(bands)
    looked = animator.look(reference, context.token)
    streams, present = _known(line, count)
    values = _windows(animator, (bands, streams, present), looked, manner, context)
    track = FaceTrack(_eased(values), FPS)
    if line is not None and line.phones:
        return _as_expressive(with_lips(track, line, manner.expressive), manner.expressive, lips=False)
    return _as_expressive(_silenced(track, bands), manner.expressive, lips=True)


def _known(line: SungLine | None, count: int) -> tuple[Floats, Floats]:
    """(streams [F, 46], present [6])."""
    if line is None:
        return np.zeros((count, NUM_COLUMNS), np.float32), np.array([1, *[0] * len(NAMES)], np.float32)
    return streams_of(line, FPS, count), np.ones(1 + len(NAMES), np.float32)


def _windows(
    animator: Animator,
    heard: tuple[Floats, Floats, Floats],
    looked: Looked,
    manner: Manner,
    context: JobContext,
) -> Floats:
    """[F, 14]: windows that share `OVERLAP` pictures, faded linearly from one to the next."""
    settings = animator.settings
    bands, streams, present = heard
    count, frames, margin = len(bands), settings.frames, settings.margin
    hop = frames - OVERLAP
    starts = range(-OVERLAP // 2, count, hop)
    times = flow_times(manner.num_steps or settings.num_steps)
    fade = np.minimum(1, (np.arange(frames) + 0.5) / OVERLAP)
    fade = np.minimum(fade, fade[::-1])[:, None]
    values = np.zeros((count, NUM_PARAMS))
    weights = np.zeros((count, 1))
    scales = np.ones(3, np.float32)
    for number, start in enumerate(starts):
        context.step(STAGE, number, len(starts))
        told = _cut(bands, start - margin, frames + 2 * margin), _cut(streams, start - margin, frames + 2 * margin)

        def clean(z: Floats, t: float, told: tuple[Floats, Floats] = told) -> Floats:
            return animator.denoise(z, t, (*told, present), scales, looked, context.token)

        z = sample_flow(clean, window_noise(manner.seed, start, frames, settings.latents), times)
        first, last = max(0, start), min(count, start + frames)
        inside = slice(first - start, last - start)
        values[first:last] += (fade * decode_motion(z))[inside]
        weights[first:last] += fade[inside]
    context.step(STAGE, len(starts), len(starts))
    return np.asarray(values / weights, np.float32)


def _cut(rows: Floats, start: int, length: int) -> Floats:
    """`length` rows from `start` on, zeros beyond the ends."""
    cut = np.zeros((length, *rows.shape[1:]), np.float32)
    first, last = max(0, start), min(len(rows), start + length)
    if last > first:
        cut[first - start : last - start] = rows[first:last]
    return cut


def _eased(values: Floats) -> Floats:
    """Lips a little, the slow head more, the quick lids not at all: chance between pictures is not motion."""
    eased = values.copy()
    for name, rounds in (*((name, 1) for name in _LIPS), *((name, 4) for name in GESTURES if name != "lids")):
        column = eased[:, index_of(name)]
        for _ in range(rounds):
            padded = np.pad(column, 1, mode="edge")
            column = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
        eased[:, index_of(name)] = column
    return eased


def _silenced(track: FaceTrack, bands: Floats) -> FaceTrack:
    """Where nothing is heard for a while, the lips come to rest."""
    silent = bands.max(axis=(1, 2)) < SILENT
    quiet_for = np.zeros(len(silent))
    for at in range(len(silent)):
        quiet_for[at] = quiet_for[at - 1] + 1 if silent[at] and at else float(silent[at])
    moving = 1 - np.clip(quiet_for / SHUT_AFTER, 0, 1)
    values = track.values.copy()
    for name in _LIPS:
        values[:, index_of(name)] *= moving
    return FaceTrack(values, track.fps)


def _as_expressive(track: FaceTrack, expressive: float, lips: bool) -> FaceTrack:
    """As the rules size gestures by how expressive a singer is."""
    values = track.values.copy()
    for name in _HEAD:
        values[:, index_of(name)] *= (0.25 + 1.25 * expressive) / (0.25 + 1.25 * USUAL_EXPRESSIVE)
    if lips:
        values[:, index_of("open")] *= (0.62 + 0.45 * expressive) / (0.62 + 0.45 * USUAL_EXPRESSIVE)
        values[:, index_of("wide")] *= (0.6 + 0.5 * expressive) / (0.6 + 0.5 * USUAL_EXPRESSIVE)
    return FaceTrack(values, track.fps)
