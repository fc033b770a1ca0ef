"""Knobs over time and on notes, edited by hand: points, freehand, ranges; vibrato of notes.

A knob without a curve is neutral everywhere.  An edit changes the curve only where it was made: what lies beside keeps
its course, over a short ramp, for a step in a knob would be heard as a click.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.api.project import Project, Track, set_curve
from engine.score import BLEND, KNOBS, Curve, NoteId
from gui.document.phones import with_value
from gui.document.strokes import Point, drawn_forward, simplified
from gui.document.tracks import chosen, put_changed, track_of

RAMP = 1 / 16
"""Quarters from a stroke's end to the curve as it was."""
TOLERANCE = 0.01
"""Of the knob's range: a freehand line may be off by so much where points are left out."""
_SAME = 1e-6


def value_range(knob: str) -> tuple[float, float, float]:
    """(lowest, highest, neutral) of a knob that can change over time, `blend:NAME` among them."""
    if knob.startswith(BLEND):
        return 0.0, 1.0, 0.0
    facts = KNOBS[knob]
    return facts.low, facts.high, 0.0 if facts.neutral is None else facts.neutral


def points_of(track: Track, knob: str) -> tuple[Point, ...]:
    """The curve's points; none when there is no curve."""
    curve = track.curves.get(knob)
    return curve.points if curve else ()


def value_at(track: Track, knob: str, quarters: float) -> float:
    """Of the curve; the neutral value where there is none."""
    curve = track.curves.get(knob)
    return float(curve.at(quarters)) if curve else value_range(knob)[2]


def add_point(project: Project, track: str, knob: str, at: float, value: float) -> Project:
    """With a point at quarters `at`, in the place of one that is there."""
    part = track_of(project, track)
    here = (max(0.0, at), _within(knob, value))
    rest = [point for point in points_of(part, knob) if abs(point[0] - here[0]) > _SAME]
    return _put(project, part, knob, sorted([*rest, here]))


def move_point(project: Project, track: str, knob: str, index: int, at: float, value: float) -> Project:
    """With point `index` elsewhere, no further than its neighbours."""
    part = track_of(project, track)
    points = list(points_of(part, knob))
    if not 0 <= index < len(points):
        return project
    low = points[index - 1][0] if index else 0.0
    high = points[index + 1][0] if index + 1 < len(points) else float("inf")
    points[index] = (min(max(at, low), high), _within(knob, value))
    return _put(project, part, knob, points)


def delete_points(project: Project, track: str, knob: str, indices: Collection[int]) -> Project:
    """Without these points; without any the knob is neutral again."""
    part = track_of(project, track)
    gone = frozenset(indices)
    return _put(project, part, knob, [p for i, p in enumerate(points_of(part, knob)) if i not in gone])


def paint(project: Project, track: str, knob: str, stroke: Sequence[Point]) -> Project:
    """With what a hand has drawn: `stroke` (quarters, value) in the order of drawing, in any direction."""
    part = track_of(project, track)
    low, high, _ = value_range(knob)
    drawn = simplified([(at, _within(knob, v)) for at, v in drawn_forward(stroke)], TOLERANCE * (high - low))
    return _put(project, part, knob, _replaced(part, knob, drawn)) if drawn else project


def line(project: Project, track: str, knob: str, start: Point, end: Point) -> Project:
    """With a straight line from one point (quarters, value) to another."""
    return paint(project, track, knob, (start, end))


def clear(project: Project, track: str, knob: str, start: float, end: float) -> Project:
    """Neutral from quarters `start` to `end`."""
    part = track_of(project, track)
    if not points_of(part, knob) or end <= start:
        return project
    neutral = value_range(knob)[2]
    return _put(project, part, knob, _replaced(part, knob, [(max(0.0, start), neutral), (end, neutral)]))


def clear_all(project: Project, track: str, knob: str) -> Project:
    """Neutral everywhere."""
    part = track_of(project, track)
    return _put(project, part, knob, [])


def set_value(project: Project, track: str, ids: Collection[NoteId], knob: str, value: float | None) -> Project:
    """With a knob's value on notes, kept within its range; None or the neutral value takes it away."""
    part = track_of(project, track)
    return put_changed(project, part, [with_value(note, knob, value) for note in chosen(part, ids)])


def _replaced(track: Track, knob: str, drawn: Sequence[Point]) -> list[Point]:
    """The curve with `drawn` in the place of what lay there."""
    first, last = drawn[0][0], drawn[-1][0]
    before, after = max(0.0, first - RAMP), last + RAMP
    old = points_of(track, knob)
    kept = [point for point in old if point[0] < before - _SAME]
    rest = [point for point in old if point[0] > after + _SAME]
    if first > 0:
        kept.append((before, value_at(track, knob, before)))
    return [*kept, *drawn, (after, value_at(track, knob, after)), *rest]


def _put(project: Project, track: Track, knob: str, points: Sequence[Point]) -> Project:
    """With these points, less those that say nothing; no curve where all is neutral."""
    neutral = value_range(knob)[2]
    lean = _lean(points)
    if all(value == neutral for _, value in lean):
        return project if knob not in track.curves else set_curve(project, track.id, knob, None)
    curve = Curve(tuple(lean))
    return project if track.curves.get(knob) == curve else set_curve(project, track.id, knob, curve)


def _lean(points: Sequence[Point]) -> list[Point]:
    """Without points between two of the same value: they would only be in the way."""
    return [
        point
        for i, point in enumerate(points)
        if not (0 < i < len(points) - 1 and points[i - 1][1] == point[1] == points[i + 1][1])
    ]


def _within(knob: str, value: float) -> float:
    low, high, _ = value_range(knob)
    return min(max(float(value), low), high)
