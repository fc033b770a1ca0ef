"""A plan is made ready to be shown beside the window: what comes meanwhile must not mix with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.folders import presets_folder
from gui.document.song import Song
from gui.document.song_file import empty_song
from gui.panels.sing import SingPanel
from gui.panels.sing.shown_plan import ShownPlan
from gui.theme import Theme
from gui.viewmodels.live_plan import LivePlan
from tests.gui.sing_studio import studio


class Slowly:
    """`ShownPlan.of` waits for `go_on`; `begun` says that it has been called with a plan of something."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on, self.begun = threading.Event(), threading.Event()
        self._of = ShownPlan.of
        monkeypatch.setattr(ShownPlan, "of", self)

    def __call__(self, plan: LivePlan, *more: Any) -> ShownPlan:
        if plan.phrases:
            self.begun.set()
            assert self.go_on.wait(10)
        return self._of(plan, *more)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Slowly:
    return Slowly(monkeypatch)


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, dark_theme: Theme, slowly: Slowly) -> Iterator[SingPanel]:
    song = Song.open(presets_folder() / "clips" / "twinkle.mid")
    made = SingPanel(studio(tmp_path, dark_theme, song))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(slowly.begun.is_set)
    yield made
    slowly.go_on.set()
    made.close_down()
    made.studio.player.close()


def test_a_plan_on_its_way_is_waited_for_and_then_shown(panel: SingPanel, slowly: Slowly, qtbot: QtBot) -> None:
    assert panel.waiting()
    assert not panel.showing.phones
    slowly.go_on.set()
    qtbot.waitUntil(lambda: not panel.waiting())
    assert panel.showing.phones == panel.singer.live("t1").plan.phones
    assert panel.area.roll.planned() is not None


def test_a_plan_that_is_made_ready_when_another_song_comes_is_not_shown(
    panel: SingPanel, slowly: Slowly, qtbot: QtBot
) -> None:
    panel.studio.song.become(empty_song())
    slowly.go_on.set()
    qtbot.waitUntil(lambda: not panel.showing._making.busy)
    assert not panel.showing.phones
    assert panel.area.roll.planned() is None
    assert not panel.waiting()


def test_of_two_plans_the_newer_is_shown(panel: SingPanel, slowly: Slowly, qtbot: QtBot) -> None:
    first = panel.singer.live("t1").plan
    panel.view.select([panel.studio.song.project.tracks[0].notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: panel.singer.live("t1").plan is not first and not panel.singer.busy)
    assert not panel.showing.phones
    slowly.go_on.set()
    qtbot.waitUntil(lambda: not panel.waiting())
    planned = panel.area.roll.planned()
    assert planned is not None
    keys = panel.singer.live("t1").plan.phrases[0].f0
    assert planned.keys[: len(keys)].tolist() == pytest.approx(keys.tolist(), nan_ok=True)
    assert keys[0] != first.phrases[0].f0[0]
