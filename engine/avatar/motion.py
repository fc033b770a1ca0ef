"""A vocal becomes motion: the network in overlapping windows, then what a face can and cannot do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio
from engine.avatar.features import FPS, hear
from engine.avatar.gestures import NAMES as GESTURES
from engine.avatar.gestures import blinks_by_rule
from engine.avatar.latents import gesture_directions, read_motion
from engine.avatar.line import RATE_HZ, SungLine
from engine.avatar.lips import NUM_LIPS
from engine.avatar.params import NUM_PARAMS, PARAMS, FaceTrack, Floats, clipped, index_of
from engine.avatar.rules import track_by_rule
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
"""Pictures of silence in which the mouth is closed, and in which it opens again."""
PAUSE_S = 0.25
"""A shorter silence does not end a phrase."""
HEAD_ROUNDS = 4
"""How often the head's motion is eased; so many pictures ahead have to be known."""
_LIPS = ("open", "wide", "round", "tuck", "tongue")
_HEAD = ("brows", "yaw", "pitch", "roll")
_LIDS = index_of("lids")
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
    """Lengths of an animator's windows, in pictures, the shape of one picture's latents, and how much larger than the
    network says some parameters are."""

    @property
    def frames(self) -> int: ...
    @property
    def margin(self) -> int: ...
    @property
    def latents(self) -> tuple[int, ...]: ...
    @property
    def num_steps(self) -> int: ...
    @property
    def gains(self) -> Mapping[str, float]: ...


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
    """The vocals' whole motion at 25 pictures per second; see `moved_blocks`."""
    return FaceTrack(np.concatenate(list(moved_blocks(animator, vocals, reference, manner, context, line))), FPS)


def moved_blocks(
    animator: Animator,
    vocals: Audio,
    reference: Floats,
    manner: Manner,
    context: JobContext,
    line: SungLine | None = None,
) -> Iterator[Floats]:
    """The vocals' motion at 25 pictures per second, rows [n, 14] as soon as they are known: drawing need not wait.

    reference: the face at rest, in the canonical box.  With a `line`, whose phones are known, the lips are exact.
    """
    bands = hear(vocals)
    looked = animator.look(reference, context.token)
    streams, present = _known(line, len(bands))
    lips = _exact_lips(line, len(bands), manner)
    moving = _moving(bands)[:, None]
    lids = _blinks(bands, line, manner)
    done = 0
    for rows in _eased_blocks(_windows(animator, (bands, streams, present), looked, manner, context), len(bands)):
        here = slice(done, done + len(rows))
        values = _as_expressive(rows.copy(), manner.expressive, lips=lips is None)
        values[:, :NUM_LIPS] = values[:, :NUM_LIPS] * moving[here] if lips is None else lips[here]
        np.maximum(values[:, _LIDS], lids[here], out=values[:, _LIDS])
        done += len(rows)
        yield clipped(values)


def _exact_lips(line: SungLine | None, count: int, manner: Manner) -> Floats | None:
    """[F, 5] where phones are known."""
    if line is None or not line.phones:
        return None
    return track_by_rule(line, FPS, count, 0, manner.expressive).values[:, :NUM_LIPS]


def _blinks(bands: Floats, line: SungLine | None, manner: Manner) -> Floats:
    """[F]: blinks are too short and too rare for the network to learn; they come by the rule, from its own chance."""
    count = round(len(bands) / FPS * RATE_HZ)
    phrases_s = _heard_phrases_s(bands) if line is None else line.phrases_s()
    lids = blinks_by_rule(phrases_s, manner.seed, count)
    return np.interp(np.arange(len(bands)) / FPS, np.arange(count) / RATE_HZ, lids).astype(np.float32)


