"""Whole windows with their real engine, opened and closed: nothing is left of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from tests.bench.window.counts import count
from tests.bench.window.rounds import (
    closed_at_once,
    closed_while_singing,
    engine_killed_while_singing,
    play_round,
    sung,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")

LEAKS = {"threads", "processes", "open_files", "temporary", "kept"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """For clips; temporary files of ours and of our processes go to a folder of their own."""
    temporary, clips = tmp_path / "temporary", tmp_path / "clips"
    temporary.mkdir()
    clips.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    return clips


def test_closed_windows_leave_nothing_behind(qapp: QApplication, folder: Path) -> None:
    """The first round loads what is loaded once."""
    play_round(qapp, folder, 0, sung)
    before = count()
    endings = (sung, closed_while_singing, engine_killed_while_singing, closed_at_once)
    for number, ending in enumerate(endings, 1):
        play_round(qapp, folder, number, ending)
        more = count().more_than(before)
        assert not LEAKS & set(more), (ending.__name__, more)
