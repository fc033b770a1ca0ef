"""A window in which a voice of one's own can be made."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui import voice_making
from gui.document.recent import Recent
from gui.main_window import MainWindow
from gui.panels.base import Studio
from gui.theme import Theme
from tests.gui.shell_studio import Answers, make_studio


@pytest.fixture(autouse=True)
def all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_making, "lacking", list)


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return make_studio(tmp_path, dark_theme)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(studio: Studio, tmp_path: Path, answers: Answers, qtbot: QtBot) -> MainWindow:
    window = MainWindow(studio, Recent(tmp_path / "recent.json"), choose=answers)
    qtbot.addWidget(window, before_close_func=lambda shown: (shown.close_down(), shown.close_at_once()))
    window.show()
    return window


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    (tmp_path / "takes").mkdir()
    return tmp_path / "takes"
