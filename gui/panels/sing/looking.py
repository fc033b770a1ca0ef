"""Where the view goes and what is selected: everything that changes no song."""

from __future__ import annotations

from PyQt6.QtGui import QFontMetricsF

from gui.document.pitch import Planned
from gui.panels.sing.heard import Heard
from gui.panels.sing.showing import Showing
from gui.panels.sing.side import NoteSide
from gui.panels.sing.singer import Singer
from gui.viewmodels.timeline import Timeline
from gui.viewmodels.word_room import readable_px
from gui.widgets.piano_roll import PianoRoll
from gui.widgets.roll_view import RollView
from gui.widgets.roll_words import words_of

_FIRST_QUARTERS = 24.0
"""What is shown of a song that was opened."""
_WIDEST_PX = 96.0
"""Pixels of a quarter, however fast the words come."""
_ROWS_PX = (14.0, 20.0)
"""How high rows are at first, at least and at most: words can be read in all of them."""
_READABLE_PX = 32.0
"""Pixels of a quarter in which a word can be read, where the words do not ask for more."""


class Looking:
    """Goes about in the song for the user."""

    def __init__(
        self, view: RollView, roll: PianoRoll, side: NoteSide, singer: Singer, showing: Showing, heard: Heard
    ) -> None:
        self._view, self._roll, self._side = view, roll, side
        self._singer, self._showing, self._heard = singer, showing, heard
        self._begun: Timeline | None = None
        view.moved.connect(self._moved)

    def show_beginning(self) -> None:
        """The first bars, their notes in the middle and with room for their words."""
        track, timeline = self._showing.track, self._view.timeline
        if track is None or not track.notes:
            self._begin(timeline.fitted(0.0, _FIRST_QUARTERS).around_keys(55, 76))
            return
        first = track.notes[0].start
        opening = [note for note in track.notes if note.start < first + _FIRST_QUARTERS]
        metrics = QFontMetricsF(self._roll.font())
        needed = readable_px(opening, lambda note: metrics.horizontalAdvance(words_of(note)))
        readable = min(max(_READABLE_PX, needed), _WIDEST_PX)
        shown = timeline.fitted(max(0.0, first - 1), min(track.notes[-1].end, first + _FIRST_QUARTERS))
        # In a narrow window fewer notes rather than half their words.
        shown = shown.zoomed(max(1.0, readable / shown.per_quarter), 0.0)
        keys = [note.key for note in opening if note.start < shown.shown[1]]
        self._begin(shown.fitted_keys(min(keys), max(keys), *_ROWS_PX))

    def _begin(self, shown: Timeline) -> None:
        self._begun = shown
        self._view.place(shown)

    def _moved(self) -> None:
        """As long as nobody has gone elsewhere, another size of the window shows the beginning anew."""
        now, begun = self._view.timeline, self._begun
        if begun is None or now == begun:
            return
        if now == begun.sized(now.width, now.height):
            self.show_beginning()
        else:
            self._begun = None

    def show_all(self) -> None:
        """The whole song."""
        rows = self._roll.rows
        if len(rows):
            keys = rows.keys
            timeline = self._view.timeline.fitted(0.0, float(rows.ends[-1]))
            self._view.place(timeline.around_keys(int(keys.min()), int(keys.max())))

    def show_selection(self) -> None:
        """What is selected."""
        rows = self._roll.rows
        places = [place for place in (rows.index_of(note) for note in self._view.selected) if place >= 0]
        if places:
            timeline = self._view.timeline.fitted(float(rows.starts[min(places)]), float(rows.ends[max(places)]))
            keys = [int(rows.keys[place]) for place in places]
            self._view.place(timeline.around_keys(min(keys), max(keys)))

    def show_note(self, note: str) -> None:
        """Select a note, where it is seen."""
        self._roll.show_note(note)

    def show_phrase(self, first: str) -> None:
        """Select the notes of a phrase, by its first one."""
        self.show_note(first)
        phrase = self._showing.phrase()
        self._view.select(phrase or (first,))

    def step_phrase(self, by: int) -> None:
        """Select the phrase after the one in hand, or before it."""
        found = self._singer.live(self._view.track).phrases
        own = self._showing.phrase()
        place = next((number for number, phrase in enumerate(found) if own and phrase.notes[0] == own[0]), None)
        following = (0 if by > 0 else len(found) - 1) if place is None else place + by
        if 0 <= following < len(found):
            self.show_phrase(str(found[following].first))

    def next_problem(self) -> None:
        """Select the next note that something is wrong with."""
        rows = self._roll.rows
        wrong = sorted({rows.index_of(problem.note) for problem in self._side.problems.problems if problem.note} - {-1})
        now = max((rows.index_of(note) for note in self._view.selected), default=-1)
        if wrong:
            self.show_note(rows.notes[next((place for place in wrong if place > now), wrong[0])].id)
            self._side.show_page(NoteSide.PROBLEMS)

    def select_key(self, key: int) -> None:
        """All notes of one key."""
        rows = self._roll.rows
        self._view.select(note.id for note in rows.notes if note.key == key)

    def select_all(self) -> None:
        """All notes of the track."""
        self._view.select(note.id for note in self._roll.rows.notes)

    def loop_selection(self) -> None:
        """Play the selected notes again and again; a second time, or with none selected, no longer."""
        span = self._span_s()
        self._view.choose_loop(None if span == self._view.loop_s else span)

    def play_selection(self) -> None:
        """Play from the first selected note on."""
        span = self._span_s()
        if span is not None:
            self._heard.seek(span[0])
        self._heard.play()

    def _span_s(self) -> tuple[float, float] | None:
        """Seconds from the first selected note's start to the last one's end."""
        rows, tempo_map = self._roll.rows, self._view.timeline.tempo_map
        places = [place for place in (rows.index_of(note) for note in self._view.selected) if place >= 0]
        if not places:
            return None
        first, last = float(rows.starts[min(places)]), float(rows.ends[max(places)])
        return tempo_map.seconds(first), tempo_map.seconds(last)

    def planned(self) -> Planned | None:
        """The pitch that the voice would sing."""
        return self._roll.planned()

    def type_lyric(self) -> None:
        """On the first selected note."""
        rows = self._roll.rows
        first = min((rows.index_of(note) for note in self._view.selected), default=-1)
        if first >= 0:
            self._roll.type_lyric(rows.notes[first].id)

    def sing_again(self) -> None:
        """Ask once more for what failed."""
        self._singer.again(self._view.track)

    def toggle_follow(self) -> None:
        """Whether the view goes along with the playback."""
        self._heard.follow = not self._heard.follow

    def following(self) -> bool:
        """Whether it does."""
        return self._heard.follow
