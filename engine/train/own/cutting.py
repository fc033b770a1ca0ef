"""Recordings cut at their silences into pieces of 3 to 12 seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.train.own.hearing import FRAME_S, loudness_and_threshold

SHORTEST_S, WANTED_S, LONGEST_S = 1.5, 3.0, 12.0
PAUSE_S, LONG_PAUSE_S = 0.25, 1.2
"""A silence where a piece may end, and one that never lies inside a piece."""
EDGE_S = 0.15
"""Silence kept on either side."""
TARGET_DB, CORRECTION_DB, PEAK = -23.0, 6.0, 0.95
"""Of the voice in a piece: where held vowels of the shipped voices lie; what a piece may differ from its recording."""

Floats = NDArray[np.float64]
Span = tuple[int, int]


def cut(frames: Floats) -> list[Span]:
    """Pieces as (first, end) frames of 10 ms, of levels [T] in dB; in order, none overlapping."""
    loud, threshold = loudness_and_threshold(frames)
    runs = _runs(frames > threshold, round(PAUSE_S / FRAME_S))
    parts = [part for run in runs for part in _split(run, frames)]
    pieces: list[Span] = []
    for start, end in parts:
        before = pieces[-1] if pieces else None
        near = before is not None and start - before[1] < LONG_PAUSE_S / FRAME_S
        if before and near and before[1] - before[0] < WANTED_S / FRAME_S and _fits(before[0], end):
            pieces[-1] = (before[0], end)
        else:
            pieces.append((start, end))
    voiced = [p for p in pieces if frames[slice(*p)].max() > loud - 20]
    return [p for p in _with_edges(voiced, len(frames)) if p[1] - p[0] >= SHORTEST_S / FRAME_S]


def gain_db(frames: Floats, piece: Span, peak: float) -> float:
    """What brings a piece with the given peak amplitude to the usual level; its own dynamics stay half of them."""
    loud, threshold = loudness_and_threshold(frames)
    own = frames[slice(*piece)]
    own_loud = float(np.percentile(own[own > threshold], 75)) if (own > threshold).any() else loud
    gain = TARGET_DB - loud + float(np.clip(0.5 * (loud - own_loud), -CORRECTION_DB, CORRECTION_DB))
    return min(gain, float(20 * np.log10(PEAK / max(peak, 1e-6))))


def _fits(start: int, end: int) -> bool:
    return end - start <= LONGEST_S / FRAME_S


def _runs(active: NDArray[np.bool_], pause: int) -> list[Span]:
    """Stretches of voice; silences shorter than `pause` belong to them."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    runs: list[Span] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if runs and start - runs[-1][1] < pause:
            runs[-1] = (runs[-1][0], int(end))
        else:
            runs.append((int(start), int(end)))
    return runs


def _split(run: Span, frames: Floats) -> list[Span]:
    """Where no silence comes for 12 s, the softest place between 3 and 12 s."""
    parts: list[Span] = []
    start, end = run
    while not _fits(start, end):
        first, last = start + round(WANTED_S / FRAME_S), start + round(LONGEST_S / FRAME_S)
        last = min(last, end - round(SHORTEST_S / FRAME_S))
        place = first + int(frames[first:last].argmin())
        parts.append((start, place))
        start = place
    return [*parts, (start, end)]


def _with_edges(pieces: list[Span], count: int) -> list[Span]:
    edge = round(EDGE_S / FRAME_S)
    wider = []
    for index, (start, end) in enumerate(pieces):
        low = (pieces[index - 1][1] + start + 1) // 2 if index else 0
        high = (end + pieces[index + 1][0]) // 2 if index + 1 < len(pieces) else count
        wider.append((max(start - edge, low), min(end + edge, high)))
    return wider
