"""Where a recording may be cut: at silences, and inside a phrase only when it is longer than anybody's breath."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
AROUND_S = 0.15
"""Kept around what is above the gate, as far as there is room: attacks begin and tails end below it."""
SILENCE_S = 0.4
"""A shorter gap does not part two phrases: it may be a doubled consonant, and networks hear better in context."""
LONGEST_S = 14.0
"""Of a piece: what the networks hear at once."""
CUT_WITHIN_S = 5.0
"""The last part of a long piece, where the softest place for a cut is looked for."""
CONTEXT_S = 1.0
"""What a piece hears beyond a cut inside a phrase."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames `start` to `end` are sung from this piece; it hears those from `heard_start` to `heard_end`.

    `phrase_start`: where the silence before it ended; `follows` the piece before it without a silence.
    """

    start: int
    end: int
    heard_start: int
    heard_end: int
    phrase_start: int
    follows: bool


def cut_pieces(levels: Floats, gate: float, frame_rate: float) -> list[Piece]:
    """Pieces in order, of frames with RMS `levels` [T]; no piece where all lies below `gate`."""
    return [
        piece for start, end in _phrases(levels > gate, frame_rate) for piece in _cut(levels, start, end, frame_rate)
    ]


def _phrases(sounding: Flags, frame_rate: float) -> Iterator[tuple[int, int]]:
    """Stretches with less than a silence inside, and a little around them."""
    around, silence = round(AROUND_S * frame_rate), round(SILENCE_S * frame_rate)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], sounding, [False]]).astype(np.int8)))
    spans = edges.reshape(-1, 2)
    if not len(spans):
        return
    parts = np.flatnonzero(spans[1:, 0] - spans[:-1, 1] >= silence) + 1
    groups = [(int(group[0, 0]), int(group[-1, 1])) for group in np.split(spans, parts)]
    ends = [0, *(end for _, end in groups)]
    starts = [*(start for start, _ in groups), len(sounding)]
    for number, (start, end) in enumerate(groups):
        # Two phrases share the silence between them; the recording's edges belong to one.
        before, after = start - ends[number], starts[number + 1] - end
        before, after = before // 2 if number else before, after // 2 if number + 1 < len(groups) else after
        yield start - min(around, before), end + min(around, after)


def _cut(levels: Floats, start: int, end: int, frame_rate: float) -> Iterator[Piece]:
    longest, context = round(LONGEST_S * frame_rate), round(CONTEXT_S * frame_rate)
    within = round(CUT_WITHIN_S * frame_rate)
    phrase_start, follows = start, False
    while end - start > longest:
        softest = start + longest - within + int(levels[start + longest - within : start + longest].argmin())
        heard_end = min(end, softest + context)
        yield Piece(start, softest, max(phrase_start, start - context), heard_end, phrase_start, follows)
        start, follows = softest, True
    yield Piece(start, end, max(phrase_start, start - context), end, phrase_start, follows)