def _heard_phrases_s(bands: Floats) -> list[tuple[float, float]]:
    """(start, end) of each stretch in which something is heard, pauses below `PAUSE_S` included."""
    edges = np.flatnonzero(np.diff(np.pad(bands.max(axis=(1, 2)) >= SILENT, 1).astype(int)))
    phrases: list[tuple[float, float]] = []
    for start, end in edges.reshape(-1, 2) / FPS:
        if phrases and start - phrases[-1][1] < PAUSE_S:
            phrases[-1] = (phrases[-1][0], float(end))
        else:
            phrases.append((float(start), float(end)))
    return phrases


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
) -> Iterator[Floats]:
    """Blocks of rows [n, 14]: windows that share `OVERLAP` pictures, faded linearly from one to the next."""
    settings = animator.settings
    bands, streams, present = heard
    count, frames, margin = len(bands), settings.frames, settings.margin
    hop = frames - OVERLAP
    starts = range(-OVERLAP // 2, count, hop)
    times = flow_times(manner.num_steps or settings.num_steps)
    coming = ((np.arange(OVERLAP) + 0.5) / OVERLAP)[:, None]
    scales = np.ones(3, np.float32)
    gains = np.array([settings.gains.get(name, 1.0) for name in PARAMS], np.float32)
    before: Floats | None = None  # what the window before says of the pictures that this one shares
    for number, start in enumerate(starts):
        context.step(STAGE, number, len(starts))
        told = _cut(bands, start - margin, frames + 2 * margin), _cut(streams, start - margin, frames + 2 * margin)

        def clean(z: Floats, t: float, told: tuple[Floats, Floats] = told) -> Floats:
            return animator.denoise(z, t, (*told, present), scales, looked, context.token)

        noise = window_noise(manner.seed, start, frames, settings.latents, gesture_directions())
        z = sample_flow(clean, noise, times)
        values = read_motion(z) * gains
        if before is not None:
            values[:OVERLAP] = (1 - coming) * before + coming * values[:OVERLAP]
        before = values[-OVERLAP:]
        yield values[max(0, -start) : min(count, start + hop) - start]
    context.step(STAGE, len(starts), len(starts))


def _cut(rows: Floats, start: int, length: int) -> Floats:
    """`length` rows from `start` on, zeros beyond the ends."""
    cut = np.zeros((length, *rows.shape[1:]), np.float32)
    first, last = max(0, start), min(len(rows), start + length)
    if last > first:
        cut[first - start : last - start] = rows[first:last]
    return cut


def _eased_blocks(blocks: Iterable[Floats], count: int) -> Iterator[Floats]:
    """`count` rows in blocks, each eased with the rows around it, as `_eased` does it with all at once."""
    rows = np.zeros((count, NUM_PARAMS), np.float32)
    known = given = 0
    for block in blocks:
        rows[known : known + len(block)] = block
        known += len(block)
        last = known if known == count else known - HEAD_ROUNDS
        if last > given:
            first = max(0, given - HEAD_ROUNDS)
            yield _eased(rows[first:known])[given - first : last - first]
            given = last


def _eased(values: Floats) -> Floats:
    """Lips a little, the slow head more, the quick lids not at all: chance between pictures is not motion."""
    eased = values.copy()
    for name, rounds in (*((name, 1) for name in _LIPS), *((name, HEAD_ROUNDS) for name in GESTURES if name != "lids")):
        column = eased[:, index_of(name)]
        for _ in range(rounds):
            padded = np.pad(column, 1, mode="edge")
            column = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
        eased[:, index_of(name)] = column
    return eased


def _moving(bands: Floats) -> Floats:
    """[F]: 1 where something is heard, falling to 0 `SHUT_AFTER` pictures away from it: there the lips rest."""
    heard = np.flatnonzero(bands.max(axis=(1, 2)) >= SILENT)
    if not len(heard):
        return np.zeros(len(bands), np.float32)
    at = np.arange(len(bands))
    after = np.minimum(np.searchsorted(heard, at), len(heard) - 1)
    away = np.minimum(np.abs(heard[after] - at), np.abs(at - heard[np.maximum(after - 1, 0)]))
    return np.asarray(1 - np.minimum(away / SHUT_AFTER, 1), np.float32)


def _as_expressive(values: Floats, expressive: float, lips: bool) -> Floats:
    """As the rules size gestures by how expressive a singer is; in place."""
    for name in _HEAD:
        values[:, index_of(name)] *= (0.25 + 1.25 * expressive) / (0.25 + 1.25 * USUAL_EXPRESSIVE)
    if lips:
        values[:, index_of("open")] *= (0.62 + 0.45 * expressive) / (0.62 + 0.45 * USUAL_EXPRESSIVE)
        values[:, index_of("wide")] *= (0.6 + 0.5 * expressive) / (0.6 + 0.5 * USUAL_EXPRESSIVE)
    return values
