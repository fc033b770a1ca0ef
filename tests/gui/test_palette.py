"""The palette over the whole window: what is found, and what then happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.document.recent import Recent
from gui.document.song import Song
from gui.main_window import MainWindow
from gui.panels.table import PANELS
from gui.texts.palette import WORDS
from gui.theme import Theme
from gui.widgets.command_palette import CommandPalette
from tests.gui.shell_studio import Answers, make_studio

Open = Callable[[], CommandPalette]


@pytest.fixture
def window(tmp_path: Path, dark_theme: Theme, qtbot: QtBot) -> MainWindow:
    window = MainWindow(make_studio(tmp_path, dark_theme), Recent(tmp_path / "recent.json"), choose=Answers())
    qtbot.addWidget(window, before_close_func=lambda shown: (shown.close_down(), shown.close_at_once()))
    window.show()
    window.show_panel("sing")
    return window


@pytest.fixture
def palette(window: MainWindow) -> CommandPalette:
    window.show_palette()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    return palette


def found(palette: CommandPalette, typed: str) -> list[str]:
    palette.field.setText(typed)
    items = [palette.list.item(row) for row in range(palette.list.count())]
    return [item.data(Qt.ItemDataRole.UserRole).command.id for item in items if item is not None]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("retake", "sing.retake"),
        ("lyrics", "sing.lyric"),
        ("export", "sing.export"),
        ("mixdown", "sing.export"),
        ("mute", "sing.mute"),
        ("quantize", "sing.quantise"),
        ("preferences", "file.settings"),
        ("show renders", "file.renders"),
        ("renders", "file.renders"),
    ],
)
def test_what_other_programs_call_it_is_found(palette: CommandPalette, typed: str, first: str) -> None:
    assert found(palette, typed)[0] == first


def test_every_word_is_of_a_command_that_there_is(window: MainWindow) -> None:
    for entry in PANELS:
        window.show_panel(entry.id)
    assert set(WORDS) <= {command.id for command in window.studio.commands}


def test_what_cannot_be_done_now_is_found_but_not_done(palette: CommandPalette) -> None:
    assert "sing.retake" not in found(palette, "")
    assert found(palette, "retake")[0] == "sing.retake"
    palette.run_chosen()
    assert palette.isVisible()


def test_the_track_in_hand_is_muted_and_alone_by_command(window: MainWindow, palette: CommandPalette) -> None:
    song: Song = window.studio.song
    assert window.studio.commands.run("sing.mute")
    assert song.project.tracks[0].mute
    song.undo()
    assert not song.project.tracks[0].mute
    found(palette, "solo")
    palette.run_chosen()
    panel = window.pages.panel("sing")
    assert panel.heard.solo == {"t1"}
    assert window.studio.commands.run("sing.solo")
    assert panel.heard.solo == set()
