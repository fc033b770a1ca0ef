"""The Sing panel as a whole: how a song comes in and goes out, its tracks, its commands, the DAW beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.folders import presets_folder
from gui.document.renders import renders_folder
from gui.theme import Theme
from tests.gui.sing_studio import CLIP, MakePanel, panels, song_of, wait_sung

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[MakePanel]:
    with panels(qtbot, tmp_path, dark_theme) as made:
        yield made


def test_nothing_yet_offers_a_way_in(make: MakePanel, qtbot: QtBot) -> None:
    panel = make(None)
    assert panel._pages.currentIndex() == 0
    panel.draw_notes()
    assert panel._pages.currentIndex() == 1
    assert panel.view.tool == "notes"
    QTest.mouseClick(panel.area.roll, LEFT, NONE, QPoint(200, 100))
    assert len(song_of(panel).notes) == 1


def test_a_dropped_clip_opens_and_is_sung(make: MakePanel, qtbot: QtBot) -> None:
    panel = make(None)
    panel.take([presets_folder() / "clips" / "amazing-grace.mid"])
    wait_sung(qtbot, panel)
    assert panel._pages.currentIndex() == 1
    assert len(panel.area.roll.rows) > 20


def test_commands_have_keys_of_their_own(make: MakePanel) -> None:
    panel = make()
    panel.studio.commands.add(panel.commands(), panel.id)
    assert not {command.id for command in panel.commands() if not command.text}


def test_tracks_are_added_voiced_and_removed(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    panel.tracks.list.add_wished.emit()
    tracks = panel.studio.song.project.tracks
    assert panel.view.track == tracks[1].id
    assert not panel.area.roll.rows
    panel.tracks.form.set_wished.emit("voice", "trio/kathleen")
    assert panel.studio.song.project.tracks[1].voice == "trio/kathleen"
    assert panel.studio.song.project.tracks[0].voice == ""
    panel.tracks.list.remove_wished.emit()
    assert panel.view.track == "t1"
    panel.tracks.form.chain_wished.emit("ballad")
    assert song_of(panel).chain == "ballad"


def test_a_rendered_file_can_be_dragged_out(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    assert not panel.top.handle.isEnabled()
    panel.render_file()
    engine: Any = panel.studio.engine
    qtbot.waitUntil(lambda: len(engine.of("sing")) == 1)
    ask = engine.of("sing")[0]
    assert '"lyric"' in ask.args["project"]
    out = Path(ask.args["out"])
    assert out.parent == renders_folder()
    out.write_bytes(b"RIFF")
    ask.finished = True
    with qtbot.waitSignal(panel.exporting.finished, timeout=5000):
        ask.done.emit({"out": str(out), "offset_s": 2.0, "stems": []})
    assert panel.top.handle.isEnabled()
    (file,) = panel.top._files()
    assert file.is_file()
    assert "00m02.000s" in file.name
    panel.view.select([song_of(panel).notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    assert panel.top._name.text()


def test_a_render_replaces_no_other_one(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    engine: Any = panel.studio.engine
    older = renders_folder() / panel.studio.song.file_name(".wav")
    older.parent.mkdir(parents=True, exist_ok=True)
    older.write_bytes(b"a DAW plays it")
    panel.render_file()
    qtbot.waitUntil(lambda: len(engine.of("sing")) == 1)
    engine.of("sing")[0].cancelled.emit()
    panel.render_file()
    qtbot.waitUntil(lambda: len(engine.of("sing")) == 2)
    # The first may be done again, from the queue.
    outs = [Path(ask.args["out"]).stem for ask in engine.of("sing")]
    assert outs == [f"{older.stem} 2", f"{older.stem} 3"]


def test_a_clip_dropped_on_a_song_goes_beside_it(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    assert panel.accepts([CLIP])
    assert not panel.accepts([Path("a.png")])
    panel.take([presets_folder() / "clips" / "greensleeves.mid"])
    qtbot.waitUntil(lambda: len(panel.studio.song.project.tracks) == 2)
    panel.studio.song.undo()
    assert len(panel.studio.song.project.tracks) == 1


def test_a_sound_is_sung_again_only_where_it_is_dropped_on_the_panel(make: MakePanel) -> None:
    panel = make()
    wished: list[Path] = []
    panel.studio.desk.resing_wished.connect(wished.append)
    vocal = Path("/x/lead.wav")
    assert panel.accepts([vocal])
    panel.take([vocal, Path("/x/double.wav")])
    assert wished == [vocal]
    panel.hide()
    assert not panel.accepts([vocal])


def test_the_daw_moves_the_cursor_while_it_rolls(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    bridge: Any = panel.studio.bridge
    bridge.tell(3.5, speed=1.0)
    assert 3.5 <= panel.view.cursor_s < 9.0
    told = panel.view.cursor_s
    qtbot.waitUntil(lambda: panel.view.cursor_s > told)  # by itself, before the DAW says another word
    bridge.tell(9.0, speed=0.0)
    assert panel.view.cursor_s < 9.0
    assert panel.studio.player.position_s == pytest.approx(panel.view.cursor_s, abs=1e-3)  # it plays from there


def test_the_menu_offers_what_can_be_done(make: MakePanel) -> None:
    from gui.panels.sing.note_menu import note_menu

    panel = make()
    menu = note_menu(panel.commands(), panel)
    assert not any(action.isEnabled() for action in menu.actions() if "Join" in action.text())
    panel.view.select([note.id for note in song_of(panel).notes[:2]])
    menu = note_menu(panel.commands(), panel)
    assert all(action.isEnabled() for action in menu.actions() if "Join" in action.text())


def test_every_control_has_a_name(make: MakePanel) -> None:
    from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    panel = make()
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in panel.findChildren(kind):
            told = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
            assert told or control.objectName().startswith("qt_"), (kind, control.parent())
