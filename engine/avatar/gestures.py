"""Head, brows, lids, gaze and breath by rule, with chance in them: no two takes of a singer move alike.

What singers do (docs/decisions/0004): brows and chin rise with the line's high notes, the head nods with the beat and
sways slowly, eyes blink at the ends of phrases, and before a phrase there is breath.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.avatar.line import RATE_HZ, Floats, SungLine, smoothed

BLINK_S = 0.22
INHALE_S = (0.22, 0.45)
NAMES = ("smile", "brows", "lids", "gaze_x", "gaze_y", "yaw", "pitch", "roll", "breath")
"""The columns that `gestures_by_rule` gives: all of a track after the lips."""

Doubles = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class _Manner:
    """How somebody moves, drawn once per take."""

    nod: float
    sway: float
    lift: float
    smile: float
    blinks_per_s: float
    every_second_beat: bool


def gestures_by_rule(line: SungLine, seed: int, expressive: float = 0.6) -> Floats:
    """[T, 9] at `RATE_HZ`, in the order of `NAMES`.  Another `seed` is another take; `expressive` 0 hardly moves."""
    rng = np.random.default_rng([seed, 71])
    manner = _Manner(
        nod=float(rng.uniform(0.03, 0.16)),
        sway=float(rng.uniform(0.05, 0.2)),
        lift=float(rng.uniform(0.1, 0.35)),
        smile=float(rng.normal(0.08, 0.12)),
        blinks_per_s=float(rng.uniform(0.15, 0.35)),
        every_second_beat=bool(rng.random() < 0.4),
    )
    size = 0.25 + 1.25 * expressive
    count = len(line.level)
    phrases = line.phrases_s()
    singing = _within(phrases, count)
    height = _height(line)
    nod = _nods(line, manner, count) * singing
    sway = _wander(rng, count, 3, 1.6)
    out = np.zeros((count, len(NAMES)))
    out[:, 0] = manner.smile + 0.12 * _wander(rng, count, 1, 3.0)[0] - 0.1 * height * singing
    out[:, 1] = size * (1.1 * manner.lift * height * singing + 0.1 * _wander(rng, count, 1, 2.0)[0])
    out[:, 2] = _blinks(rng, phrases, manner, count)
    gaze = _glances(rng, count)
    out[:, 3:5] = gaze
    out[:, 5] = size * manner.sway * sway[0] + 0.15 * gaze[:, 0]
    out[:, 6] = size * (0.5 * manner.lift * height * singing - nod + 0.5 * manner.sway * sway[1])
    out[:, 7] = size * 0.8 * manner.sway * sway[2]
    out[:, 8] = _breaths(rng, phrases, count)
    return np.asarray(np.clip(out, [-1, -1, 0, -1, -1, -1, -1, -1, 0], 1), np.float32)


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
    beats = line.beats_s[:: 2 if manner.every_second_beat else 1]
    times = np.arange(count) / RATE_HZ
    nods = np.zeros(count)
    for beat_s in beats:
        a, b = np.searchsorted(times, [beat_s - 0.18, beat_s + 0.42])
        away = (times[a:b] - beat_s) / np.where(times[a:b] < beat_s, 0.18, 0.42)
        nods[a:b] = np.maximum(nods[a:b], 0.5 + 0.5 * np.cos(np.pi * away))
    return manner.nod * nods


def _wander(rng: np.random.Generator, count: int, rows: int, period_s: float) -> Doubles:
    """[rows, count]: smooth chance with a standard deviation of 1, turning every `period_s` or so."""
    knots = max(4, int(count / RATE_HZ / period_s) + 4)
    values = rng.standard_normal((rows, knots))
    places = np.arange(count) / RATE_HZ / period_s + 1
    left = np.minimum(places.astype(int), knots - 2)
    share = places - left
    share = share * share * (3 - 2 * share)
    wandered = (1 - share) * values[:, left] + share * values[:, left + 1]
    return np.stack([smoothed(row, 0.2) for row in wandered])


def _blinks(rng: np.random.Generator, phrases: list[tuple[float, float]], manner: _Manner, count: int) -> Doubles:
    """At most ends of phrases, and now and then."""
    length_s = count / RATE_HZ
    chance = rng.random(len(phrases)) < 0.7
    at = [end_s + float(rng.uniform(-0.1, 0.2)) for (_, end_s), blinks in zip(phrases, chance, strict=True) if blinks]
    at += list(rng.uniform(0, length_s, int(rng.poisson(manner.blinks_per_s * length_s))))
    times = np.arange(count) / RATE_HZ
    lids = np.zeros(count)
    for moment_s in at:
        away = (times - moment_s) / np.where(times < moment_s, 0.35 * BLINK_S, 0.65 * BLINK_S)
        lids = np.maximum(lids, 0.5 + 0.5 * np.cos(np.pi * np.clip(away, -1, 1)))
    return lids


def _glances(rng: np.random.Generator, count: int) -> Doubles:
    """[count, 2]: the eyes rest, and jump."""
    gaze = np.zeros((count, 2))
    at, aim = 0, np.zeros(2)
    while at < count:
        stay = int(rng.uniform(0.8, 3.5) * RATE_HZ)
        gaze[at : at + stay] = aim
        at += stay
        aim = np.zeros(2) if rng.random() < 0.55 else rng.normal(0, [0.3, 0.15])
    return np.stack([smoothed(column, 0.035) for column in gaze.T], axis=1)


def _breaths(rng: np.random.Generator, phrases: list[tuple[float, float]], count: int) -> Doubles:
    """In before every phrase, out over its length."""
    breath = np.zeros(count)
    times = np.arange(count) / RATE_HZ
    for start_s, end_s in phrases:
        inhale_s = float(rng.uniform(*INHALE_S))
        rising = np.clip((times - (start_s - inhale_s)) / inhale_s, 0, 1)
        falling = np.clip((end_s - times) / max(end_s - start_s, 0.3), 0, 1)
        breath = np.maximum(breath, rising * falling * (times < end_s))
    return smoothed(breath, 0.08)
