"""The settings of the whole window: seen, chosen, kept, and in force at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from gui.document.settings import Settings
from gui.engine_process import EngineState
from gui.panels.base import Studio
from gui.settings_dialog import SettingsDialog
from gui.settings_link import SettingsLink, device_of, starts_bridge
from gui.theme import Theme
from tests.gui.shell_studio import FakeEngine, make_studio

FACTS = {
    "provider": "the CPU", "reason": "No GPU.", "threads": 2, "cores": 4, "runtime": "1.31", "problem": "",
    "devices": [
        {"id": "auto", "lacks": ""}, {"id": "cuda", "lacks": "No NVIDIA driver was found."}, {"id": "cpu", "lacks": ""},
        {"id": "abacus", "lacks": ""},
    ],
}  # fmt: skip


@pytest.fixture
def engine(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme, engine: FakeEngine) -> Studio:
    return make_studio(tmp_path, dark_theme, engine)


class Opened:
    """The dialog over a window, and what it changed."""

    def __init__(self, studio: Studio, qtbot: QtBot) -> None:
        self.themes: list[str] = []
        self.asked = 0
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.show()
        self.dialog = SettingsLink(studio, self.themes.append, self._again).open(self.window)

    def _again(self) -> None:
        self.asked += 1


@pytest.fixture
def opened(studio: Studio, qtbot: QtBot) -> Opened:
    return Opened(studio, qtbot)


def choose(dialog: SettingsDialog, value: str, qtbot: QtBot) -> None:
    """As with the keyboard."""
    combo = dialog.device if dialog.device.findData(value) >= 0 else dialog.theme
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def test_it_shows_what_holds(studio: Studio, opened: Opened, engine: FakeEngine) -> None:
    dialog = opened.dialog
    assert (dialog.theme.currentData(), dialog.device.currentData()) == ("dark", "auto")
    assert dialog.bridge.isChecked()
    engine.of("facts")[0].answer(FACTS)
    assert "No GPU." in dialog.device_said.text()
    assert "Click" not in dialog.device_said.text()


def test_a_device_counts_at_once_and_is_kept(
    studio: Studio, opened: Opened, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(opened.dialog, "cpu", qtbot)
    assert engine.device == "cpu"
    assert opened.asked == 1
    assert device_of(Settings(tmp_path / "window.json")) == "cpu"
    assert len(engine.of("facts")) == 2  # what comes of it is shown


def test_a_device_that_cannot_be_used_says_why(opened: Opened, engine: FakeEngine) -> None:
    dialog = opened.dialog
    engine.of("facts")[0].answer(FACTS)
    model = dialog.device.model()
    assert isinstance(model, QStandardItemModel)
    items = {dialog.device.itemData(place): model.item(place) for place in range(dialog.device.count())}
    assert items["cuda"] is not None
    assert not items["cuda"].isEnabled()
    assert "NVIDIA" in items["cuda"].toolTip()
    assert items["cpu"] is not None
    assert items["cpu"].isEnabled()
    assert "abacus" not in items


def test_one_that_was_chosen_and_is_gone_is_told_in_red(studio: Studio, engine: FakeEngine, qtbot: QtBot) -> None:
    studio.settings.put("device", "cuda")
    dialog = Opened(studio, qtbot).dialog
    assert dialog.device.currentData() == "cuda"
    engine.of("facts")[0].answer(FACTS | {"problem": "CUDA was asked for.", "hint": "Use cpu."})
    assert "CUDA was asked for. Use cpu." in dialog.device_said.text()
    assert dialog.device_said.property("tone") == "bad"


def test_an_engine_that_is_stopped_is_not_asked(studio: Studio, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.becomes(EngineState.STOPPED, "x")
    dialog = Opened(studio, qtbot).dialog
    assert engine.of("facts") == []
    assert "stopped" in dialog.device_said.text()


def test_the_theme_changes_at_once(opened: Opened, qtbot: QtBot) -> None:
    choose(opened.dialog, "light", qtbot)
    assert opened.themes == ["light"]


def test_the_bridge_can_be_left_out(studio: Studio, opened: Opened, qtbot: QtBot) -> None:
    assert starts_bridge(studio.settings)
    opened.dialog.bridge.click()
    assert not starts_bridge(studio.settings)
    opened.dialog.bridge.click()
    assert starts_bridge(studio.settings)


def test_a_setting_that_makes_no_sense_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"device": "abacus", "bridge.start": "perhaps"}')
    settings = Settings(tmp_path / "window.json")
    assert (device_of(settings), starts_bridge(settings)) == ("auto", True)


def test_an_answer_after_it_was_closed_finds_nobody(opened: Opened, engine: FakeEngine, qtbot: QtBot) -> None:
    qtbot.keyClick(opened.dialog, Qt.Key.Key_Escape)
    with qtbot.waitSignal(opened.dialog.destroyed):
        pass
    engine.of("facts")[0].answer(FACTS)


def test_every_control_has_a_name_and_closing_needs_no_mouse(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened.dialog
    assert dialog.theme.accessibleName()
    assert dialog.device.accessibleName()
    assert all(button.text() for button in dialog.findChildren(QAbstractButton))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.isVisible())
