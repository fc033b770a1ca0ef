"""Sound under the hand: drawn pitch, vibrato and the ends of phones.  See `gui.viewmodels.drag`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from engine.score import NoteId
from gui.document import curves, phones, pitch
from gui.texts import document as texts
from gui.viewmodels.drag import Edit, GripDrag
from gui.viewmodels.vibrato import Handle, Vibrato


@dataclass(slots=True)
class DrawPitch(GripDrag):
    """A line of pitch that a hand draws; with `erase` the plan's pitch again under it."""

    erase: bool = False
    stroke: list[tuple[float, float]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return texts.ERASE_PITCH if self.erase else texts.DRAW_PITCH

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:  # noqa: ARG002 - every drag is asked alike
        """See `Drag`."""
        grip = self.grip
        if not self.stroke:
            self.stroke.append((max(0.0, grip.timeline.quarters(grip.x)), grip.timeline.pitch(grip.y)))
        self.stroke.append((max(0.0, grip.timeline.quarters(x)), grip.timeline.pitch(y)))
        if self.erase:
            places = [at for at, _ in self.stroke]
            edited = pitch.erase(grip.project, grip.track, min(places), max(places))
        else:
            edited = pitch.draw(grip.project, grip.track, self.stroke)
        return lambda _: edited


@dataclass(slots=True)
class MovePitchPoint(GripDrag):
    """A point of drawn pitch."""

    label: ClassVar[str] = texts.MOVE_PITCH
    piece: int
    index: int

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:  # noqa: ARG002 - every drag is asked alike
        """See `Drag`."""
        grip = self.grip
        at, key = max(0.0, grip.timeline.quarters(x)), grip.timeline.pitch(y)
        edited = pitch.move_point(grip.project, grip.track, self.piece, self.index, at, key)
        return lambda _: edited


@dataclass(slots=True)
class MoveVibrato(GripDrag):
    """A handle of a note's vibrato."""

    label: ClassVar[str] = texts.SET_VIBRATO
    note: NoteId
    handle: Handle
    was: Vibrato

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:  # noqa: ARG002 - every drag is asked alike
        """See `Drag`."""
        grip = self.grip
        values = self.was.dragged(self.handle, x - grip.x, y - grip.y, grip.timeline)
        edited = grip.project
        for knob, value in values.items():
            edited = curves.set_value(edited, grip.track, (self.note,), knob, value)
        return lambda _: edited


@dataclass(slots=True)
class MovePhone(GripDrag):
    """The end of phone `index` of `planned`."""

    label: ClassVar[str] = texts.MOVE_PHONE
    planned: Sequence[phones.TimedPhone]
    index: int

    def to(self, x: float, y: float, free: bool = False) -> Edit | None:  # noqa: ARG002 - every drag is asked alike
        """See `Drag`."""
        grip = self.grip
        to_s = grip.timeline.seconds(x)
        edited = phones.move_boundary(grip.project, grip.track, self.planned, self.index, to_s)
        return lambda _: edited
