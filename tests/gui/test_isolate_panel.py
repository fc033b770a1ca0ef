"""The Isolate panel as a producer uses it: drop, isolate, look, compare, take out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from gui.document.renders import renders_folder
from gui.engine_process import Failure
from gui.panels.isolate import IsolatePanel
from gui.theme import Theme
from gui.widgets.questions import ErrorBox
from tests.gui.isolate_studio import Session, isolate_studio, make_song


@pytest.fixture
def session(qtbot: QtBot, dark_theme: Theme, tmp_path: Path) -> Iterator[Session]:
    made = Session(qtbot, isolate_studio(tmp_path, dark_theme), tmp_path)
    yield made
    made.close()


def test_nothing_yet_says_what_to_do(session: Session) -> None:
    buttons = [button for button in session.panel.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) == 2
    assert session.panel.accepts([Path("/x/a.wav")])
    assert not session.panel.accepts([Path("/x/a.mid")])


def test_a_dropped_song_is_seen_and_heard(session: Session) -> None:
    session.drop(make_song(session.folder / "song.wav"))
    assert session.states() == ["new"]
    assert session.panel.stage.lanes.view.duration_s == pytest.approx(1.2, abs=0.01)
    assert session.studio.player.mixdown.duration_s == pytest.approx(1.2, abs=0.001)
    assert session.heard() == pytest.approx(0.4, abs=0.01)
    mix = session.panel.stage.sounds.get("mix")
    assert mix is not None
    assert mix.wave is not None
    assert mix.rows is not None


def test_folders_and_what_is_no_sound_are_told(session: Session) -> None:
    (session.folder / "album").mkdir()
    (session.folder / "empty").mkdir()
    make_song(session.folder / "album" / "one.wav")
    (session.folder / "broken.wav").write_text("no sound")
    session.drop(session.folder / "album", session.folder / "empty", session.folder / "broken.wav")
    assert [song.path.name for song in session.panel.batch] == ["one.wav", "broken.wav"]
    assert "empty" in session.told[-1].text
    session.panel.side.list.choose(list(session.panel.batch)[1].id)
    session.settle()
    sound = session.panel.stage.sounds.get("mix")
    assert sound is not None
    assert "broken.wav" in sound.failure


def test_a_song_that_cannot_be_read_has_failed(session: Session) -> None:
    broken = session.folder / "broken.wav"
    broken.write_text("no sound")
    session.drop(broken)
    assert session.states() == ["failed"]
    (song,) = session.panel.batch
    assert "broken.wav" in song.failure
    assert not session.panel.side.start.isEnabled()
    session.panel.isolate([song.id])
    assert session.engine.of("isolate") == []
    session.drop(make_song(session.folder / "good.wav"))
    assert session.panel.side.start.isEnabled()
    assert session.panel.side.meant_ids() == [list(session.panel.batch)[1].id]


def test_a_song_that_was_made_whole_again_can_be_isolated(session: Session) -> None:
    broken = session.folder / "broken.wav"
    broken.write_text("no sound")
    session.drop(broken)
    session.drop(make_song(session.folder / "good.wav"))
    make_song(broken)
    session.panel.side.list.choose(next(iter(session.panel.batch)).id)
    session.settle()
    assert session.states() == ["new", "new"]
    assert session.panel.side.start.isEnabled()


def test_songs_are_isolated_one_by_one(session: Session) -> None:
    session.drop(*(make_song(session.folder / f"{name}.wav") for name in "abc"))
    panel = session.panel
    panel.side.list.selectAll()
    panel.isolate()
    assert session.states() == ["running", "waiting", "waiting"]
    assert len(session.engine.of("isolate")) == 1
    ask = session.engine.of("isolate")[0]
    assert ask.args["out"] == str(session.folder / "Stems")
    ask.progressed.emit("Isolating", 3, 12)
    assert next(iter(panel.batch)).share == 0.25
    session.engine.isolate(ask)
    assert session.states() == ["done", "running", "waiting"]
    session.engine.of("isolate")[1].failed.emit(Failure("input", "It is broken.", "Mend it."))
    assert session.states() == ["done", "failed", "running"]
    assert [song.failure for song in panel.batch][1] == "It is broken. Mend it."
    session.engine.isolate(session.engine.of("isolate")[2])
    assert session.states() == ["done", "failed", "done"]
    assert not panel.runner.busy


def test_stopping_leaves_nothing_waiting(session: Session) -> None:
    session.drop(*(make_song(session.folder / f"{name}.wav") for name in "ab"))
    session.panel.side.list.selectAll()
    session.panel.isolate()
    session.panel.runner.stop()
    session.qtbot.waitUntil(lambda: not session.panel.runner.busy)
    assert session.states() == ["cancelled", "new"]
    assert len(session.engine.of("isolate")) == 1


def test_an_engine_that_died_is_told_and_the_song_can_be_isolated_again(session: Session) -> None:
    session.drop(make_song(session.folder / "song.wav"))
    session.panel.isolate()
    session.engine.of("isolate")[0].lost.emit()
    assert session.states() == ["failed"]
    session.panel.isolate()
    session.engine.isolate(session.engine.of("isolate")[1])
    assert session.states() == ["done"]


def test_again_in_the_queue_is_seen_here(session: Session) -> None:
    session.drop(make_song(session.folder / "song.wav"))
    session.panel.isolate()
    session.engine.of("isolate")[0].lost.emit()
    session.studio.jobs.again(session.studio.jobs.all()[0].id)
    assert session.states() == ["running"]
    session.engine.isolate(session.engine.of("isolate")[1])
    assert session.states() == ["done"]


def test_what_the_engine_owed_when_it_died_is_asked_again(session: Session) -> None:
    session.engine.answering = False
    session.panel.take([make_song(session.folder / "song.wav")])
    session.qtbot.waitUntil(lambda: len(session.engine.of("sound")) == 1)
    for ask in session.engine.asks:
        ask.finished = True
        ask.lost.emit()
    session.engine.answering = True
    session.engine.ready.emit({})
    session.settle()
    assert session.heard() == pytest.approx(0.4, abs=0.01)


def test_the_null_is_shown(session: Session) -> None:
    session.isolated("song.wav")
    assert "−123" in session.panel.stage.result_bar.null.text()
    assert session.panel.stage.result_bar.null.property("tone") == "good"


def test_removed_songs_stay_on_disk(session: Session) -> None:
    session.isolated("a.wav")
    session.panel.side.list.setFocus()
    session.qtbot.keyClick(session.panel.side.list, Qt.Key.Key_Delete)
    assert session.states() == []
    assert (session.folder / "a.wav").exists()
    assert session.panel.stage.song is None
    assert session.studio.player.duration_s == 0


def test_the_manner_is_as_chosen_and_remembered(session: Session) -> None:
    session.qtbot.waitUntil(lambda: session.panel.side.form.separator.count() == 2)
    form = session.panel.side.form
    assert form.manner().separator == "lumen"
    assert not form.steps.isEnabled()
    _choose(form.method, "none")
    form.steps.setValue(12)
    _choose(form.format, "PCM_24")
    again = IsolatePanel(session.studio)
    session.qtbot.addWidget(again)
    manner = again.side.form.manner()
    assert (manner.refine, manner.num_steps, manner.subtype) == ("none", 12, "PCM_24")
    _choose(form.separator, "uvr")
    assert (form.manner().separator, form.manner().refine, form.manner().num_steps) == ("uvr", "", None)
    again.close_down()


def test_stems_are_dragged_by_name_and_place(session: Session) -> None:
    session.drop(make_song(session.folder / "song.wav", stamp_s=8.0))
    session.panel.isolate()
    session.engine.isolate(session.engine.of("isolate")[0])
    session.settle()
    stage = session.panel.stage
    dragged = stage.file_of("vocals")
    stems = session.panel.batch.get(1).stems  # type: ignore[union-attr]
    assert dragged is not None
    assert stems is not None
    assert dragged.name == "song_vocals @ 00m08.000s.wav"
    assert dragged.samefile(stems.vocals)
    assert stage.file_of("mix") == session.folder / "song.wav"


def test_without_a_daw_placing_says_what_to_do(session: Session) -> None:
    session.isolated("song.wav")
    session.panel.stage.place()
    assert session.told[-1].kind == "warn"


def _choose(combo: QComboBox, value: str) -> None:
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def test_what_went_wrong_can_be_read_in_full(session: Session) -> None:
    session.drop(make_song(session.folder / "a.wav"))
    assert not session.panel.stage.result_bar.details.isVisible()
    session.panel.isolate()
    failure = Failure("ours", "It broke.", "Report this, with the details.", "line 7")
    session.engine.of("isolate")[0].failed.emit(failure)
    session.panel.stage.result_bar.details.click()
    (box,) = session.panel.findChildren(ErrorBox)
    (shown,) = box.findChildren(QPlainTextEdit)
    assert shown.toPlainText() == "line 7"
    box.close()


def test_a_folder_that_cannot_be_written_to_gets_no_stems(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.drop(make_song(session.folder / "a.wav"))
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    session.panel.isolate()
    assert session.engine.of("isolate")[0].args["out"] == str(renders_folder() / "Stems")
