"""What is made of it, and what the panel says without any of it."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel

from engine.errors import InputError
from gui.document.song import Song
from gui.jobs import JobState
from gui.texts import avatar as texts
from tests.gui.avatar_studio import LONG_MS, list_figures, make


def test_a_video_is_a_job_with_its_files_to_drag_out(looking, engine, tmp_path):
    engine.draw()
    out = tmp_path / "out.mp4"
    looking.export_to(out)
    ask, args = engine.last("avatar")
    assert (args["out"], args["avatar"], args["format"]) == (str(out), "inga", "mp4")
    row_ = looking.results.rows[0]
    assert row_.cancel.isVisibleTo(looking)
    ask.begun.emit()
    ask.progressed.emit("Drawing the video", 5, 10)
    assert "50" in " ".join(label.text() for label in row_.findChildren(QLabel))
    out.touch()
    ask.done.emit({"video": {"path": str(out), "beside": []}, "written": []})
    assert row_.job.state is JobState.DONE
    assert row_.handle.isVisibleTo(looking)
    assert tuple(row_.handle._files()) == (out,)


def test_what_is_dragged_out_of_a_song_says_where_it_belongs(looking, engine, qtbot, tmp_path):
    looking.looking.facts["start_s"] = 8.0
    out = tmp_path / "out.mp4"
    looking.export_to(out)
    out.write_bytes(b"video")
    engine.last("avatar")[0].done.emit({"video": {"path": str(out), "beside": []}, "written": []})
    (dragged,) = looking.results.rows[0].dragged()
    assert "00m08.000s" in dragged.name
    assert dragged.read_bytes() == b"video"


def test_a_stem_that_was_isolated_is_one_click_away(looking, engine, qtbot, tmp_path):
    stems = (tmp_path / "mix-vocals.wav", tmp_path / "mix-instrumental.wav")
    looking.studio.jobs.run("isolate", "mix", "isolate", {}, lambda _answer: stems)
    engine.last("isolate")[0].done.emit({})
    looking.hide()
    looking.show()
    looking.vocal.file.click()
    assert looking.choices.vocals == stems[0]
    qtbot.waitUntil(lambda: engine.last("avatar.open")[1].get("vocals") == str(stems[0]), timeout=LONG_MS)
    looking.vocal.song.click()
    assert looking.choices.vocals is None


def test_without_a_show_there_is_nothing_to_write(panel, tmp_path):
    assert not panel.video.export.isEnabled()
    with pytest.raises(InputError):
        panel.export_to(tmp_path / "out.mp4")


def test_transparency_that_the_format_does_not_know_is_said_before(looking, engine, qtbot):
    looking.video.changed.emit("background", "transparent")
    assert not looking.video.export.isEnabled()
    assert texts.NO_ALPHA in [label.text() for label in looking.findChildren(QLabel)]
    looking.video.changed.emit("format", "webm")
    assert not looking.video.export.isEnabled()  # what would be written is not what is seen yet
    qtbot.waitUntil(lambda: engine.last("avatar.open")[1].get("background") == "transparent", timeout=LONG_MS)
    engine.open_show()
    assert looking.video.export.isEnabled()


def test_without_a_song_it_says_what_to_do_and_takes_a_vocal(engine, dark_theme, told, tmp_path, qtbot):
    made = make(engine, Song(), dark_theme, told, tmp_path)
    qtbot.addWidget(made)
    made.show()
    assert made.middle.currentWidget() is made.empty
    list_figures(made, engine, qtbot)
    assert not engine.of("avatar.open")
    made.take([tmp_path / "vocals.wav"])
    assert made.middle.currentWidget() is made.stage
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    assert engine.last("avatar.open")[1]["vocals"] == str(tmp_path / "vocals.wav")
    engine.open_show(exact=False)
    assert texts.HEARD in [label.text() for label in made.findChildren(QLabel)]
    made.close_down()


def test_every_control_has_a_name_and_a_tip(panel, engine, qtbot):
    list_figures(panel, engine, qtbot)
    for control in (*panel.findChildren(QAbstractButton), *panel.findChildren(QComboBox)):
        if control.objectName().startswith("qt_"):
            continue  # of Qt's own scroll bars and lists
        assert control.accessibleName() or control.text(), control
        assert control.toolTip() or control in panel.empty.buttons or not control.isVisibleTo(panel), control
