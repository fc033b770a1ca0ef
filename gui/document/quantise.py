"""Notes brought to a grid."""

from __future__ import annotations

from collections.abc import Callable, Collection

from engine.api.project import Project
from engine.score import NoteId
from gui.document.tracks import SHORTEST, placed, put_changed, track_of

_LEGATO = 1 / 16
"""Quarters: a note that ends this close to the next one goes on to touch it."""


def quantise(
    project: Project,
    track: str,
    ids: Collection[NoteId],
    snap: Callable[[float], float],
    lengths: bool = False,
    strength: float = 1.0,
) -> Project:
    """Starts of notes brought to where `snap` says (quarters to quarters, never backwards), by `strength` 0 to 1 of
    the way; with `lengths` their ends too.

    Notes keep their order, and those that are not of `ids` their place: where two would fall together the later one
    stays behind the earlier.  A note that touched the next still does.
    """
    part = track_of(project, track)
    wanted = frozenset(ids)
    notes = part.notes
    chosen = [note.id in wanted for note in notes]
    # What a note keeps at least: all of it, where it is not to change.
    least = [min(SHORTEST, n.duration) if own else n.duration for n, own in zip(notes, chosen, strict=True)]

    def nearer(quarters: float) -> float:
        return max(0.0, quarters + strength * (snap(quarters) - quarters))

    starts = [nearer(note.start) if own else note.start for note, own in zip(notes, chosen, strict=True)]
    for i in range(1, len(notes)):
        if chosen[i]:
            starts[i] = max(starts[i], starts[i - 1] + least[i - 1])
    for i in reversed(range(len(notes) - 1)):
        if chosen[i]:
            starts[i] = min(starts[i], starts[i + 1] - least[i])
    changed = []
    for i, note in enumerate(notes):
        following = notes[i + 1].start if i + 1 < len(notes) else float("inf")
        limit = starts[i + 1] if i + 1 < len(notes) else float("inf")
        if not chosen[i]:
            continue
        end = nearer(note.end) if lengths else starts[i] + note.duration
        legato = following - note.end < _LEGATO
        end = min(limit, max(limit if legato else end, starts[i] + least[i]))
        if (starts[i], end) != (note.start, note.end):
            changed.append(placed(note, starts[i], end - starts[i], note.key))
    return put_changed(project, part, changed)
