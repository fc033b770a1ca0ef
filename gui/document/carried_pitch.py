"""Drawn pitch belongs to the note under it: it goes where the note goes, and away with it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from engine.api.project import Project, Track, TrackNote, draw, erase_drawn
from engine.score import DRAWN_KEYS, Curve
from gui.document.tracks import track_of

Span = tuple[float, float]
_TOUCHING = 1e-6


def spans_of(notes: Sequence[TrackNote]) -> list[Span]:
    """(start, end) in quarters of `notes` in time order; those that touch are one."""
    spans: list[Span] = []
    for note in notes:
        if spans and note.start - spans[-1][1] < _TOUCHING:
            spans[-1] = (spans[-1][0], note.end)
        else:
            spans.append((note.start, note.end))
    return spans


def lifted(track: Track, notes: Sequence[TrackNote]) -> tuple[Curve, ...]:
    """What is drawn over `notes` (in time order)."""
    if not track.drawn:
        return ()
    return tuple(
        piece.within(max(piece.start, first), min(piece.end, last))
        for first, last in spans_of(notes)
        for piece in track.drawn
        if piece.start < last and piece.end > first
    )


def laid(project: Project, track: str, pieces: Sequence[Curve], quarters: float, keys: float) -> Project:
    """With `pieces` drawn so much later and higher; what is drawn there already gives way."""
    for piece in pieces:
        moved = shifted(piece, quarters, keys)
        if moved is not None:
            project = draw(project, track, moved)
    return project


def without(project: Project, track: str, notes: Sequence[TrackNote]) -> Project:
    """Without what is drawn over `notes`."""
    for first, last in spans_of(notes):
        if any(piece.start < last and piece.end > first for piece in track_of(project, track).drawn):
            project = erase_drawn(project, track, first, last)
    return project


def shifted(piece: Curve, quarters: float, keys: float) -> Curve | None:
    """A piece elsewhere, within what can be drawn; None when nothing of it is left there."""
    low, high = DRAWN_KEYS
    points = [(max(0.0, at + quarters), min(max(key + keys, low), high)) for at, key in piece.points]
    kept = tuple(after for before, after in pairwise([(-1.0, 0.0), *points]) if after[0] > 0 or before[0] < 0)
    return Curve(kept) if kept and kept[-1][0] > kept[0][0] else None
