"""Lips and tongue by rule, from phones whose times are known: exact, and there before any sound is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.avatar.line import RATE_HZ, Floats, SpokenPhone, SungLine, smoothed
from engine.avatar.visemes import CLOSURES, GLIDE_AT, REST, Mouth, mouths_of
from engine.phonemize.phones import is_vowel

NUM_LIPS = 5
"""open, wide, round, tuck, tongue: the first columns of a track."""
_OPEN = 0
REACH_S = np.array([0.075, 0.11, 0.12, 0.06, 0.06])
"""How far ahead and after a phone its mouth is felt, per parameter: lips round early, the tongue is quick."""
CLOSING_S = 0.06
"""A singer's lips need so long from open to shut."""
LATEST_REST_S = 0.35
"""After a phrase the mouth is closed by then."""
PITCH_LIFT = 0.18
"""The jaw opens further the higher the note (Sundberg and Skoog 1997): so much at an octave above the median."""

Doubles = NDArray[np.floating[Any]]


def lips_by_rule(line: SungLine, expressive: float = 0.6) -> Floats:
    """[T, 5] at `RATE_HZ`, 0 to 1 (`wide` -1 to 1).  `expressive` 0 to 1: from a murmur to the back row."""
    count = len(line.level)
    times = (np.arange(count) + 0.5) / RATE_HZ
    aims = _aims(line.phones, line.duration_s)
    lips = _blended(aims, times)
    vowel = _vowel_share(line.phones, times)
    effort = 0.4 + 0.6 * smoothed(line.level.astype(np.float64), 0.06)
    lift = 1 + PITCH_LIFT * _octaves_up(line.f0)
    size = (0.62 + 0.45 * expressive) * (1 - vowel + vowel * effort * lift)
    lips[:, _OPEN] *= size
    lips[:, 1] *= 0.6 + 0.5 * expressive
    lips[:, _OPEN] *= _shut(line.phones, times)
    return np.asarray(np.clip(lips, [0, -1, 0, 0, 0], 1), np.float32)


def _aims(phones: Sequence[SpokenPhone], duration_s: float) -> list[tuple[float, float, Mouth]]:
    """(start, end, mouth) without gaps from 0 to the end; pauses rest, a consonant like HH waits for its vowel."""
    aims: list[tuple[float, float, Mouth]] = []
    at = 0.0
    for phone in phones:
        if phone.start_s > at + 0.01:
            aims.append((at, phone.start_s, REST))
        mouths = mouths_of(phone.label)
        edges = [phone.start_s, phone.end_s]
        if len(mouths) == 2:
            edges.insert(1, phone.start_s + GLIDE_AT * (phone.end_s - phone.start_s))
        aims += [(a, b, mouth) for (a, b), mouth in zip(pairwise(edges), mouths, strict=True)]
        at = phone.end_s
    if duration_s > at:
        aims.append((at, duration_s, REST))
    return aims


def _blended(aims: Sequence[tuple[float, float, Mouth]], times: Doubles) -> Doubles:
    """Each parameter is the mean of all aims, weighted by how stubborn and how near in time each is."""
    total = np.zeros((len(times), NUM_LIPS))
    weight = np.full((len(times), NUM_LIPS), 1e-9)
    for start_s, end_s, mouth in aims:
        reach = min(4 * REACH_S.max(), LATEST_REST_S + 0.2)
        a, b = np.searchsorted(times, [start_s - reach, end_s + reach])
        near = times[a:b, None]
        away = np.maximum(np.maximum(start_s - near, near - end_s), 0.0)
        # A long vowel is not stronger than a short one, only longer; a very short phone is felt less.
        felt = mouth.hold * np.exp(-((away / REACH_S) ** 1.3) * 2.2) * min(1.0, (end_s - start_s) / 0.05)
        total[a:b] += felt * np.array(mouth[:NUM_LIPS])
        weight[a:b] += felt
    return np.asarray(total / weight)


def _shut(phones: Sequence[SpokenPhone], times: Doubles) -> Doubles:
    """1, and 0 while lips meet, with `CLOSING_S` on either side."""
    open_by = np.ones(len(times))
    for phone in phones:
        if phone.label not in CLOSURES:
            continue
        a, b = np.searchsorted(times, [phone.start_s - CLOSING_S, phone.end_s + CLOSING_S])
        away = np.maximum(np.maximum(phone.start_s - times[a:b], times[a:b] - phone.end_s), 0.0) / CLOSING_S
        open_by[a:b] = np.minimum(open_by[a:b], 0.5 - 0.5 * np.cos(np.pi * np.clip(away, 0, 1)))
    return open_by


def _vowel_share(phones: Sequence[SpokenPhone], times: Doubles) -> Doubles:
    share = np.zeros(len(times))
    for phone in phones:
        if is_vowel(phone.label):
            a, b = np.searchsorted(times, [phone.start_s, phone.end_s])
            share[a:b] = 1.0
    return smoothed(share, 0.03)


def _octaves_up(f0: Floats) -> Doubles:
    """Octaves above the line's median pitch, 0 where lower or unvoiced, at most 1.5."""
    voiced = f0 > 0
    if not voiced.any():
        return np.zeros(len(f0))
    up = np.log2(np.maximum(f0, 1.0) / np.median(f0[voiced]))
    return smoothed(np.clip(np.where(voiced, up, 0.0), 0, 1.5), 0.08)
