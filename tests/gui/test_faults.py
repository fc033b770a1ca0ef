"""A fault of ours in a slot is written down and told; the window goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from engine.errors import InputError, MelismaError
from gui.faults import LOG, faults


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(KeyError("n0"), "inside Melisma"), (InputError("There is no such take.", "Choose another."), "no such take")],
)
def test_a_fault_is_told_and_logged(
    error: Exception, sentence: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.faults.log_folder", lambda: tmp_path / "log")
    told: list[MelismaError] = []

    def slot() -> None:
        raise error

    with capture_exceptions(), faults(told.append):
        QTimer.singleShot(0, slot)
        qtbot.waitUntil(lambda: bool(told))
    assert sentence in str(told[0])
    assert type(error).__name__ in (tmp_path / "log" / LOG).read_text()


def test_a_fault_in_telling_does_not_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.faults.log_folder", lambda: tmp_path)
    before = sys.excepthook
    with faults(lambda _: 1 / 0):
        sys.excepthook(ValueError, ValueError("x"), None)
    assert sys.excepthook is before
    assert "ValueError" in (tmp_path / LOG).read_text()
