"""Which drag a press begins."""

from __future__ import annotations

from engine.score import NoteId
from gui.viewmodels.drag import Drag, Edit, Grip
from gui.viewmodels.note_drags import Band, DrawNote, MoveNotes, ResizeNotes
from gui.viewmodels.roll import Hit, Roll
from gui.viewmodels.sound_drags import DrawPitch, MovePhone, MovePitchPoint, MoveVibrato
from gui.viewmodels.vibrato import Vibrato

__all__ = [
    "Band",
    "Drag",
    "DrawNote",
    "DrawPitch",
    "Edit",
    "Grip",
    "MoveNotes",
    "MovePhone",
    "MovePitchPoint",
    "MoveVibrato",
    "ResizeNotes",
    "begin",
]


def begin(
    hit: Hit,
    roll: Roll,
    grip: Grip,
    selected: frozenset[NoteId],
    copy: bool = False,
    together: bool = False,
    add: bool = False,
) -> Drag:
    """What the pointer's press on `hit` begins.  `copy`, `together`: see the drags; `add`: to what is selected."""
    ids = selected if hit.note in selected else frozenset({hit.note})
    if hit.kind == "vibrato" and hit.handle is not None:
        note = roll.rows.notes[roll.rows.index_of(hit.note)]
        return MoveVibrato(grip, hit.note, hit.handle, Vibrato.of(note, grip.timeline, roll.expression))
    if hit.kind == "pitch":
        return MovePitchPoint(grip, hit.piece, hit.index)
    if hit.kind == "phone":
        return MovePhone(grip, roll.phones, hit.index)
    if hit.kind in ("left", "right"):
        return ResizeNotes(grip, hit.note, ids, hit.kind == "left", together)
    if hit.kind == "note":
        return MoveNotes(grip, hit.note, ids, copy)
    return Band(roll, grip.x, grip.y, selected if add else frozenset())
