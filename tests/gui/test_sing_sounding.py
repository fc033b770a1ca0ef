"""From an edit in the Sing panel to its sound: what is sung anew, what is heard, what fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.api.project import parse_project
from engine.folders import presets_folder
from gui.document.song import Song
from gui.engine_process import Failure
from gui.theme import Theme
from gui.viewmodels.live import State
from gui.widgets.mixdown import RATE, Mixdown
from tests.gui.sing_studio import MakePanel, lives, panels, planned, song_of, wait_sung


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[MakePanel]:
    with panels(qtbot, tmp_path, dark_theme) as made:
        yield made


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
    first = song_of(panel).notes[0].id
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
    panel.view.select([song_of(panel).notes[0].id])
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
    assert song_of(panel).gain_db == -6.0
    assert song_of(panel).name == "Verse"
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


@pytest.mark.parametrize("late", ["cancelled", "done", "failed", "plan"])
def test_a_late_answer_for_the_song_before_ends_nothing(late: str, make: MakePanel, qtbot: QtBot) -> None:
    panel = make(sings=False)
    qtbot.waitUntil(lambda: len(lives(panel)) == 1)
    (before,) = lives(panel)
    engine: Any = panel.studio.engine
    other = Song.open(presets_folder() / "clips" / "greensleeves.mid")
    panel.studio.song.become(other)  # a track of the same id
    qtbot.waitUntil(lambda: len(lives(panel)) == 2)
    now = lives(panel)[1]
    if late == "plan":
        before.part.emit({"plan": planned(parse_project(before.args["project"].encode()))})
    elif late == "failed":
        before.fail("The voice is gone.")
    else:
        getattr(before, late).emit(*[{}] if late == "done" else [])
    heard: list[bool] = []
    panel.singer._after_reading(lambda: heard.append(True))
    qtbot.waitUntil(lambda: bool(heard))
    assert panel.singer.live("t1").busy
    assert panel.singer.live("t1").phrases == ()
    engine.sings = True
    engine.plan(now)
    wait_sung(qtbot, panel)
    assert len(lives(panel)) == 2


def test_files_that_went_with_an_idle_engine_are_made_again(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    before = [phrase.key for phrase in panel.singer.live("t1").phrases]
    panel.view.select([song_of(panel).notes[0].id])
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
    panel.view.select([song_of(panel).notes[1].id])
    takes = panel.side.takes
    qtbot.waitUntil(lambda: "1" in takes._title.text())
    takes.retake_wished.emit("pitch")
    (held,) = song_of(panel).takes.values()
    assert [(take.pitch_seed > 0, take.timbre_seed > 0) for take in held.takes] == [(False, False), (True, False)]
    chosen = held.chosen
    takes.compare_wished.emit()
    assert next(iter(song_of(panel).takes.values())).chosen != chosen
    takes.compare_wished.emit()
    assert next(iter(song_of(panel).takes.values())).chosen == chosen
    takes.like_wished.emit(chosen, True)
    takes.lock_wished.emit(True)
    qtbot.waitUntil(lambda: not takes._retake.isEnabled())
    assert next(iter(song_of(panel).takes.values())).locked
    told: list[Any] = []
    panel.studio.desk.told.connect(lambda notice: told.append(notice.text))
    before = panel.studio.song.project
    panel._takes.retake("both")
    assert panel.studio.song.project is before
    assert chosen in told[0]
    assert len(song_of(panel).notes) > 8  # the other phrases are still there


def test_the_selection_is_looped_and_played(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    wait_sung(qtbot, panel)
    qtbot.waitUntil(lambda: panel.heard.mixdown.duration_s > 1.0)
    notes = song_of(panel).notes[4:6]
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


def test_closing_waits_for_the_workers(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    qtbot.waitUntil(lambda: bool(lives(panel)))
    panel.close_down()
    asked = len(lives(panel))
    panel.view.select([song_of(panel).notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    assert not panel.waiting()
    assert len(lives(panel)) == asked
    assert lives(panel)[0].finished
