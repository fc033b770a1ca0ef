"""The piano roll under the mouse and the keyboard, on a real song."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.project import Project, Tempi, Track, TrackNote
from engine.score import NoteId, TempoMap
from gui.document.song import Song
from gui.document.song_file import SongFile
from gui.texts import sing as text
from gui.theme import Theme
from gui.viewmodels.snap import Snap
from gui.viewmodels.timeline import Timeline
from gui.widgets.piano_roll import PianoRoll
from gui.widgets.pitch_line import PitchLine
from gui.widgets.roll_paint import DENSE, note_rect
from gui.widgets.roll_view import RollView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WORDS = ("twin", "kle", "lit", "tle")


def song_of(count: int = 4) -> Song:
    notes = tuple(
        TrackNote(NoteId(f"n{i}"), 2.0 * i, 1.0, 60 + i % 12, WORDS[i % 4], ends_word=i % 2 == 1) for i in range(count)
    )
    return Song(SongFile(Project("t", Tempi(((0.0, 120.0),)), (Track("t1", "Lead", notes=notes),))))


@dataclass
class Desk:
    song: Song
    view: RollView
    roll: PianoRoll

    @property
    def notes(self) -> tuple[TrackNote, ...]:
        return self.song.project.tracks[0].notes

    def at(self, note: int, share: float = 0.5) -> QPoint:
        """A place inside a note."""
        rect = note_rect(self.view.timeline, self.notes[note])
        return QPointF(rect.left() + share * rect.width(), rect.center().y()).toPoint()

    def place(self, quarters: float, key: int) -> QPoint:
        timeline = self.view.timeline
        return QPointF(timeline.x(quarters), timeline.y_of_pitch(key)).toPoint()

    def drag(self, start: QPoint, *stops: QPoint, keys: Qt.KeyboardModifier = NONE, held: bool = False) -> None:
        QTest.mousePress(self.roll, LEFT, keys, start)
        for stop in stops:
            QTest.mouseMove(self.roll, stop)
            QApplication.processEvents()
        if not held:
            QTest.mouseRelease(self.roll, LEFT, keys, stops[-1])


@pytest.fixture
def desk(qtbot: QtBot, dark_theme: Theme) -> Desk:
    song = song_of()
    tempo_map = song.project.tempo_map.tempo_map()
    view = RollView(Timeline(tempo_map, per_quarter=80.0, per_key=20.0, top=50.0))
    view.track, view.snap = "t1", Snap(tempo_map, 0.5)
    roll = PianoRoll(dark_theme, view, song)
    qtbot.addWidget(roll)
    song.changed.connect(lambda: roll.show_track(song.project.tracks[0]))
    roll.show_track(song.project.tracks[0])
    roll.resize(900, 400)
    roll.show()
    qtbot.waitExposed(roll)
    return Desk(song, view, roll)


def test_a_click_selects_and_one_beside_selects_nothing(desk: Desk) -> None:
    QTest.mouseClick(desk.roll, LEFT, NONE, desk.at(1))
    assert desk.view.selected == {"n1"}
    QTest.mouseClick(desk.roll, LEFT, Qt.KeyboardModifier.ControlModifier, desk.at(2))
    assert desk.view.selected == {"n1", "n2"}
    QTest.mouseClick(desk.roll, LEFT, NONE, desk.place(7.5, 70))
    assert not desk.view.selected


def test_a_drag_moves_by_the_grid_in_one_step_of_undo(desk: Desk) -> None:
    start = desk.at(1)
    before = desk.song.project
    desk.drag(start, start + QPoint(20, -10), start + QPoint(47, -20))
    assert (desk.notes[1].start, desk.notes[1].key) == (2.5, 62)
    desk.song.undo()
    assert desk.song.project is before


def test_escape_in_a_drag_takes_it_back(desk: Desk) -> None:
    before = desk.song.project
    start = desk.at(1)
    desk.drag(start, start + QPoint(80, 0), held=True)
    assert desk.notes[1].start > 2.0
    QTest.keyClick(desk.roll, Qt.Key.Key_Escape)
    assert desk.song.project is before
    assert not desk.song.undo_label


def test_an_edge_changes_the_length_only(desk: Desk) -> None:
    edge = desk.at(0, 1.0) - QPoint(2, 0)
    desk.drag(edge, edge + QPoint(20, 0), edge + QPoint(41, 0))
    assert (desk.notes[0].start, desk.notes[0].duration) == (0.0, 1.5)


def test_a_rubber_band_selects_what_it_touches(desk: Desk) -> None:
    desk.drag(desk.place(1.5, 66), desk.place(3.0, 62), desk.place(4.5, 60))
    assert desk.view.selected == {"n1", "n2"}


def test_a_drag_goes_on_while_the_view_scrolls(desk: Desk) -> None:
    start = desk.at(3)
    desk.drag(start, start + QPoint(60, 0), held=True)
    desk.view.place(desk.view.timeline.scrolled(160.0))
    here = desk.place(12.5, 63)
    QTest.mouseMove(desk.roll, here)
    QTest.mouseRelease(desk.roll, LEFT, NONE, here)
    assert desk.notes[3].start == pytest.approx(12.0)


def test_a_double_click_types_and_tab_goes_on(desk: Desk, qtbot: QtBot) -> None:
    heard: list[tuple[str, str, int]] = []
    typed: list[tuple[str, str]] = []
    desk.roll.lyric_stepped.connect(lambda *told: heard.append(told))
    desk.roll.lyric_typed.connect(lambda *told: typed.append(told))
    QTest.mouseDClick(desk.roll, LEFT, NONE, desk.at(1))
    field = desk.roll.findChild(type(desk.roll._editor))
    assert field.isVisible()
    assert field.text() == "kle"
    field.selectAll()
    QTest.keyClicks(field, "star")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert heard == [("n1", "star", 1)]
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert not typed  # what Tab has told is not told again
    desk.roll.type_lyric("n2")
    QTest.keyClicks(field, "moon")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not typed


def test_a_double_click_beside_notes_draws_one(desk: Desk) -> None:
    QTest.mouseDClick(desk.roll, LEFT, NONE, desk.place(7.1, 66))
    made = desk.notes[-1]
    assert (made.start, made.key, made.lyric) == (7.0, 66, text.DEFAULT_LYRIC)
    assert desk.view.selected == {made.id}
    assert desk.view.tool == "pointer"


def test_the_notes_tool_draws_as_long_as_it_is_dragged(desk: Desk) -> None:
    desk.view.take_tool("notes")
    desk.drag(desk.place(8.1, 65), desk.place(8.6, 65), desk.place(9.9, 65))
    assert (desk.notes[-1].start, desk.notes[-1].duration, desk.notes[-1].key) == (8.0, 2.0, 65)
    desk.song.undo()
    assert len(desk.notes) == 4


def test_the_knife_cuts_at_the_grid(desk: Desk) -> None:
    desk.view.take_tool("knife")
    QTest.mouseClick(desk.roll, LEFT, NONE, desk.at(1, 0.45))
    assert [note.duration for note in desk.notes[1:3]] == [0.5, 0.5]
    assert desk.notes[2].holds


def test_arrows_move_the_selected_notes(desk: Desk) -> None:
    desk.view.select(["n1"])
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(desk.roll, key)
    assert (desk.notes[1].start, desk.notes[1].key) == (2.5, 63)
    QTest.keyClick(desk.roll, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert 2.4 < desk.notes[1].start < 2.5
    QTest.keyClick(desk.roll, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert desk.notes[1].duration > 1.0
    QTest.keyClick(desk.roll, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert desk.notes[1].key == 75


def test_tab_walks_over_the_notes_and_leaves_at_the_end(desk: Desk) -> None:
    desk.view.select(["n2"])
    QTest.keyClick(desk.roll, Qt.Key.Key_Tab)
    assert desk.view.selected == {"n3"}
    QTest.keyClick(desk.roll, Qt.Key.Key_Backtab)
    assert desk.view.selected == {"n2"}


def test_delete_takes_the_selected_notes(desk: Desk) -> None:
    desk.view.select(["n0", "n3"])
    QTest.keyClick(desk.roll, Qt.Key.Key_Delete)
    assert [note.id for note in desk.notes] == ["n1", "n2"]
    assert not desk.view.selected


def test_the_pencil_draws_pitch_and_the_eraser_takes_it(desk: Desk) -> None:
    desk.view.take_tool("pencil")
    desk.drag(desk.place(2.0, 61), desk.place(2.5, 62), desk.place(3.0, 61))
    (piece,) = desk.song.project.tracks[0].drawn
    assert piece.start == pytest.approx(2.0, abs=0.02)
    assert float(piece.at(2.5)) == pytest.approx(62.0, abs=0.1)
    desk.view.take_tool("eraser")
    desk.drag(desk.place(1.9, 61), desk.place(3.2, 61))
    assert not desk.song.project.tracks[0].drawn


def test_points_take_the_plan_over_and_move_it(desk: Desk) -> None:
    tempo_map = desk.song.project.tempo_map.tempo_map()
    keys = 61 + 0.5 * np.sin(np.linspace(0, 20, 60))
    desk.roll.show_plan((), [PitchLine.of_plan(tempo_map, 1.0, 100, keys)])
    desk.view.take_tool("points")
    QTest.mouseClick(desk.roll, LEFT, NONE, desk.at(1))
    (piece,) = desk.song.project.tracks[0].drawn
    assert 2.0 <= piece.start < piece.end <= 3.0
    quarters, key = piece.points[2]
    desk.drag(
        QPointF(desk.view.timeline.x(quarters), desk.view.timeline.y_of_pitch(key)).toPoint(),
        desk.place(quarters, 64),
    )
    moved = desk.song.project.tracks[0].drawn[0].points
    assert max(key for _, key in moved) == pytest.approx(64.0, abs=0.1)
    QTest.keyClick(desk.roll, Qt.Key.Key_Delete)
    assert max(key for _, key in desk.song.project.tracks[0].drawn[0].points) < 62.0


def test_a_vibrato_handle_sets_the_note(desk: Desk) -> None:
    from gui.viewmodels.vibrato import Vibrato

    desk.view.take_tool("vibrato")
    desk.view.select(["n1"])
    x, y = Vibrato.of(desk.notes[1], desk.view.timeline).handles(desk.notes[1].key, desk.view.timeline)["depth"]
    start = QPointF(x, y).toPoint()
    desk.drag(start, start - QPoint(0, 10), start - QPoint(0, 20))
    assert desk.notes[1].expression["vibrato_depth"] > 100
    assert desk.notes[0].expression == {}


def test_a_key_says_what_is_selected(desk: Desk) -> None:
    desk.view.select(["n1"])
    assert "kle-" not in desk.roll.accessibleName()
    assert "kle" in desk.roll.accessibleName()
    assert "C♯4" in desk.roll.accessibleName()
    desk.view.select(["n1", "n2"])
    assert "2" in desk.roll.accessibleName()


def test_a_problem_is_told_where_the_mouse_rests(desk: Desk) -> None:
    desk.roll.show_problems({"n2": "Bar 2: nobody can sing this."})
    assert desk.roll._told("n2") == "Bar 2: nobody can sing this."
    assert "lit" not in desk.roll._told("n2")
    assert "kle" in desk.roll._told("n1")


@pytest.mark.parametrize("count", [4, DENSE * 2])
def test_notes_are_painted_where_they_are(qtbot: QtBot, theme: Theme, count: int) -> None:
    song = song_of(count)
    tempo_map = TempoMap()
    view = RollView(Timeline(tempo_map, per_key=12.0, top=45.0))
    roll = PianoRoll(theme, view, song)
    qtbot.addWidget(roll)
    roll.show_track(song.project.tracks[0])
    roll.resize(800, 300)
    view.place(view.timeline.sized(800, 300).fitted(0.0, 2.0 * count).around_keys(60, 71))
    view.move_cursor(1e6)
    image = roll.grab().toImage()
    row = round(view.timeline.y_of_pitch(60))
    colours = {image.pixelColor(x, row).name() for x in range(5, 790)}
    wanted = theme.tokens.note if count == 4 else theme.tokens.note_edge
    assert wanted.name() in colours
    empty = round(view.timeline.y_of_pitch(76))
    grounds = {image.pixelColor(x, empty).name() for x in range(800)}
    assert wanted.name() not in grounds


def test_the_cursor_repaints_only_its_strip(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []
    QApplication.processEvents()
    original = desk.roll.paintEvent

    def paint(event) -> None:  # type: ignore[no-untyped-def]
        widths.append(event.rect().width())
        original(event)

    monkeypatch.setattr(desk.roll, "paintEvent", paint)
    desk.view.move_cursor(1.0)
    QApplication.processEvents()
    widths.clear()
    desk.view.move_cursor(1.03)
    QApplication.processEvents()
    assert widths
    assert max(widths) < 20


def test_zoom_keeps_what_is_under_the_mouse(desk: Desk) -> None:
    before = desk.view.timeline.quarters(300)
    desk.view.place(desk.view.timeline.zoomed(1.7, 300))
    assert desk.view.timeline.quarters(300) == pytest.approx(before)


def test_a_song_that_changes_under_a_drag_is_safe(desk: Desk) -> None:
    start = desk.at(1)
    desk.drag(start, start + QPoint(60, 0), held=True)
    desk.song.become(replace(desk.song.file(), project=song_of(2).project))
    desk.roll.abandon()
    QTest.mouseRelease(desk.roll, LEFT, NONE, start)
    assert [note.start for note in desk.notes] == [0.0, 2.0]


def test_the_field_is_readable_in_both_themes(qtbot: QtBot, theme: Theme) -> None:
    ground, ink = theme.tokens.note, theme.tokens.note_text

    def luminance(colour: QColor) -> float:
        parts = [channel / 255 for channel in (colour.red(), colour.green(), colour.blue())]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(ground), luminance(ink)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5
