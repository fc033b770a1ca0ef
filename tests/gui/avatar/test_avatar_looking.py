"""What is chosen is opened, looked at and scrubbed."""

from __future__ import annotations

from PyQt6.QtWidgets import QLabel

from gui.engine_process import Failure
from gui.panels.avatar.show import Show
from gui.texts import avatar as texts
from tests.gui.avatar_studio import LONG_MS, list_figures


def test_the_first_figure_sings_the_song_by_itself(looking, engine):
    _, args = engine.last("avatar.open")
    assert args["avatar"] == "inga"
    assert "melisma" in args["project"]
    assert looking.who.gallery.tile("inga").isChecked()
    assert looking.middle.currentWidget() is looking.stage
    assert engine.draw() == 0
    assert looking.stage.stage.image.pixelColor(0, 0).red() == 0
    assert texts.EXACT in [label.text() for label in looking.findChildren(QLabel)]


def test_who_is_chosen_is_seen_at_once(looking, engine):
    engine.draw()
    looking.who.gallery.tile("rosa").click()
    assert looking.stage.stage.image.size() == looking.who.gallery.still("rosa").size()


def test_choices_one_after_the_other_open_one_show(looking, engine, qtbot):
    before = len(engine.of("avatar.open"))
    looking.who.gallery.tile("mira").click()
    looking.manner.seed_chosen.emit(7)
    looking.manner.expressive_chosen.emit(0.9)
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    assert len(engine.of("avatar.open")) == before + 1
    _, args = engine.last("avatar.open")
    assert (args["avatar"], args["seed"], args["expressive"]) == ("mira", 7, 0.9)


def test_what_only_concerns_the_file_opens_nothing(looking, engine, qtbot):
    before = len(engine.of("avatar.open"))
    looking.video.changed.emit("format", "webm")
    looking.video.changed.emit("subtitles", "soft")
    assert not looking.looking.show.busy or looking.looking.show._open is None
    looking.video.changed.emit("size", "720x1280")
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    assert len(engine.of("avatar.open")) == before + 1


def test_scrubbing_asks_for_one_picture_at_a_time_and_the_newest_wins(looking, engine):
    engine.draw()
    asked = len(engine.of("avatar.picture"))
    for frame in range(10, 60):
        looking.stage.sought.emit(frame)
    assert len(engine.of("avatar.picture")) == asked + 1
    assert engine.draw() == 10
    assert engine.last("avatar.picture")[1]["frame"] == 59
    assert engine.draw() == 59
    assert looking.stage.stage.image.pixelColor(0, 0).red() == 59
    assert len(engine.of("avatar.picture")) == asked + 2


def test_while_nobody_plays_the_motion_is_made_ahead_and_not_when_nobody_looks(looking, engine, qtbot):
    engine.draw(known=40)
    asked = len(engine.of("avatar.picture"))
    qtbot.waitUntil(lambda: len(engine.of("avatar.picture")) == asked + 1, timeout=LONG_MS)
    assert engine.last("avatar.picture")[1]["ahead"] is True
    assert looking.stage.scrubber._known == 40
    engine.draw(known=50)
    assert engine.last("avatar.picture")[1] == engine.of("avatar.picture")[-2][1]  # on and on, without a rest
    looking.hide()
    asked = len(engine.of("avatar.picture"))
    engine.draw(known=60)
    assert len(engine.of("avatar.picture")) == asked
    looking.show()
    assert len(engine.of("avatar.picture")) == asked + 1


def test_a_show_that_the_engine_forgot_is_opened_again(looking, engine, qtbot):
    before = len(engine.of("avatar.open"))
    engine.last("avatar.picture")[0].failed.emit(Failure("input", "This preview is no longer open."))
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    engine.last("avatar.open")[0].lost.emit()
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before + 1, timeout=LONG_MS)


def test_what_cannot_be_shown_says_why_and_can_be_tried_again(panel, engine, qtbot):
    list_figures(panel, engine, qtbot)
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    engine.last("avatar.open")[0].failed.emit(Failure("input", "There is no voice.", "Install one."))
    assert "There is no voice. Install one." in [label.text() for label in panel.findChildren(QLabel)]
    assert not panel.video.export.isEnabled()
    panel.stage.again.click()
    assert len(engine.of("avatar.open")) == 2


def test_an_edit_of_the_song_is_seen(looking, engine, song, qtbot):
    from gui.document.notes import move

    engine.draw()
    before, track = len(engine.of("avatar.open")), song.project.tracks[0]
    song.do("Move", lambda project: move(project, track.id, [track.notes[0].id], 0.0, 1))
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    assert engine.last("avatar.open")[1]["project"] != engine.of("avatar.open")[before - 1][1]["project"]


def test_a_closed_show_asks_for_nothing(engine, qapp):
    show = Show(engine)
    show.set_args({"avatar": "inga"}, at_once=True)
    engine.open_show()
    show.close()
    asked = len(engine.asks)
    show.want(5)
    show.again()
    assert len(engine.asks) == asked


def test_it_waits_until_what_is_seen_is_final(panel, engine, qtbot):
    assert panel.waiting()  # for the figures
    list_figures(panel, engine, qtbot)
    assert panel.waiting()
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    assert panel.waiting()
    engine.open_show()
    engine.load_sound()
    qtbot.waitUntil(lambda: panel.looking.heard.loaded, timeout=LONG_MS)
    assert panel.waiting()
    engine.draw(known=0)
    assert panel.waiting()  # a face that stands for what is not known yet
    engine.draw(known=10)
    assert not panel.waiting()  # the rest is made ahead, and nobody has to wait for it
    panel.looking.seek(50)
    assert panel.waiting()


def test_where_there_is_little_room_the_scrubber_has_it(looking):
    looking.resize(1100, 760)
    assert " of " in looking.stage._time.text()
    looking.stage.resize(240, 500)
    assert looking.stage._time.text() == "0:00.00"
    assert " of " in looking.stage._time.toolTip()
