"""A screen that Qt cannot use is told in a sentence: Qt itself would end the program with a signal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage

from engine.errors import InputError
from gui import screen
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11 is Linux's")
DEAD = ":9753"
WORDS = ("--screenshot", "a.png", "--quit", "--panel", "models", "--size", "960x620")


def _gui(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    hidden = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "gui.cli.main", "gui", *words],
        env=kept | {"PYTHONPATH": str(ROOT), "MELISMA_DATA": str(folder), "DISPLAY": DEAD},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_dead_screen_is_told(tmp_path: Path) -> None:
    ran = _gui(tmp_path)
    assert ran.returncode == 2
    # Where a library is missing, that is what is told.
    assert DEAD in ran.stderr or "apt install" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_picture_is_taken_all_the_same(tmp_path: Path) -> None:
    assert _gui(tmp_path, *WORDS).returncode == 0
    assert QImage(str(tmp_path / "a.png")).width() == 960


def test_missing_libraries_are_told_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", DEAD)
    monkeypatch.setattr(screen, "LIBRARIES", {"libnobody-has.so.0": "libnobody-has0"})
    with pytest.raises(InputError, match=r"libnobody-has\.so\.0") as told:
        screen.check_screen()
    assert "sudo apt install libnobody-has0" in str(told.value.hint)


def test_wayland_needs_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.delenv("DISPLAY", raising=False)
    screen.check_screen()
