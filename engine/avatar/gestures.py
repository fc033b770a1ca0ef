"""Head, brows, lids, gaze and breath by rule, with chance in them: no two takes of a singer move alike.

What singers do (docs/decisions/0004): brows and chin rise with the line's high notes, the head nods with the beat and
sways slowly, eyes blink at the ends of phrases, and before a phrase there is breath.  The chance in it is given from
outside, so that the network can be told of it in its noise (`latents.gesture_directions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.avatar.features import FPS
from engine.avatar.line import RATE_HZ, Floats, SungLine, smoothed
from engine.diffusion.rectified_flow import slow_normals

BLINK_S = 0.22
INHALE_S = 0.34
NAMES = ("smile", "brows", "lids", "gaze_x", "gaze_y", "yaw", "pitch", "roll", "breath")
"""The columns that `gestures_by_rule` gives: all of a track after the lips."""
NUM_GESTURES = len(NAMES)
FAST_BEAT_S = 0.55
"""To quicker beats only every second one is nodded."""
_BLINKS_ABOVE, _BLINKS_AFTER_PHRASE = 0.9, -0.5
_STEADY = 0.8

Doubles = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class _Manner:
    """How somebody moves, drawn once per take."""

    nod: float
    sway: float
    lift: float
    smile: float


def gestures_by_rule(line: SungLine, seed: int, expressive: float = 0.6) -> Floats:
    """[T, 9] at `RATE_HZ`, in the order of `NAMES`.  Another `seed` is another take; `expressive` 0 hardly moves.

    What is chance in them is `chance_of(seed, ...)`, and how large somebody moves.
    """
    rng = np.random.default_rng([seed, 71])
    manner = _Manner(
        nod=float(rng.uniform(0.06, 0.14)),
        sway=float(rng.uniform(0.1, 0.18)),
        lift=float(rng.uniform(0.15, 0.3)),
        smile=float(rng.normal(0.08, 0.06)),
    )
    size = 0.25 + 1.25 * expressive
    count = len(line.level)
    phrases = line.phrases_s()
    singing = _within(phrases, count)
    height = _height(line)
    nod = _nods(line, manner, count) * singing
    chance = chance_of(seed, count, RATE_HZ)
    smile, brows, lids, gaze_x, gaze_y, yaw, pitch, roll, _ = np.stack([smoothed(c, 0.12) for c in chance.T])
    out = np.zeros((count, NUM_GESTURES))
    out[:, 0] = manner.smile + 0.12 * smile - 0.1 * height * singing
    out[:, 1] = size * (1.1 * manner.lift * height * singing + 0.1 * brows)
    out[:, 2] = _blinks(lids, phrases, count)
    out[:, 3], out[:, 4] = 0.25 * _glances(gaze_x), 0.13 * _glances(gaze_y)
    out[:, 5] = size * manner.sway * yaw + 0.15 * out[:, 3]
    out[:, 6] = size * (0.5 * manner.lift * height * singing - nod + 0.5 * manner.sway * pitch)
    out[:, 7] = size * 0.8 * manner.sway * roll
    out[:, 8] = _breaths(phrases, count)
    return np.asarray(np.clip(out, [-1, -1, 0, -1, -1, -1, -1, -1, 0], 1), np.float32)


def blinks_by_rule(phrases_s: list[tuple[float, float]], seed: int, count: int) -> Floats:
    """The lids alone, [count] at `RATE_HZ`, as `gestures_by_rule` moves them in the same take."""
    chance = smoothed(chance_of(seed, count, RATE_HZ)[:, NAMES.index("lids")], 0.12)
    return np.asarray(_blinks(chance, phrases_s, count), np.float32)


def chance_of(seed: int, count: int, rate_hz: float) -> Floats:
    """[count, 9]: what is left to chance in a take, `rate_hz` times a second, a column for each of `NAMES`."""
    return slow_normals(seed, np.arange(count) * (FPS / rate_hz), NUM_GESTURES)


def _within(spans: list[tuple[float, float]], count: int) -> Doubles:
    """1 within the spans, 0 elsewhere, softly."""
    inside = np.zeros(count)
    for start_s, end_s in spans:
        inside[max(0, round(start_s * RATE_HZ)) : round(end_s * RATE_HZ)] = 1.0
    return smoothed(inside, 0.25)


def _height(line: SungLine) -> Doubles:
    """How high the line is for this singer, about -1 to 1, slowly."""
    voiced = line.f0 > 0
    if not voiced.any():
        return np.zeros(len(line.f0))
    octaves = np.log2(np.maximum(line.f0, 1.0) / np.median(line.f0[voiced]))
    known = np.interp(np.arange(len(octaves)), np.flatnonzero(voiced), octaves[voiced])
    return np.asarray(np.clip(smoothed(known, 0.2) * 1.6, -1, 1))


def _nods(line: SungLine, manner: _Manner, count: int) -> Doubles:
    """Down on the beat and up again before the next, 0 to `nod`."""
    fast = len(line.beats_s) > 1 and np.median(np.diff(line.beats_s)) < FAST_BEAT_S
    beats = line.beats_s[:: 2 if fast else 1]
    times = np.arange(count) / RATE_HZ
    nods = np.zeros(count)
    for beat_s in beats:
        a, b = np.searchsorted(times, [beat_s - 0.18, beat_s + 0.42])
        away = (times[a:b] - beat_s) / np.where(times[a:b] < beat_s, 0.18, 0.42)
        nods[a:b] = np.maximum(nods[a:b], 0.5 + 0.5 * np.cos(np.pi * away))
    return manner.nod * nods


def _blinks(chance: Doubles, phrases: list[tuple[float, float]], count: int) -> Doubles:
    """After most phrases, and now and then: when chance comes above a bound."""
    times = np.arange(count) / RATE_HZ
    at = list(times[1:][(chance[1:] > _BLINKS_ABOVE) & (chance[:-1] <= _BLINKS_ABOVE)])
    ends = [(end_s, min(round(end_s * RATE_HZ), count - 1)) for _, end_s in phrases]
    at += [end_s + 0.05 for end_s, place in ends if chance[place] > _BLINKS_AFTER_PHRASE]
    lids = np.zeros(count)
    for moment_s in at:
        away = (times - moment_s) / np.where(times < moment_s, 0.35 * BLINK_S, 0.65 * BLINK_S)
        lids = np.maximum(lids, 0.5 + 0.5 * np.cos(np.pi * np.clip(away, -1, 1)))
    return lids


def _glances(chance: Doubles) -> Doubles:
    """The eyes rest, and jump: about -2 to 2, in whole steps."""
    return smoothed(np.round(_STEADY * chance), 0.035)


def _breaths(phrases: list[tuple[float, float]], count: int) -> Doubles:
    """In before every phrase, out over its length."""
    breath = np.zeros(count)
    times = np.arange(count) / RATE_HZ
    for start_s, end_s in phrases:
        rising = np.clip((times - (start_s - INHALE_S)) / INHALE_S, 0, 1)
        falling = np.clip((end_s - times) / max(end_s - start_s, 0.3), 0, 1)
        breath = np.maximum(breath, rising * falling * (times < end_s))
    return smoothed(breath, 0.08)
