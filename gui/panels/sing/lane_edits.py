"""The lane below the roll: which knob it shows, and what is drawn in it."""

from __future__ import annotations

from collections.abc import Callable

from engine.api.project import Project
from gui.document import curves
from gui.document.song import Song
from gui.document.tracks import find_track
from gui.panels.sing.held_edit import HeldEdit
from gui.panels.sing.roll_area import RollArea
from gui.texts import document as labels
from gui.widgets.lane import LANES, Mode
from gui.widgets.roll_view import RollView

Points = tuple[tuple[float, float], ...]


class LaneEdits:
    """Listens to the lane and its head; `remember` is told the knob and the mode that were chosen."""

    def __init__(self, song: Song, view: RollView, area: RollArea, remember: Callable[[str, str], None]) -> None:
        self._song, self._view, self._area, self._remember = song, view, area, remember
        self._held = HeldEdit(song, "lane")
        self.knob = "dynamics"
        lane, head = area.lane, area.head
        head.knob_chosen.connect(self.choose)
        head.mode_chosen.connect(self.choose_mode)
        head.reset_wished.connect(self.reset)
        lane.drawn.connect(self._drawn)
        lane.wiped.connect(self._wiped)
        lane.point_added.connect(self._added)
        lane.point_moved.connect(self._moved)
        lane.point_deleted.connect(self._deleted)
        lane.released.connect(self._held.release)
        lane.abandoned.connect(self._held.abandon)

    def choose(self, knob: str) -> None:
        """Show another knob."""
        self.knob = knob
        self.show()
        self._remember(self.knob, self._area.lane.mode)

    def choose_next(self) -> None:
        """The next knob in the row."""
        self.choose(LANES[(LANES.index(self.knob) + 1) % len(LANES)])

    def choose_mode(self, mode: Mode) -> None:
        """Draw freehand, or set points."""
        self._area.lane.mode = mode
        self.show()
        self._remember(self.knob, mode)

    def show(self) -> None:
        """Show the track in hand as it is now."""
        track = find_track(self._song.project, self._view.track)
        knob, lane = self.knob, self._area.lane
        steps = tuple(
            (note.start, note.end, note.expression[knob])
            for note in (track.notes if track else ())
            if knob in note.expression
        )
        lane.show_curve(knob, track.curves.get(knob) if track else None, steps)
        self._area.head.show_choice(knob, lane.mode)
        self._area.head.mark_used(frozenset(track.curves) if track else frozenset())
        self._area.scale.update()

    def reset(self) -> None:
        """The knob's whole curve goes away."""
        knob, track = self.knob, self._view.track
        self._song.do(labels.CLEAR_CURVE, lambda project: curves.clear_all(project, track, knob))

    def _drawn(self, stroke: Points) -> None:
        # The whole stroke over the song as it was: its way does not count, only its line.
        base, track, knob = self._begun(), self._view.track, self.knob
        self._held.do(labels.DRAW_CURVE, lambda _: curves.paint(base, track, knob, stroke))

    def _wiped(self, first: float, last: float) -> None:
        base, track, knob = self._begun(), self._view.track, self.knob
        self._held.do(labels.CLEAR_CURVE, lambda _: curves.clear(base, track, knob, first, last))

    def _added(self, at: float, value: float) -> None:
        self._begun()
        track, knob = self._view.track, self.knob
        self._held.do(labels.MOVE_POINT, lambda project: curves.add_point(project, track, knob, at, value))

    def _moved(self, index: int, at: float, value: float) -> None:
        self._begun()
        track, knob = self._view.track, self.knob
        self._held.do(labels.MOVE_POINT, lambda project: curves.move_point(project, track, knob, index, at, value))

    def _deleted(self, index: int) -> None:
        track, knob = self._view.track, self.knob
        self._held.release()
        self._song.do(labels.DELETE_POINTS, lambda project: curves.delete_points(project, track, knob, (index,)))

    def _begun(self) -> Project:
        if not self._held:
            self._held.take()
        return self._held.base
