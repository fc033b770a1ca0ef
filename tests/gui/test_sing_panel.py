"""The Sing panel as a whole: from edit to sound, takes, lanes, tracks, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.folders import presets_folder
from gui.document.renders import renders_folder
from gui.document.song import Song
from gui.engine_process import Failure
from gui.panels.sing import SingPanel
from gui.theme import Theme
from gui.viewmodels.live import State
from gui.widgets.mixdown import RATE, Mixdown

CLIP = presets_folder() / "clips" / "twinkle.mid"
MakePanel = Callable[..., SingPanel]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[MakePanel]:
    panels: list[SingPanel] = []

    def panel(clip: Path | None = CLIP, sings: bool = True) -> SingPanel:
        from tests.gui.sing_studio import studio

        made = SingPanel(studio(tmp_path, dark_theme, Song.open(clip) if clip else None, sings))
        qtbot.addWidget(made)
        made.resize(1300, 780)
        made.show()
        qtbot.waitExposed(made)
        panels.append(made)
        return made

    yield panel
    for made in panels:
        made.close_down()
        made.studio.player.close()


def song(panel: SingPanel) -> Any:
    return panel.studio.song.project.tracks[0]


def wait_sung(qtbot: QtBot, panel: SingPanel) -> None:
    qtbot.waitUntil(lambda: not panel.waiting() and bool(panel.singer.placed(panel.view.track)), timeout=15_000)


def lives(panel: SingPanel) -> list[Any]:
    engine: Any = panel.studio.engine
    return list(engine.of("live"))


def test_nothing_yet_offers_a_way_in(make: MakePanel, qtbot: QtBot) -> None:
    panel = make(None)
    assert panel._pages.currentIndex() == 0
    panel.draw_notes()
    assert panel._pages.currentIndex() == 1
    assert panel.view.tool == "notes"
    QTest.mouseClick(panel.area.roll, LEFT, NONE, QPoint(200, 100))
    assert len(song(panel).notes) == 1


def test_a_dropped_clip_opens_and_is_sung(make: MakePanel, qtbot: QtBot) -> None:
    panel = make(None)
    panel.take([presets_folder() / "clips" / "amazing-grace.mid"])
    wait_sung(qtbot, panel)
    assert panel._pages.currentIndex() == 1
    assert len(panel.area.roll.rows) > 20


def test_phrases_are_heard_where_they_are_planned(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    placed = panel.singer.placed("t1")
    phrases = panel.singer.live("t1").phrases
    assert [entry.start_s for entry in placed] == [phrase.start_s for phrase in phrases]
    mixdown = panel.heard.mixdown
    qtbot.waitUntil(lambda: mixdown.duration_s > 1.0)
    mixdown.settle()
    inside = round((phrases[0].start_s + 0.3) * RATE)
    assert np.abs(mixdown.read(inside, 4800)).max() > 0.01
    panel.tracks.list.muted.emit("t1", True)
    panel.heard._mix()
    mixdown.settle()
    assert np.abs(mixdown.read(inside, 4800)).max() == 0.0


def test_an_edit_sings_only_the_phrase_that_changed(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    asked = len(lives(panel))
    before = {phrase.key for phrase in panel.singer.live("t1").phrases}
    first = song(panel).notes[0].id
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
        panel.view.select([first])
        QTest.keyClick(panel.area.roll, key)
    live = panel.singer.live("t1")
    assert live.state(live.phrases[0]) is State.WAITING
    wait_sung(qtbot, panel)
    qtbot.waitUntil(lambda: len(lives(panel)) > asked and not panel.waiting())
    assert len(lives(panel)) == asked + 1  # three strokes, one request
    assert set(lives(panel)[-1].args["known"]) == before
    after = {phrase.key for phrase in panel.singer.live("t1").phrases}
    assert len(after - before) == 1


def test_an_undo_brings_the_old_plan_back(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    before = [phrase.key for phrase in panel.singer.live("t1").phrases]
    panel.view.select([song(panel).notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: [phrase.key for phrase in panel.singer.live("t1").phrases] != before)
    wait_sung(qtbot, panel)
    panel.studio.song.undo()  # everything of it is known: the plan and the end come in one breath
    qtbot.waitUntil(lambda: [phrase.key for phrase in panel.singer.live("t1").phrases] == before)
    qtbot.waitUntil(lambda: not panel.waiting())


def test_the_fader_sings_nothing_anew(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    asked = len(lives(panel))
    panel.tracks.form.set_wished.emit("gain_db", -6.0)
    panel.tracks.list.renamed.emit("t1", "Verse")
    assert song(panel).gain_db == -6.0
    assert song(panel).name == "Verse"
    assert not panel.waiting()
    assert len(lives(panel)) == asked


def test_what_fails_is_told_and_asked_again(make: MakePanel, qtbot: QtBot) -> None:
    panel = make(sings=False)
    told: list[Any] = []
    panel.studio.desk.told.connect(told.append)
    qtbot.waitUntil(lambda: len(lives(panel)) == 1)
    engine: Any = panel.studio.engine
    engine.plan(lives(panel)[0])
    qtbot.waitUntil(lambda: bool(panel.singer.live("t1").phrases))
    lives(panel)[0].finished = True
    lives(panel)[0].failed.emit(Failure("input", "The voice is gone.", "Install it again."))
    qtbot.waitUntil(lambda: bool(told))
    live = panel.singer.live("t1")
    assert not {live.state(phrase) for phrase in live.phrases} & {State.WAITING, State.RENDERING}
    assert "The voice is gone." in told[0].text
    qtbot.waitUntil(lambda: bool(panel.side.problems.problems))
    assert "The voice is gone." in panel.side.problems.problems[0].sentence
    engine.sings = True
    panel.looking.sing_again()
    wait_sung(qtbot, panel)


def test_an_engine_that_dies_is_asked_again(make: MakePanel, qtbot: QtBot) -> None:
    panel = make(sings=False)
    qtbot.waitUntil(lambda: len(lives(panel)) == 1)
    engine: Any = panel.studio.engine
    engine.sings = True
    lives(panel)[0].finished = True
    lives(panel)[0].lost.emit()
    wait_sung(qtbot, panel)
    assert len(lives(panel)) == 2


def test_files_that_went_with_an_idle_engine_are_made_again(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    before = [phrase.key for phrase in panel.singer.live("t1").phrases]
    panel.view.select([song(panel).notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: [phrase.key for phrase in panel.singer.live("t1").phrases] != before)
    wait_sung(qtbot, panel)
    engine: Any = panel.studio.engine
    for file in engine.folder.rglob("*.f32"):
        file.unlink()
    panel.studio.song.undo()
    qtbot.waitUntil(lambda: [phrase.key for phrase in panel.singer.live("t1").phrases] == before)
    qtbot.waitUntil(lambda: not panel.singer.busy)
    assert len(panel.singer.placed("t1")) == len(before)


def test_takes_are_made_compared_and_locked(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    panel.side.tabs.setCurrentIndex(panel.side.TAKES)
    panel.view.select([song(panel).notes[1].id])
    takes = panel.side.takes
    qtbot.waitUntil(lambda: "1" in takes._title.text())
    takes.retake_wished.emit("pitch")
    (held,) = song(panel).takes.values()
    assert [(take.pitch_seed > 0, take.timbre_seed > 0) for take in held.takes] == [(False, False), (True, False)]
    chosen = held.chosen
    takes.compare_wished.emit()
    assert next(iter(song(panel).takes.values())).chosen != chosen
    takes.compare_wished.emit()
    assert next(iter(song(panel).takes.values())).chosen == chosen
    takes.like_wished.emit(chosen, True)
    takes.lock_wished.emit(True)
    qtbot.waitUntil(lambda: not takes._retake.isEnabled())
    assert next(iter(song(panel).takes.values())).locked
    told: list[Any] = []
    panel.studio.desk.told.connect(lambda notice: told.append(notice.text))
    before = panel.studio.song.project
    panel._takes.retake("both")
    assert panel.studio.song.project is before
    assert chosen in told[0]
    assert len(song(panel).notes) > 8  # the other phrases are still there


def test_a_lane_is_drawn_in_one_step_of_undo(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    before = panel.studio.song.project
    lane = panel.area.lane
    panel.area.head.knob_chosen.emit("tension")
    QTest.mousePress(lane, LEFT, NONE, QPoint(100, 20))
    for x in range(120, 300, 20):
        QTest.mouseMove(lane, QPoint(x, 20 + x // 10))
    QTest.mouseRelease(lane, LEFT, NONE, QPoint(280, 48))
    curve = song(panel).curves["tension"]
    timeline = panel.view.timeline
    assert float(curve.at(timeline.quarters(200))) == pytest.approx(lane.value(40), abs=0.1)
    assert float(curve.at(timeline.quarters(600))) == 0.0
    panel.studio.song.undo()
    assert panel.studio.song.project is before
    panel.studio.song.redo()
    panel.area.head.reset_wished.emit()
    assert "tension" not in song(panel).curves


def test_lane_points_are_set_moved_and_deleted(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    lane = panel.area.lane
    panel.area.head.mode_chosen.emit("points")
    for x in (100, 300):
        QTest.mouseClick(lane, LEFT, NONE, QPoint(x, 15))
    assert len(song(panel).curves["dynamics"].points) == 2
    QTest.mousePress(lane, LEFT, NONE, QPoint(300, 15))
    QTest.mouseMove(lane, QPoint(340, 60))
    QTest.mouseRelease(lane, LEFT, NONE, QPoint(340, 60))
    at, value = song(panel).curves["dynamics"].points[1]
    assert at == pytest.approx(panel.view.timeline.quarters(340))
    assert value == pytest.approx(lane.value(60))
    QTest.keyClick(lane, Qt.Key.Key_Delete)
    assert len(song(panel).curves["dynamics"].points) == 1


def test_a_verse_spreads_and_says_what_is_left(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    told: list[Any] = []
    panel.studio.desk.told.connect(lambda notice: told.append(notice.text))
    notes = song(panel).notes
    panel._words.pasted(notes[-3].id, "one two three four five")
    assert [note.lyric for note in song(panel).notes[-3:]] == ["one", "two", "three"]
    assert [note.lyric for note in song(panel).notes[:-3]] == [note.lyric for note in notes[:-3]]
    assert "four five" in told[0]


def test_tab_types_through_the_song(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    first, second = song(panel).notes[:2]
    panel.area.roll.type_lyric(first.id)
    field = panel.area.roll._editor
    for word in ("moon", "light"):
        field.selectAll()
        QTest.keyClicks(field, word)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert [note.lyric for note in song(panel).notes[:2]] == ["moon", "light"]
    assert field.note == song(panel).notes[2].id
    assert second.id in {note.id for note in song(panel).notes}


def test_notes_go_through_the_clipboard(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    count = len(song(panel).notes)
    commands = {command.id: command for command in panel.commands()}
    panel.view.select([note.id for note in song(panel).notes[:2]])
    commands["sing.copy"].run()
    panel.view.move_cursor(60.0)
    commands["sing.paste"].run()
    assert len(song(panel).notes) == count + 2
    assert [note.lyric for note in song(panel).notes[-2:]] == [note.lyric for note in song(panel).notes[:2]]
    assert panel.view.selected == {note.id for note in song(panel).notes[-2:]}
    commands["sing.cut"].run()
    assert len(song(panel).notes) == count


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
    assert song(panel).chain == "ballad"


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
    panel.view.select([song(panel).notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    assert panel.top._name.text()


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
    note = song(panel).notes[2]
    panel.view.select([note.id])
    commands = {command.id: command for command in panel.commands()}
    commands["sing.smooth"].run()
    (piece,) = song(panel).drawn
    assert note.start <= piece.start < piece.end <= note.end
    assert abs(float(piece.at(0.5 * (note.start + note.end))) - note.key) < 0.5
    commands["sing.plain_pitch"].run()
    assert not song(panel).drawn


def test_the_selection_is_looped_and_played(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    qtbot.waitUntil(lambda: panel.heard.mixdown.duration_s > 1.0)
    notes = song(panel).notes[4:6]
    panel.view.select([note.id for note in notes])
    commands = {command.id: command for command in panel.commands()}
    commands["sing.loop"].run()
    tempo_map = panel.view.timeline.tempo_map
    span = (tempo_map.seconds(notes[0].start), tempo_map.seconds(notes[1].end))
    assert panel.studio.player.loop == pytest.approx(span)
    commands["sing.play_selection"].run()
    assert panel.studio.player.playing
    qtbot.waitUntil(lambda: panel.view.cursor_s >= span[0])
    panel.studio.player.pause()
    panel.studio.player.use(Mixdown())
    panel.heard.use()
    assert panel.studio.player.loop == pytest.approx(span)  # another panel has played meanwhile
    panel.studio.player.set_loop(None)
    assert panel.view.loop_s is None


def test_the_menu_offers_what_can_be_done(make: MakePanel) -> None:
    from gui.panels.sing.note_menu import note_menu

    panel = make()
    menu = note_menu(panel.commands(), panel)
    assert not any(action.isEnabled() for action in menu.actions() if "Join" in action.text())
    panel.view.select([note.id for note in song(panel).notes[:2]])
    menu = note_menu(panel.commands(), panel)
    assert all(action.isEnabled() for action in menu.actions() if "Join" in action.text())


def test_every_control_has_a_name(make: MakePanel) -> None:
    from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    panel = make()
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in panel.findChildren(kind):
            told = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
            assert told or control.objectName().startswith("qt_"), (kind, control.parent())


def test_closing_waits_for_the_workers(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    qtbot.waitUntil(lambda: bool(lives(panel)))
    panel.close_down()
    asked = len(lives(panel))
    panel.view.select([song(panel).notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    assert not panel.waiting()
    assert len(lives(panel)) == asked
    assert lives(panel)[0].finished
