"""What the window says: its status bar, its notices, its settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from gui.jobs import JobState
from gui.panels.base import Studio
from gui.settings_dialog import SettingsDialog
from gui.theme import Theme
from gui.widgets.toast import Toast
from tests.gui.shell_studio import FakeEngine, make_studio
from tests.gui.window_stand import MakeWindow, windows


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return make_studio(tmp_path, dark_theme)


@pytest.fixture
def make(studio: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWindow]:
    with windows(studio, qtbot, tmp_path, monkeypatch) as made:
        yield made


def test_the_status_bar_says_what_computes_and_what_runs(make: MakeWindow, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    engine = studio.engine
    assert isinstance(engine, FakeEngine)
    engine.ready.emit({})
    facts = {"provider": "the CPU", "reason": "No GPU.", "threads": 2, "cores": 4, "runtime": "1.31", "problem": ""}
    engine.of("facts")[0].answer(facts)
    assert window.status.device.text() == "CPU (no model loaded yet)"
    assert "No GPU." in window.status.device.toolTip()
    studio.jobs.run("sing", "a.wav", "sing", {}, lambda _: ())
    engine.of("sing")[0].progressed.emit("Singing", 2, 8)
    qtbot.waitUntil(lambda: window.status.progress.value() == 2)
    assert window.status.progress.maximum() == 8
    assert "a.wav" in window.status.job.text()


def test_settings_open_by_key_and_a_device_chosen_there_is_asked_for_anew(
    make: MakeWindow, studio: Studio, qtbot: QtBot
) -> None:
    window = make()
    engine = studio.engine
    assert isinstance(engine, FakeEngine)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    assert dialog.isVisible()
    asked = len(engine.of("facts"))
    dialog.device_chosen.emit("cpu")
    assert (engine.device, len(engine.of("facts"))) == ("cpu", asked + 2)  # for the status bar, and for the dialog
    dialog.theme_chosen.emit("light")
    assert studio.theme.choice == "light"
    assert studio.settings.text("theme") == "light"
    dialog.accept()


def test_a_device_that_cannot_be_used_is_shown(make: MakeWindow, studio: Studio) -> None:
    window = make()
    engine = studio.engine
    assert isinstance(engine, FakeEngine)
    engine.ready.emit({})
    engine.of("facts")[0].answer({"problem": "CUDA is missing.", "hint": "Install it."})
    assert "CUDA is missing. Install it." in window.status.device.toolTip()


def test_notices_stand_once_and_do_what_they_offer(make: MakeWindow, studio: Studio) -> None:
    window = make()
    done: list[str] = []
    for _ in range(2):
        studio.desk.tell("Lost.", "bad", "Again", lambda: done.append("again"))
    assert window.toasts.shown == ("Lost.",)
    button = next(one for one in window.toasts.findChildren(QAbstractButton) if one.text() == "Again")
    button.click()
    assert done == ["again"]
    assert window.toasts.shown == ()
    for number in range(9):
        studio.desk.tell(f"Notice {number}")
    assert window.toasts.shown[-1] == "Notice 8"
    assert len(window.toasts.shown) <= 4
    assert window.rect().contains(window.toasts.geometry())
    for shown in window.toasts.findChildren(Toast):
        label = shown.findChildren(QLabel)[1]
        assert label.height() >= label.heightForWidth(label.width()) > 0  # no sentence is cut off


def test_jobs_are_counted_at_the_queue(make: MakeWindow, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    job = studio.jobs.run("sing", "a.wav", "sing", {}, lambda _: ())
    button = next(one for one in window.rail.findChildren(QAbstractButton) if one.text() == "Second")
    qtbot.waitUntil(lambda: button.accessibleDescription() == "1")
    studio.jobs.cancel(job.id)
    qtbot.waitUntil(lambda: job.state is JobState.CANCELLED and button.accessibleDescription() == "")
