"""The Isolate panel's time line: looked at, listened to and compared, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from tests.gui.isolate_studio import Session, isolate_studio, make_song


@pytest.fixture
def session(qtbot: QtBot, dark_theme: Theme, tmp_path: Path) -> Iterator[Session]:
    made = Session(qtbot, isolate_studio(tmp_path, dark_theme), tmp_path)
    yield made
    made.close()


def test_compared_at_equal_loudness(session: Session) -> None:
    session.isolated("song.wav")
    listener = session.panel.stage.listener
    listener.solo("vocals", True)
    assert session.heard() == pytest.approx(0.1, abs=0.005)
    listener.switch()
    assert listener.listening.side == "mix"
    assert session.heard() == pytest.approx(0.1, abs=0.005)  # turned down to the vocals
    assert "−12.0" in session.panel.stage.listen_bar.gain.text()
    listener.match(False)
    assert session.heard() == pytest.approx(0.4, abs=0.005)
    assert session.panel.stage.listen_bar.gain.text() == ""


def test_both_stems_sound_as_the_mix_and_mute_takes_one_away(session: Session) -> None:
    session.isolated("song.wav")
    stage = session.panel.stage
    stage.listener.choose_side("stems")
    assert session.heard() == pytest.approx(0.4, abs=0.005)
    session.qtbot.mouseClick(stage.lanes.rows["vocals"].mute, Qt.MouseButton.LeftButton)
    stage.listener.match(False)
    assert session.heard() == pytest.approx(0.3, abs=0.005)


def test_a_list_that_grows_does_not_begin_the_song_again(session: Session) -> None:
    session.isolated("a.wav")
    session.panel.stage.listener.solo("vocals", True)
    session.studio.player.seek(1.0)
    session.panel.batch.add([make_song(session.folder / "b.wav")])
    session.panel.side.renew()
    assert session.studio.player.position_s == 1.0
    assert session.panel.stage.listener.listening.solo == {"vocals"}


def test_another_song_begins_at_its_beginning_with_its_mix(session: Session) -> None:
    session.isolated("a.wav", "b.wav")
    session.panel.stage.listener.solo("vocals", True)
    session.studio.player.seek(1.0)
    other = list(session.panel.batch)[1]
    session.panel.side.list.choose(other.id)
    session.settle()
    assert session.panel.stage.song == other
    assert session.studio.player.position_s == 0
    assert session.panel.stage.listener.listening.side == "mix"


def test_click_seeks_and_drag_loops(session: Session) -> None:
    session.drop(make_song(session.folder / "song.wav"))
    lane, view, player = (
        session.panel.stage.lanes.rows["mix"].lane,
        session.panel.stage.lanes.view,
        session.studio.player,
    )
    session.qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(lane.width() // 2, 20))
    assert player.position_s == pytest.approx(view.duration_s / 2, abs=0.01)
    session.qtbot.mousePress(lane, Qt.MouseButton.LeftButton, pos=QPoint(lane.width() // 4, 20))
    session.qtbot.mouseMove(lane, QPoint(lane.width() * 3 // 4, 20))
    session.qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=QPoint(lane.width() * 3 // 4, 20))
    assert player.loop == pytest.approx((view.duration_s / 4, view.duration_s * 3 / 4), abs=0.01)
    assert player.position_s == pytest.approx(view.duration_s / 4, abs=0.01)


def test_playing_moves_the_cursor_and_without_a_device_that_is_said(session: Session) -> None:
    session.drop(make_song(session.folder / "song.wav", 0.3))
    with session.qtbot.waitSignal(session.studio.player.ended, timeout=10_000):
        session.studio.player.play()
    assert session.panel.stage.listen_bar.device.text() != ""


def test_commands_have_their_own_keys_and_do_what_they_say(session: Session) -> None:
    commands = session.studio.commands
    commands.add(session.panel.commands(), "isolate")
    assert not commands.run("isolate.side")
    session.isolated("song.wav")
    assert commands.run("isolate.side")
    assert session.panel.stage.listener.listening.side == "stems"
    assert commands.run("isolate.solo_vocals")
    assert session.panel.stage.listener.listening.solo == {"vocals"}
    assert commands.run("isolate.solo_vocals")
    assert session.panel.stage.listener.listening.solo == frozenset()
    shown = session.panel.stage.mode
    assert commands.run("isolate.view")
    assert session.panel.stage.mode != shown
    assert commands.run("isolate.zoom_in")
    assert not session.panel.stage.lanes.view.all_shown
    assert commands.run("isolate.fit")
    assert session.panel.stage.lanes.view.all_shown


def test_every_control_has_a_name_and_a_tooltip(session: Session) -> None:
    session.isolated("song.wav")
    for kind in (QAbstractButton, QComboBox, QSpinBox):
        for control in session.panel.findChildren(kind):
            if control.isVisible():
                assert control.accessibleName() or control.property("text"), control
                assert control.toolTip(), control.accessibleName()
                assert control.focusPolicy() != Qt.FocusPolicy.NoFocus, control.accessibleName()


@pytest.mark.parametrize("mode", ["wave", "spectrogram"])
def test_lanes_are_drawn_in_both_themes(qtbot: QtBot, theme: Theme, tmp_path: Path, mode: str) -> None:
    session = Session(qtbot, isolate_studio(tmp_path, theme), tmp_path)
    session.isolated("song.wav")
    stage = session.panel.stage
    stage.show_mode(mode)
    told = "waveform" if mode == "wave" else mode
    assert all(row.lane.accessibleName().endswith(told) for row in stage.lanes.rows.values())
    images = {name: row.lane.grab().toImage() for name, row in stage.lanes.rows.items()}
    for image in images.values():
        shades = {image.pixel(image.width() // 3, y) for y in range(image.height())}
        assert len(shades) > 2
    stage.lanes.view.zoom(8)
    assert stage.lanes.rows["mix"].lane.grab().toImage() != images["mix"]
    session.close()
