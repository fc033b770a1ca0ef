"""Pitch drawn by hand over the notes: pieces in fractional keys that are sung in the plan's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.project import Project, Track, erase_drawn
from engine.api.project import draw as put_piece
from engine.score import DRAWN_KEYS, Curve
from gui.document.strokes import Point, drawn_forward, simplified
from gui.document.tracks import track_of

Doubles = NDArray[np.float64]
TOLERANCE_KEYS = 0.05
"""5 cents: what is left out of a drawn line cannot be heard."""
STEP = 1 / 64
"""Quarters between two values when a pitch is worked on as a whole."""
SMOOTH_REACH = 1 / 16
"""Quarters: standard deviation of one smoothing."""
_MIN_SPAN = 1e-3


@dataclass(frozen=True, slots=True)
class Planned:
    """The pitch that the renderer would sing: fractional keys [N] at ascending quarters [N]; NaN where nothing has
    a pitch."""

    quarters: Doubles
    keys: Doubles

    def at(self, quarters: Doubles) -> Doubles:
        """Keys [M]; across sounds without a pitch the line goes straight on.  NaN where nothing at all is planned."""
        known = np.isfinite(self.keys)
        if not known.any():
            return np.full(len(quarters), np.nan)
        return np.asarray(np.interp(quarters, self.quarters[known], self.keys[known]), np.float64)


def draw(project: Project, track: str, stroke: Sequence[Point]) -> Project:
    """With what a hand has drawn: (quarters, key) in the order of drawing, in any direction.  A dot is nothing."""
    low, high = DRAWN_KEYS
    points = simplified([(at, min(max(k, low), high)) for at, k in drawn_forward(stroke)], TOLERANCE_KEYS)
    if len(points) < 2 or points[-1][0] - points[0][0] < _MIN_SPAN:
        return project
    return _put(project, track, points)


def erase(project: Project, track: str, start: float, end: float) -> Project:
    """The plan's pitch again from quarters `start` to `end`."""
    if end <= start or not pieces_between(track_of(project, track), start, end):
        return project
    return erase_drawn(project, track, start, end)


def straight(project: Project, track: str, start: Point, end: Point) -> Project:
    """With a straight line from one (quarters, key) to another."""
    return draw(project, track, (start, end))


def smooth(project: Project, track: str, start: float, end: float, planned: Planned | None = None) -> Project:
    """With the pitch between two quarters smoothed once more, its ends held; where nothing is drawn, the planned pitch
    is taken over.  Without a plan only what is drawn can be smoothed."""
    part = track_of(project, track)
    if end - start < 2 * STEP:
        return project
    places = np.linspace(start, end, max(3, round((end - start) / STEP) + 1))
    keys = sung(part, places, planned)
    for first, last in _known_runs(keys):
        stretch = slice(first, last)
        if last - first >= 3:
            soft = _smoothed(keys[stretch], float(places[1] - places[0]))
            points = list(zip(places[stretch].tolist(), soft.tolist(), strict=True))
            project = _put(project, track, simplified(points, 0.2 * TOLERANCE_KEYS))
    return project


def take_over(project: Project, track: str, start: float, end: float, planned: Planned) -> Project:
    """With the planned pitch between two quarters as drawn points, to be moved by hand; what is drawn stays."""
    part = track_of(project, track)
    if end - start < STEP:
        return project
    places = np.linspace(start, end, max(3, round((end - start) / STEP) + 1))
    keys = sung(part, places, planned)
    for first, last in _known_runs(keys):
        if last - first >= 2:
            points = list(zip(places[first:last].tolist(), keys[first:last].tolist(), strict=True))
            project = _put(project, track, simplified(points, TOLERANCE_KEYS))
    return project


def add_point(project: Project, track: str, at: float, key: float) -> Project:
    """With one more point in the drawn piece at `at`; nothing where none is."""
    part = track_of(project, track)
    for piece in pieces_between(part, at, at):
        rest = [point for point in piece.points if abs(point[0] - at) > 1e-6]
        return _put(project, track, sorted([*rest, (at, _key(key))]))
    return project


def move_point(project: Project, track: str, piece: int, index: int, at: float, key: float) -> Project:
    """With point `index` of drawn piece `piece` elsewhere, no further than its neighbours and the next piece."""
    part = track_of(project, track)
    if not (0 <= piece < len(part.drawn) and 0 <= index < len(part.drawn[piece].points)):
        return project
    points = list(part.drawn[piece].points)
    low = part.drawn[piece - 1].end if piece else 0.0
    high = part.drawn[piece + 1].start if piece + 1 < len(part.drawn) else float("inf")
    low = points[index - 1][0] + _MIN_SPAN if index else low
    high = points[index + 1][0] - _MIN_SPAN if index + 1 < len(points) else high
    if low > high:
        low = high = points[index][0]
    points[index] = (min(max(at, low), high), _key(key))
    old = part.drawn[piece]
    return _put(erase_drawn(project, track, old.start, old.end), track, points)


def delete_point(project: Project, track: str, piece: int, index: int) -> Project:
    """Without a point; without the piece when only one would be left."""
    part = track_of(project, track)
    if not (0 <= piece < len(part.drawn) and 0 <= index < len(part.drawn[piece].points)):
        return project
    old = part.drawn[piece]
    points = [point for i, point in enumerate(old.points) if i != index]
    edited = erase_drawn(project, track, old.start, old.end)
    return _put(edited, track, points) if len(points) > 1 and points[-1][0] > points[0][0] else edited


def pieces_between(track: Track, start: float, end: float) -> tuple[Curve, ...]:
    """Drawn pieces of which anything lies there."""
    return tuple(piece for piece in track.drawn if piece.start <= end and piece.end >= start)


def sung(track: Track, quarters: Doubles, planned: Planned | None = None) -> Doubles:
    """Keys [N] at `quarters` [N]: what is drawn, else what is planned, else NaN."""
    keys = planned.at(quarters) if planned is not None else np.full(len(quarters), np.nan)
    for piece in track.drawn:
        inside = (quarters >= piece.start) & (quarters <= piece.end)
        keys[inside] = piece.at(quarters[inside])
    return keys


def _put(project: Project, track: str, points: Sequence[Point]) -> Project:
    return put_piece(project, track, Curve(tuple(points)))


def _known_runs(keys: Doubles) -> list[tuple[int, int]]:
    """[first, end) of the stretches without NaN."""
    known = np.concatenate([[False], np.isfinite(keys), [False]])
    edges = np.flatnonzero(known[1:] != known[:-1])
    return [(int(edges[i]), int(edges[i + 1])) for i in range(0, len(edges), 2)]


def _smoothed(keys: Doubles, step: float) -> Doubles:
    """A Gauss's mean over the neighbours; towards the ends narrower, so that they stay where they are."""
    width = max(1.0, SMOOTH_REACH / step)
    reach = min(round(3 * width), (len(keys) - 1) // 2)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    # Turned over at the ends, around them: the mean there is the end's own value.
    padded = np.pad(keys, reach, mode="reflect", reflect_type="odd")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"), np.float64)


def _key(key: float) -> float:
    low, high = DRAWN_KEYS
    return min(max(float(key), low), high)
