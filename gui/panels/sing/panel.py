"""The Sing panel: notes become a sung track while they are edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.score import TempoMap
from gui.bridge_link import Rolling
from gui.commands import Command
from gui.document.counting import SyllableCounter
from gui.panels.base import Panel, Studio
from gui.panels.sing import commands
from gui.panels.sing.chain_editing import ChainEditing
from gui.panels.sing.exporting import Exporting
from gui.panels.sing.files_out import FilesOut
from gui.panels.sing.folding import Folding
from gui.panels.sing.heard import Heard
from gui.panels.sing.lane_edits import LaneEdits
from gui.panels.sing.looking import Looking
from gui.panels.sing.note_edits import NoteEdits
from gui.panels.sing.note_menu import note_menu
from gui.panels.sing.opening import Opening, accepts, has_notes
from gui.panels.sing.phone_edits import PhoneEdits
from gui.panels.sing.roll_area import RollArea
from gui.panels.sing.showing import Showing
from gui.panels.sing.side import NoteSide, TrackSide
from gui.panels.sing.singer import Singer
from gui.panels.sing.sung_count import SungCount
from gui.panels.sing.take_edits import TakeEdits
from gui.panels.sing.top_bar import TopBar
from gui.panels.sing.track_form import singers
from gui.panels.sing.track_wishes import TrackWishes
from gui.panels.sing.word_edits import WordEdits
from gui.texts import sing as text
from gui.viewmodels.snap import Snap
from gui.viewmodels.timeline import Timeline
from gui.widgets.empty_state import EmptyState
from gui.widgets.lane import LANES
from gui.widgets.roll_view import RollView
from gui.widgets.tab_order import in_order
from gui.widgets.tool_bar import SNAPS


class SingPanel(Panel):
    """Piano roll, lanes, waveform, takes and tracks of the studio's song."""

    id = "sing"
    title = text.TITLE
    icon = "sing"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        song, theme, settings = studio.song, studio.theme, studio.settings
        self._song = song
        self._drawing = False
        self._counter = SyllableCounter()
        self.view = RollView(parent=self)
        self.area = RollArea(theme, self.view, song, self._counter, self)
        self.tracks, self.side = TrackSide(theme, self), NoteSide(theme, self)
        self.top = TopBar(theme, self.view, self)
        self.singer = Singer(studio.engine, song, lambda: self.view.cursor_s, lambda: studio.player.playing, self)
        self.heard = Heard(song, self.singer, studio.player, self.view, self)
        self.chains = ChainEditing(studio, self.heard.effects, self)
        self._count = SungCount(song, self.singer, studio.desk, self)
        self.exporting = Exporting(song, studio.jobs, self)
        self._files = FilesOut(self, self.exporting, self.top)
        self._opening = Opening(song, studio.desk, self._opened, self)
        self._lane = LaneEdits(song, self.view, self.area, self._remember_lane)
        self.showing = Showing(song, self.singer, self.view, self.area, self.side, self._lane, self)
        self._words = WordEdits(song, self.view, self.area.roll, self._counter, self._warn)
        self._notes = NoteEdits(song, self.view, self.area.roll, self._counter, self._words.pasted)
        self._takes = TakeEdits(song, self.view, self.side.takes, self.showing.phrase, self.heard.equal, self._warn)
        self._phones = PhoneEdits(song, self.view, self.area.phones, lambda: self.showing.phones)
        self._wishes = TrackWishes(
            song, self.view, self.tracks.list, self.tracks.form, self.choose_track, self._soloed, studio.desk.fail
        )
        self.looking = Looking(self.view, self.area.roll, self.side, self.singer, self.showing, self.heard)
        self._commands = commands.made(
            self, self.looking, self.view, self._notes, self._takes, self._lane, self._wishes, self.chains
        )
        self._lay_out()
        self._connect()
        self._lane.choose(settings.text("sing.lane", "dynamics", LANES))
        self._choose_snap(settings.text("sing.snap", "auto", [value for value, _ in SNAPS]))
        self._replaced()

    def _lay_out(self) -> None:
        theme = self.studio.theme
        empty = EmptyState(
            theme,
            "sing",
            text.EMPTY_TITLE,
            text.EMPTY_HINT,
            (
                (text.EMPTY_OPEN, lambda: self.studio.commands.run("file.open")),
                (text.EMPTY_DEMO, lambda: self.studio.commands.run("file.demo")),
                (text.EMPTY_DRAW, self.draw_notes),
            ),
        )
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.area, 1)
        columns = QSplitter(Qt.Orientation.Horizontal, self)
        columns.setObjectName("sing.columns")
        for part in (self.tracks, middle, self.side):
            columns.addWidget(part)
        columns.setStretchFactor(1, 1)
        columns.setSizes([236, 900, 252])
        self._folding = Folding(columns, self.side, self.top.side)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(columns)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        area = self.area
        in_order(self.tracks.list, self.tracks.form, self.top, area.roll, area.head, area.lane, self.side)

    def _connect(self) -> None:
        studio, area = self.studio, self.area
        self._song.changed.connect(self._changed)
        self._song.replaced.connect(self._replaced)
        area.ruler.sought.connect(self.heard.seek)
        area.roll.menu_wished.connect(self._menu)
        area.keyboard.pressed.connect(self.looking.select_key)
        area.phones.chosen.connect(self.looking.show_note)
        area.wave.chosen.connect(self.looking.show_phrase)
        self.side.problems.chosen.connect(self.looking.show_note)
        self.side.inspector.set_wished.connect(self._notes.set_knob)
        self.side.inspector.phones_wished.connect(self._notes.set_phones)
        self.top.snap_chosen.connect(self._choose_snap)
        self.singer.failed.connect(studio.desk.fail)
        studio.desk.models_changed.connect(lambda _id: self.ask_singers())
        self.heard.effects.failures_changed.connect(self._show_tracks)
        self.chains.book.offered.connect(self.tracks.form.offer_chains)
        self.chains.book.offered.connect(lambda _: self._show_tracks())
        self.tracks.form.chain_edit_wished.connect(self.chains.edit)
        studio.engine.ready.connect(lambda _: self.ask_singers())
        Rolling(studio.bridge, self).moved.connect(self.heard.daw_moved)

    # What the window asks

    def commands(self) -> Sequence[Command]:
        return self._commands

    def accepts(self, paths: Sequence[Path]) -> bool:
        return accepts(paths, dropped_here=self.isVisible())

    def take(self, paths: Sequence[Path]) -> None:
        self._opening.take(paths)

    def waiting(self) -> str:
        return text.WAITING if self.singer.busy or self.showing.busy else ""

    def unsaved(self) -> str:
        name = self.exporting.unfinished
        return " ".join(filter(None, (text.UNFINISHED.format(name=name) if name else "", self.chains.unsaved())))

    def close_down(self) -> None:
        """Ends what is under way and waits for the workers."""
        self._count.close()
        for part in (self.singer, self.showing, self.chains, self.heard, self.exporting, self._opening):
            part.close()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if not self.studio.player.playing:
            self.heard.use()
        # Models may have come or gone on another page.
        self.ask_singers()

    # The song

    def ask_singers(self) -> None:
        """Ask which voices there are: at the start, and when models came or went."""
        ask = self.studio.engine.ask("models")
        ask.done.connect(self._offer_singers)
        self.chains.book.list_anew()

    def _offer_singers(self, told: Mapping[str, Any]) -> None:
        self.tracks.form.offer_singers(singers(told.get("models", ())))
        self._show_tracks()

    def _replaced(self) -> None:
        self._drawing = False
        self.area.roll.abandon()
        self.heard.solo.clear()
        self.showing.forget()
        tempo_map = self._song.project.tempo_map.tempo_map()
        seen = self.view.timeline
        self.view.place(Timeline(tempo_map, width=seen.width, height=seen.height, per_key=20.0))
        self.view.choose_loop(None)
        self.view.move_cursor(0.0)
        self.view.snap = Snap(tempo_map, self.view.snap.step, self.view.snap.triplet)
        self.view.track = ""
        self._changed()
        self.looking.show_beginning()

    def _changed(self) -> None:
        project = self._song.project
        if project.tracks and all(track.id != self.view.track for track in project.tracks):
            self.view.track = project.tracks[0].id
            self.view.select(())
        tempo_map = project.tempo_map.tempo_map()
        if tempo_map != self.view.timeline.tempo_map:
            self._retime(tempo_map)
        track = self.showing.track
        self._counter.language = track.language if track else ""
        self.showing.show_song()
        self._show_tracks()
        self._pages.setCurrentIndex(1 if has_notes(project) or self._drawing or len(project.tracks) > 1 else 0)

    def _retime(self, tempo_map: TempoMap) -> None:
        self.view.place(replace(self.view.timeline, tempo_map=tempo_map))
        self.view.snap = replace(self.view.snap, tempo_map=tempo_map)
        self.area.wave.retimed()

    def _show_tracks(self) -> None:
        tracks, track = self._song.project.tracks, self.showing.track
        names = {part.id: self.tracks.form.singer_name(part.voice) for part in tracks}
        self.tracks.list.show_tracks(tracks, names, self.view.track, self.heard.solo, self.heard.effects.failures)
        self.chains.show_track(track)
        if track is not None:
            self.tracks.form.show_track(track)

    def choose_track(self, track: str) -> None:
        """Take another track in hand."""
        if track and track != self.view.track:
            self.view.track = track
            self.view.select(())
            self.showing.forget()
            self._changed()

    def _soloed(self, track: str, alone: bool) -> None:
        self.heard.set_solo(track, alone)

    def draw_notes(self) -> None:
        """An empty roll, with the tool that draws notes."""
        self._drawing = True
        self._changed()
        self.view.take_tool("notes")
        self.area.roll.setFocus()

    def _opened(self) -> None:
        """A song or a track came: its words will be typed on."""
        self._counter.warm()
        if len(self._song.project.tracks) > 1:
            self._show_tracks()

    # Files

    def render_file(self) -> None:
        """Sing to a file among the renders, for dragging out."""
        self.exporting.render()

    def toggle_side(self) -> None:
        """Fold the column at the right away, or unfold it."""
        self._folding.toggle()

    def side_open(self) -> bool:
        """Whether it is there."""
        return self._folding.open

    def export_file(self) -> None:
        """Sing to a file that the user names."""
        self._files.ask()

    def _warn(self, told: str) -> None:
        self.studio.desk.tell(told, "warn")

    def _menu(self, at: QPoint) -> None:
        menu = note_menu(self._commands, self)
        menu.exec(at)
        menu.deleteLater()

    # What is remembered

    def _choose_snap(self, value: str) -> None:
        tempo_map = self.view.timeline.tempo_map
        self.view.free = value == "off"
        triplet = value.endswith("t")
        step = None if value in ("auto", "off") else float(value.rstrip("t"))
        self.view.snap = Snap(tempo_map, step, triplet)
        self.top.show_snap(value)
        self.studio.settings.put("sing.snap", value)

    def _remember_lane(self, knob: str, _mode: str) -> None:
        self.studio.settings.put("sing.lane", knob)
