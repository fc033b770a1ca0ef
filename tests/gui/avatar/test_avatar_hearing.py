"""The sound beside the pictures."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from gui.engine_process import Failure
from gui.texts import avatar as texts
from gui.widgets.scrubber import Scrubber
from tests.gui.avatar_studio import FRAMES, LONG_MS


def test_playing_moves_the_figure_with_the_sound(looking, engine, qtbot):
    engine.draw()
    engine.load_sound()
    qtbot.waitUntil(lambda: looking.looking.heard.loaded, timeout=LONG_MS)
    looking.stage.play.click()
    player = looking.studio.player
    assert player.playing
    assert looking.stage.play.accessibleName() == texts.PAUSE
    qtbot.waitUntil(lambda: looking.stage.scrubber.frame > 3, timeout=LONG_MS)
    assert engine.last("avatar.picture")[1]["ahead"] is False
    looking.stage.play.click()
    assert not player.playing
    looking.looking.seek(50)
    assert player.position_s == pytest.approx(2.0)


def test_another_panel_that_plays_is_left_alone(looking, engine, qtbot):
    from gui.widgets.mixdown import Mixdown

    engine.draw()
    looking.studio.player.use(Mixdown())
    frame = looking.stage.scrubber.frame
    looking.studio.player.seek(1.0)
    assert looking.stage.scrubber.frame == frame


def test_the_scrubber_goes_by_keys_and_stays_within(dark_theme, qtbot):
    scrubber = Scrubber(dark_theme, "Position", "Tip")
    qtbot.addWidget(scrubber)
    scrubber.set_length(FRAMES, 25.0)
    sought: list[int] = []
    scrubber.sought.connect(sought.append)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home)
    for key in keys:
        qtbot.keyClick(scrubber, key)
    assert sought == [1, 26, 25, FRAMES - 1, FRAMES - 1, 0]
    assert "0:00.00" in scrubber.accessibleName()


def shown(looking: Any) -> str:
    return " ".join(label.text() for label in looking.vocal.findChildren(QLabel) if label.isVisibleTo(looking))


def test_a_sound_that_cannot_be_read_is_said_where_it_is_chosen_and_play_tries_again(looking, engine, qtbot):
    assert looking.stage._loading == texts.SOUND_LOADING
    engine.last("sound")[0].failed.emit(Failure("input", "out.wav is no sound.", "Choose another file."))
    assert "out.wav is no sound. Choose another file." in shown(looking)
    assert not looking.stage._loading
    asked = len(engine.of("sound"))
    looking.stage.play.click()
    assert len(engine.of("sound")) == asked + 1
    assert "no sound" not in shown(looking)
    engine.load_sound()
    qtbot.waitUntil(lambda: looking.looking.heard.loaded, timeout=LONG_MS)
    assert not looking.looking.heard.fault


def test_a_sound_file_that_vanished_is_said_too(looking, engine, qtbot):
    engine.last("sound")[0].done.emit({"path": str(engine.folder / "gone.f32"), "sample_rate": 48_000, "samples": 9})
    qtbot.waitUntil(lambda: bool(looking.looking.heard.fault), timeout=LONG_MS)
    assert looking.looking.heard.fault in shown(looking)


def test_an_engine_that_dies_under_the_sound_is_asked_once_more(looking, engine):
    asked = len(engine.of("sound"))
    engine.last("sound")[0].lost.emit()
    assert len(engine.of("sound")) == asked + 1
    engine.last("sound")[0].lost.emit()
    assert len(engine.of("sound")) == asked + 1
    assert texts.SOUND_LOST in shown(looking)
