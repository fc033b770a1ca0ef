"""Edits in the Sing panel by hand: lanes, words, pitch, phones, the clipboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from tests.gui.sing_studio import MakePanel, panels, song_of, wait_sung

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[MakePanel]:
    with panels(qtbot, tmp_path, dark_theme) as made:
        yield made


def test_a_lane_is_drawn_in_one_step_of_undo(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    before = panel.studio.song.project
    lane = panel.area.lane
    panel.area.head.knob_chosen.emit("tension")
    QTest.mousePress(lane, LEFT, NONE, QPoint(100, 20))
    for x in range(120, 300, 20):
        QTest.mouseMove(lane, QPoint(x, 20 + x // 10))
    QTest.mouseRelease(lane, LEFT, NONE, QPoint(280, 48))
    curve = song_of(panel).curves["tension"]
    timeline = panel.view.timeline
    assert float(curve.at(timeline.quarters(200))) == pytest.approx(lane.value(40), abs=0.1)
    assert float(curve.at(timeline.quarters(600))) == 0.0
    panel.studio.song.undo()
    assert panel.studio.song.project is before
    panel.studio.song.redo()
    panel.area.head.reset_wished.emit()
    assert "tension" not in song_of(panel).curves


def test_lane_points_are_set_moved_and_deleted(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    lane = panel.area.lane
    panel.area.head.mode_chosen.emit("points")
    for x in (100, 300):
        QTest.mouseClick(lane, LEFT, NONE, QPoint(x, 15))
    assert len(song_of(panel).curves["dynamics"].points) == 2
    QTest.mousePress(lane, LEFT, NONE, QPoint(300, 15))
    QTest.mouseMove(lane, QPoint(340, 60))
    QTest.mouseRelease(lane, LEFT, NONE, QPoint(340, 60))
    at, value = song_of(panel).curves["dynamics"].points[1]
    assert at == pytest.approx(panel.view.timeline.quarters(340))
    assert value == pytest.approx(lane.value(60))
    QTest.keyClick(lane, Qt.Key.Key_Delete)
    assert len(song_of(panel).curves["dynamics"].points) == 1


def test_a_verse_spreads_and_says_what_is_left(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    told: list[Any] = []
    panel.studio.desk.told.connect(lambda notice: told.append(notice.text))
    notes = song_of(panel).notes
    panel._words.pasted(notes[-3].id, "one two three four five")
    assert [note.lyric for note in song_of(panel).notes[-3:]] == ["one", "two", "three"]
    assert [note.lyric for note in song_of(panel).notes[:-3]] == [note.lyric for note in notes[:-3]]
    assert "four five" in told[0]


def test_tab_types_through_the_song(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    first, second = song_of(panel).notes[:2]
    panel.area.roll.type_lyric(first.id)
    field = panel.area.roll._editor
    for word in ("moon", "light"):
        field.selectAll()
        QTest.keyClicks(field, word)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert [note.lyric for note in song_of(panel).notes[:2]] == ["moon", "light"]
    assert field.note == song_of(panel).notes[2].id
    assert second.id in {note.id for note in song_of(panel).notes}


def test_notes_go_through_the_clipboard(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    count = len(song_of(panel).notes)
    commands = {command.id: command for command in panel.commands()}
    panel.view.select([note.id for note in song_of(panel).notes[:2]])
    commands["sing.copy"].run()
    panel.view.move_cursor(60.0)
    commands["sing.paste"].run()
    assert len(song_of(panel).notes) == count + 2
    assert [note.lyric for note in song_of(panel).notes[-2:]] == [note.lyric for note in song_of(panel).notes[:2]]
    assert panel.view.selected == {note.id for note in song_of(panel).notes[-2:]}
    commands["sing.cut"].run()
    assert len(song_of(panel).notes) == count


def test_a_phone_boundary_moves_with_the_mouse(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    strip, phones = panel.area.phones, panel.showing.phones
    qtbot.waitUntil(lambda: bool(panel.showing.phones))
    from gui.document.phones import boundary

    phones = panel.showing.phones
    index = next(i for i in range(1, len(phones)) if boundary(phones, i) is not None)
    x = round(panel.view.timeline.x_of_s(phones[index].end_s))
    before = panel.studio.song.project
    QTest.mousePress(strip, LEFT, NONE, QPoint(x, 10))
    QTest.mouseMove(strip, QPoint(x + 6, 10))
    QTest.mouseMove(strip, QPoint(x + 12, 10))
    QTest.mouseRelease(strip, LEFT, NONE, QPoint(x + 12, 10))
    assert panel.studio.song.project is not before
    panel.studio.song.undo()
    assert panel.studio.song.project is before


def test_a_drag_ends_with_its_song(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    qtbot.waitUntil(lambda: bool(panel.showing.phones))
    from gui.document.phones import boundary
    from gui.document.song_file import empty_song

    phones, strip = panel.showing.phones, panel.area.phones
    index = next(i for i in range(1, len(phones)) if boundary(phones, i) is not None)
    x = round(panel.view.timeline.x_of_s(phones[index].end_s))
    QTest.mousePress(strip, LEFT, NONE, QPoint(x, 10))
    QTest.mouseMove(strip, QPoint(x + 6, 10))
    panel.studio.song.become(empty_song())
    other = panel.studio.song.project
    strip.boundary_moved.emit(index, 0.5)
    assert panel.studio.song.project is other
    QTest.mouseRelease(strip, LEFT, NONE, QPoint(x + 6, 10))
    assert panel.studio.song.project is other


def test_pitch_is_smoothed_and_given_back(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    qtbot.waitUntil(lambda: panel.area.roll.planned() is not None)
    note = song_of(panel).notes[2]
    panel.view.select([note.id])
    commands = {command.id: command for command in panel.commands()}
    commands["sing.smooth"].run()
    (piece,) = song_of(panel).drawn
    assert note.start <= piece.start < piece.end <= note.end
    assert abs(float(piece.at(0.5 * (note.start + note.end))) - note.key) < 0.5
    commands["sing.plain_pitch"].run()
    assert not song_of(panel).drawn
