"""Brings what the song and the singer know onto the widgets, no more often than it is seen."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QTimer

from engine.api.project import Track
from engine.errors import MelismaError
from gui.document.song import Song
from gui.document.tracks import find_track
from gui.panels.sing.inspected import shown_notes, shown_takes, takes_of, words_sung
from gui.panels.sing.lane_edits import LaneEdits
from gui.panels.sing.roll_area import RollArea
from gui.panels.sing.shown_plan import ShownPlan, shown_phrases, shown_problems, shown_sounds
from gui.panels.sing.side import NoteSide
from gui.panels.sing.singer import Singer
from gui.texts import sing as text
from gui.viewmodels.live_plan import LivePhone, LivePlan
from gui.widgets.off_thread import OffThread
from gui.widgets.roll_view import RollView
from gui.widgets.wave import ShownPhrase

_GATHER_MS = 15


class Showing(QObject):
    """The track in hand on the time line and in the pages beside it."""

    def __init__(
        self,
        song: Song,
        singer: Singer,
        view: RollView,
        area: RollArea,
        side: NoteSide,
        lane: LaneEdits,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._song, self._singer, self._view = song, singer, view
        self._area, self._side, self._lane = area, side, lane
        self._plan = ShownPlan()
        self._newest = self._plan.plan
        """The plan that is made ready to be shown, or shown by now: that of a long song takes a while."""
        self._making = OffThread(self)
        self._phrases: tuple[ShownPhrase, ...] = ()
        self._wrong: tuple[object, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self.show_plan)
        self._pages = QTimer(self)
        self._pages.setSingleShot(True)
        self._pages.setInterval(_GATHER_MS)
        self._pages.timeout.connect(self._show_pages)
        singer.changed.connect(self._sung)
        view.selection_changed.connect(self._pages.start)
        side.tabs.currentChanged.connect(lambda _: self._pages.start())

    @property
    def track(self) -> Track | None:
        """The one in hand, as it is now."""
        return find_track(self._song.project, self._view.track)

    @property
    def phones(self) -> tuple[LivePhone, ...]:
        """Those that are shown."""
        return self._plan.phones

    def phrase(self) -> tuple[str, ...]:
        """Ids of the notes of the phrase in hand: that of the first selected note; none without one."""
        rows = self._area.roll.rows
        first = min((rows.index_of(note) for note in self._view.selected), default=-1)
        found = self._plan.phrase_of.get(str(rows.notes[first].id)) if first >= 0 else None
        return tuple(str(note) for note in found.notes) if found else ()

    def show_song(self) -> None:
        """The song has changed."""
        track = self.track
        self._area.roll.show_track(track)
        self._area.show_end(track.notes[-1].end if track and track.notes else 0.0)
        self._lane.show()
        known = self._area.roll.rows
        self._view.select(note for note in self._view.selected if known.index_of(note) >= 0)
        self._pages.start()
        self._timer.start()

    def show_plan(self) -> None:
        """What the engine plans and has sung of the track in hand; a plan comes when it has been made ready."""
        live = self._singer.live(self._view.track)
        if live.plan is not self._newest:
            self._make(live.plan)
        if live.plan is not self._plan.plan:
            return
        self._phrases = shown_phrases(live, self._phrases)
        self._area.wave.show_phrases(self._phrases, shown_sounds(live, self._singer))
        self._show_problems()

    @property
    def busy(self) -> bool:
        """Whether there is a plan that is not shown yet."""
        plan = self._singer.live(self._view.track).plan
        return bool(plan.phrases) and (plan is not self._plan.plan or not self._phrases)

    def close(self) -> None:
        """Waits for what is being made; nothing more is shown."""
        self._timer.stop()
        self._making.close()

    def forget(self) -> None:
        """Another song: its times are others."""
        self._plan, self._phrases = ShownPlan(), ()
        self._newest = self._plan.plan
        self._area.roll.show_plan((), ())
        self._area.phones.show_phones(())
        self._area.wave.retimed()

    def _sung(self, track: str) -> None:
        if track == self._view.track:
            self._timer.start()

    def _make(self, plan: LivePlan) -> None:
        self._newest = plan
        if not plan.phrases:
            self._take(ShownPlan(plan))
            return
        tempo_map, before = self._view.timeline.tempo_map, self._plan
        self._making.run("plan", lambda: ShownPlan.of(plan, tempo_map, before), self._made, self._unmade)

    def _made(self, made: ShownPlan) -> None:
        if made.plan is self._newest:  # else another song or track came meanwhile
            self._take(made)
            self._timer.start()  # the rest when keys that wait have been heard: it is as much again

    def _take(self, plan: ShownPlan) -> None:
        self._plan, self._phrases = plan, ()
        self._area.roll.show_plan(plan.phones, plan.lines)
        self._area.phones.show_phones(plan.phones)
        self._pages.start()

    def _unmade(self, error: MelismaError) -> None:
        """A fault of ours: it is told as any that the window finds."""
        raise error

    def _show_problems(self) -> None:
        live, track = self._singer.live(self._view.track), self.track
        read = self._song.problems.get(self._view.track)
        wrong = live.plan.problems, live.message, track and track.notes, read
        if all(one is other for one, other in zip(wrong, self._wrong, strict=False)) and self._wrong:
            return
        self._wrong = wrong
        problems = [*(read.still(track) if read and track else ()), *live.plan.problems]
        found = shown_problems(problems, live.message, [note.id for note in track.notes] if track else [])
        self._side.problems.show_problems(found)
        self._side.count_problems()
        self._area.roll.show_problems({problem.note: problem.sentence for problem in found if problem.note})

    def _show_pages(self) -> None:
        track, page = self.track, self._side.tabs.currentIndex()
        if track is None:
            return
        if page == NoteSide.NOTE:
            tempo_map = self._view.timeline.tempo_map
            self._side.inspector.show_notes(shown_notes(track, tempo_map, self._view.selected, self._plan.said))
        elif page == NoteSide.TAKES:
            self._show_takes(track)

    def _show_takes(self, track: Track) -> None:
        notes = self.phrase()
        if not notes:
            self._side.takes.show_takes("", "", ())
            return
        phrase = self._plan.phrase_of[notes[0]]
        rows = self._area.roll.rows
        # Not from the phrase's own start: that of its first consonant lies before the note.
        bar, _ = self._view.timeline.tempo_map.bar_beat(rows.notes[rows.index_of(notes[0])].start)
        title = text.TAKES_PHRASE.format(number=phrase.number, bar=bar)
        self._side.takes.show_takes(title, words_sung(track, notes), shown_takes(takes_of(track, notes)))
