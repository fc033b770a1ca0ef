"""What happened to a row of notes as a whole: transposed, moved, stretched.

Found by trying: of some likely frames, the one that brings most notes of before onto a note of now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.score.sidecar import PHRASE_REST_QUARTERS

NEW_PHRASE = 999.0
"""What stands for a step or a distance to a note on the other side of a long rest."""

SHORTEST = 1 / 960

_NEAR = 0.25  # quarters within which a note counts as brought onto another
_SHAPE = 4  # notes whose three steps make a shape that is known again in any key and tempo
_COMMON_SHAPE = 4  # a shape that comes more often says little about its place
_TEMPO_TOLERANCE = 0.02

Floats = NDArray[np.float64]


class Timed(Protocol):
    """`start` and `duration` in quarters, `key` 0 to 127."""

    @property
    def start(self) -> float: ...
    @property
    def duration(self) -> float: ...
    @property
    def key(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """`key + up` semitones, `start * stretch + shift` quarters."""

    up: float = 0.0
    stretch: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """Notes as columns [N]; times in quarters.

    `in_phrase`: from the first note of the phrase; `since` and `until`: from the onset before and to the next;
    `step_from` and `step_to`: semitones likewise.
    """

    start: Floats
    length: Floats
    key: Floats
    in_phrase: Floats
    since: Floats
    until: Floats
    step_from: Floats
    step_to: Floats
    log_length: Floats

    def part(self, which: slice | NDArray[np.int_]) -> Row:
        """Some of the notes; what is told of their neighbours stays."""
        return Row(*(getattr(self, name)[which] for name in _COLUMNS))

    def brought_to(self, frame: Frame) -> Row:
        """The same notes after what `frame` says."""

        def apart(column: Floats) -> Floats:
            return np.where(column == NEW_PHRASE, NEW_PHRASE, column * frame.stretch)

        return replace(
            self,
            start=self.start * frame.stretch + frame.shift,
            length=self.length * frame.stretch,
            key=self.key + frame.up,
            in_phrase=self.in_phrase * frame.stretch,
            since=apart(self.since),
            until=apart(self.until),
            log_length=self.log_length + np.log2(frame.stretch),
        )


_COLUMNS = tuple(field.name for field in fields(Row))


def row_of(notes: Sequence[Timed]) -> Row:
    """At least one note, by ascending start."""
    start = np.array([note.start for note in notes], float)
    length = np.maximum(np.array([note.duration for note in notes], float), SHORTEST)
    key = np.array([note.key for note in notes], float)
    rests = start[1:] - (start + length)[:-1] > PHRASE_REST_QUARTERS
    begins = np.concatenate([[True], rests])
    apart, steps = (np.where(rests, NEW_PHRASE, np.diff(column)) for column in (start, key))
    first_of_phrase = np.maximum.accumulate(np.where(begins, np.arange(len(start)), 0))
    return Row(
        start=start,
        length=length,
        key=key,
        in_phrase=start - start[first_of_phrase],
        since=np.concatenate([[NEW_PHRASE], apart]),
        until=np.concatenate([apart, [NEW_PHRASE]]),
        step_from=np.concatenate([[NEW_PHRASE], steps]),
        step_to=np.concatenate([steps, [NEW_PHRASE]]),
        log_length=np.log2(length),
    )


def frame_of(old: Row, away: NDArray[np.bool_], new: Row) -> Frame:
    """The likeliest frame; the plainest of equals.  `away`: notes of before that do not count."""
    there = ~away
    if not there.any():
        return Frame()
    old_start, old_end, old_key = old.start[there], (old.start + old.length)[there], old.key[there]
    new_end = new.start + new.length
    shapes = _by_shapes(old_start, old_key, new)
    ups = dict.fromkeys([0.0, shapes.up, float(np.round(np.median(new.key) - np.median(old_key)))])
    by_span = float((new_end.max() - new.start[0]) / (old_end.max() - old_start[0]))
    by_length = float(np.median(new.length) / np.median(old.length[there]))
    spans = dict.fromkeys([(1.0, 0.0), (shapes.stretch, shapes.shift)])
    for stretch in (1.0, by_length, by_span):
        spans[stretch, float(new.start[0] - stretch * old_start[0])] = None
        spans[stretch, float(new_end.max() - stretch * old_end.max())] = None
    frames = [Frame(up, stretch, shift) for up in ups for stretch, shift in spans]
    places = _Places(new)
    return max(frames, key=lambda frame: places.hits(old_start, old_key, frame))


class _Places:
    """Where the notes of now lie, to be asked for many frames."""

    _APART = 1e7  # quarters between the keys, laid on one axis

    def __init__(self, new: Row) -> None:
        self._axis = np.sort(new.key * self._APART + new.start)

    def hits(self, start: Floats, key: Floats, frame: Frame) -> float:
        """How many notes `frame` brings onto a note of now; one that lies a little beside counts less."""
        wanted = (key + frame.up) * self._APART + start * frame.stretch + frame.shift
        right = np.searchsorted(self._axis, wanted).clip(0, len(self._axis) - 1)
        distance = np.minimum(np.abs(self._axis[right] - wanted), np.abs(self._axis[right - 1] - wanted))
        # Rounded, so that an equal of a plainer frame does not win by the last bit.
        return round(float(np.maximum(0.0, 1.0 - distance / _NEAR).sum()), 6)


def _by_shapes(start: Floats, key: Floats, new: Row) -> Frame:
    """The frame that rare shapes of the melody agree on."""
    old_places, new_places = _shapes(key), _shapes(new.key)
    pairs = [
        (i, j)
        for shape, places in old_places.items()
        if len(places) <= _COMMON_SHAPE and len(new_places.get(shape, ())) <= _COMMON_SHAPE
        for i in places
        for j in new_places.get(shape, ())
    ]
    if not pairs:
        return Frame()
    old_at, new_at = np.array(pairs).T
    ups, votes = np.unique(new.key[new_at] - key[old_at], return_counts=True)
    up = float(ups[votes.argmax()])
    agree = new.key[new_at] - key[old_at] == up
    x, y = start[old_at[agree]], new.start[new_at[agree]]
    stretch = _slope(x, y)
    return Frame(up, stretch, float(np.median(y - stretch * x)))


def _shapes(key: Floats) -> dict[tuple[Any, ...], list[int]]:
    steps = np.diff(key).tolist()
    found: dict[tuple[Any, ...], list[int]] = {}
    for i in range(len(steps) - _SHAPE + 2):
        found.setdefault(tuple(steps[i : i + _SHAPE - 1]), []).append(i)
    return found


def _slope(x: Floats, y: Floats) -> float:
    """Theil's: the median slope between points half a row apart; 1 where it is nearly that."""
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    half = max(1, len(x) // 2)
    run, rise = x[half:] - x[:-half], y[half:] - y[:-half]
    slopes = rise[run > 0] / run[run > 0]
    slope = float(np.median(slopes[slopes > 0])) if (slopes > 0).any() else 1.0
    return 1.0 if abs(slope - 1.0) < _TEMPO_TOLERANCE else slope
