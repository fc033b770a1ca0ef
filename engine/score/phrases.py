"""A score cut into phrases: what is rendered, cached and re-rendered as one piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.score.expression import Curve, neutral
from engine.score.model import REACH_QUARTERS, Note, NoteId, Phrase, Score

GAP_S = 0.4
"""A rest this long lets the singer breathe."""

BREAK_GAP_S = 0.1
"""At a line end of the text a shorter rest is enough."""

WORD_GAP_S = 1.5
"""Inside a word only a rest this long parts phrases."""

MAX_PHRASE_S = 12.0
MIN_PART_S = 3.0

_CLAUSE_ENDS = tuple(".,;:!?…。、，！？；：")


def split_phrases(score: Score, *, gap_s: float = GAP_S, max_phrase_s: float = MAX_PHRASE_S) -> tuple[Phrase, ...]:
    """Split at rests of `gap_s` seconds, before breaths and at line ends; long runs at their best word end.

    Every note is in exactly one phrase, in order.  No phrase begins with a held note unless a rest
    precedes it, so a melisma may carry a phrase past `max_phrase_s`.  Linear in the notes.
    """
    seconds = score.tempo_map.seconds
    spans = [(seconds(n.start), seconds(n.end)) for n in score.notes]
    breaks = set(score.phrase_breaks)
    drawn = np.array([(piece.start, piece.end) for piece in score.drawn], np.float64).reshape(-1, 2)
    phrases: list[Phrase] = []
    first = 0
    for i in range(1, len(score.notes) + 1):
        if i == len(score.notes) or _parts(score.notes, spans, i, score.notes[i - 1].id in breaks, gap_s):
            for start, end in _shorten(score.notes, spans, breaks, first, i, max_phrase_s):
                phrases.append(_phrase(score, spans, drawn, len(phrases), start, end))
            first = i
    return tuple(phrases)


def _parts(notes: Sequence[Note], spans: Sequence[tuple[float, float]], i: int, line_end: bool, gap_s: float) -> bool:
    """Whether a phrase begins with note `i`."""
    gap = spans[i][0] - spans[i - 1][1]
    if notes[i].breath and not notes[i - 1].breath:
        return True
    if _inside_word(notes, i):
        return gap >= max(gap_s, WORD_GAP_S)
    return gap >= gap_s or (line_end and gap >= min(gap_s, BREAK_GAP_S))


def _inside_word(notes: Sequence[Note], i: int) -> bool:
    """Note `i` goes on with the word before it."""
    return notes[i].holds or notes[i].continues_word or not (notes[i - 1].ends_word or notes[i - 1].breath)


def _shorten(
    notes: Sequence[Note],
    spans: Sequence[tuple[float, float]],
    breaks: set[NoteId],
    first: int,
    end: int,
    max_phrase_s: float,
) -> list[tuple[int, int]]:
    """Cut notes [first, end) into parts of at most `max_phrase_s` where syllables allow it."""
    parts: list[tuple[int, int]] = []
    while spans[end - 1][1] - spans[first][0] > max_phrase_s:
        cut: int | None = None
        best = -1.0
        for i in range(first + 1, end):
            if spans[i - 1][1] - spans[first][0] > max_phrase_s and cut is not None:
                break
            if notes[i].holds:
                continue
            value = _cut_value(notes, spans, breaks, i, first, max_phrase_s)
            if value >= best:
                cut, best = i, value
        if cut is None:
            break
        parts.append((first, cut))
        first = cut
    parts.append((first, end))
    return parts


def _cut_value(
    notes: Sequence[Note],
    spans: Sequence[tuple[float, float]],
    breaks: set[NoteId],
    i: int,
    first: int,
    max_phrase_s: float,
) -> float:
    """How good a place note `i` is to begin a new part; higher is better, later wins when equal."""
    length = spans[i - 1][1] - spans[first][0]
    value = 10.0 * max(0.0, spans[i][0] - spans[i - 1][1])
    value += 0.0 if _inside_word(notes, i) else 4.0
    value += 3.0 if notes[i - 1].id in breaks else 0.0
    value += 1.5 if notes[i - 1].lyric.endswith(_CLAUSE_ENDS) else 0.0
    value += length / max_phrase_s
    return value if length >= min(MIN_PART_S, max_phrase_s / 4) else value * 0.1


def _phrase(
    score: Score,
    spans: Sequence[tuple[float, float]],
    drawn: NDArray[np.float64],
    index: int,
    start: int,
    end: int,
) -> Phrase:
    notes = score.notes[start:end]
    first, last = max(0.0, notes[0].start - REACH_QUARTERS), notes[-1].end + REACH_QUARTERS
    pieces = [score.drawn[i] for i in np.flatnonzero((drawn[:, 0] < last) & (drawn[:, 1] > first))]
    return Phrase(
        index=index,
        notes=notes,
        tempo_map=score.tempo_map.slice(notes[0].start, notes[-1].end),
        start_s=spans[start][0],
        end_s=spans[end - 1][1],
        language=score.language,
        curves=_heard(score.curves, (first, last)),
        drawn=tuple(piece.within(max(piece.start, first), min(piece.end, last)) for piece in pieces),
    )


def _heard(curves: Mapping[str, Curve], reach: tuple[float, float]) -> dict[str, Curve]:
    """Curves that change something there: one that is neutral here must not send this phrase to be sung again."""
    cut = {name: curve.within(*reach) for name, curve in curves.items()}
    return {name: curve for name, curve in cut.items() if any(value != neutral(name) for _, value in curve.points)}
