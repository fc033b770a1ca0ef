"""What tests of the window share: no screen, and folders of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anybody makes an application
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from PyQt6.QtGui import QFont, QPalette
from PyQt6.QtWidgets import QApplication

from gui.theme import Theme


@pytest.fixture(autouse=True)
def undressed() -> Iterator[None]:
    """Who dresses the application dresses it for one test."""
    yield
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.styleSheet():
        app.setStyleSheet("")
        app.setPalette(QPalette())
        app.setFont(QFont())


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, recent files and autosaves of a test are its own, unless it names a MELISMA_DATA itself."""
    folder = tmp_path / "melisma-data"
    monkeypatch.setenv("MELISMA_DATA", str(folder))
    return folder


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest, qapp: object) -> Theme:
    """Both themes, one after the other."""
    return Theme(request.param)


@pytest.fixture
def dark_theme(qapp: object) -> Theme:
    """One theme, where two would tell nothing more."""
    return Theme("dark")
