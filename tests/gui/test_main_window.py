"""The window around the panels: what goes where, what keys do, what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from gui.document.recent import Recent
from gui.main_window import MainWindow
from gui.panels.base import Studio
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.command_palette import CommandPalette
from gui.widgets.shortcuts_page import ShortcutsPage
from tests.gui.shell_studio import Answers, make_studio, told
from tests.gui.window_stand import ENTRIES, MakeWindow, Recorder, drop, edit, of, windows


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return make_studio(tmp_path, dark_theme)


@pytest.fixture
def make(studio: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWindow]:
    with windows(studio, qtbot, tmp_path, monkeypatch) as made:
        yield made


def test_only_the_panel_that_is_seen_is_made_at_once(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    assert [panel.id for panel in window.pages.panels] == ["sing"]
    window.pages.make_rest()
    qtbot.waitUntil(lambda: len(window.pages.panels) == 2)


def test_keys_belong_to_the_panel_that_is_seen(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    for panel_id in ("sing", "queue", "sing"):
        window.show_panel(panel_id)
        qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert of(window, "sing").done == ["go", "go"]
    assert of(window, "queue").done == ["go"]


def test_ctrl_and_a_number_shows_a_panel(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.current == "queue"


def test_dropped_files_go_where_they_are_taken(make: MakeWindow, tmp_path: Path, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    said = told(studio)
    files = [tmp_path / name for name in ("one.a", "two.b", "three.c")]
    for file in files:
        file.write_bytes(b"x")
    drop(window, files)
    qtbot.waitUntil(lambda: bool(said))
    names = {name: [path.name for path in of(window, name).taken] for name in ("sing", "queue")}
    assert names == {"sing": ["one.a"], "queue": ["two.b"]}
    assert window.pages.current == "sing"  # it took something, so it stays
    assert "three.c" in said[0]


def test_a_drop_shows_the_panel_that_takes_it(make: MakeWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window = make()
    (tmp_path / "two.b").write_bytes(b"x")
    drop(window, [tmp_path / "two.b"])
    qtbot.waitUntil(lambda: window.pages.current == "queue")


def test_another_panel_can_be_handed_files(make: MakeWindow, studio: Studio) -> None:
    window = make()
    studio.desk.hand("queue", [Path("/x/y.b")])
    assert window.pages.current == "queue"
    assert of(window, "queue").taken == [Path("/x/y.b")]


def test_the_palette_finds_and_does(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    window.show_palette()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "gosing")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert of(window, "sing").done == ["go"]


def test_the_palette_goes_by_arrows_and_says_when_nothing_fits(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    window.show_palette()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == palette.list.count() - 1
    palette.field.setText("qqqq")
    assert not palette.list.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)  # nothing to do, nothing breaks
    palette.reject()


def test_the_page_of_shortcuts_lists_all_and_filters(make: MakeWindow) -> None:
    window = make()
    window.show_shortcuts()
    page = window.findChild(ShortcutsPage)
    assert page is not None
    listed = {text for text, _ in page.rows()}
    commands = window.studio.commands
    told = {command.text for command in (*commands.of(""), *commands.of("sing"))}
    assert listed == {*told, texts.ENTER_PRESSES}
    page.field.setText("ctrl+k")
    assert len(page.rows()) == 1
    page.reject()


def test_undo_and_redo_by_keys_and_buttons(make: MakeWindow, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    before = studio.song.project
    edit(studio)
    assert window.transport.undo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert studio.song.project is before
    window.transport.redo.click()
    assert studio.song.project is not before
    assert window.isWindowModified()


def test_panel_size_and_splitters_are_remembered(make: MakeWindow, tmp_path: Path, dark_theme: Theme) -> None:
    window = make()
    window.show_panel("queue")
    of(window, "queue").splitter.setSizes([200, 800])
    sizes = of(window, "queue").splitter.sizes()
    window.resize(960, 711)  # no larger than the screen that there is not
    window.close()
    again = MainWindow(make_studio(tmp_path, dark_theme), Recent(tmp_path / "r.json"), ENTRIES, Answers())
    again.show()
    assert again.pages.current == "queue"
    assert again.height() == 711
    kept = of(again, "queue").splitter.sizes()
    assert kept[0] / sum(kept) == pytest.approx(sizes[0] / sum(sizes), abs=0.03)
    again.close_at_once()
    again.close_down()
    again.deleteLater()


def test_broken_settings_cost_only_themselves(make: MakeWindow, tmp_path: Path, dark_theme: Theme) -> None:
    studio = make_studio(tmp_path, dark_theme)
    studio.settings.put("window.geometry", "nonsense")
    studio.settings.put("window.panel", "nowhere")
    studio.settings.put("splitter.sing.columns", [1.0])
    assert make(own=studio).pages.current == "sing"


def test_every_control_has_a_name(make: MakeWindow) -> None:
    window = make()
    nameless = [
        type(one).__name__
        for one in window.findChildren(QAbstractButton)
        if not (one.accessibleName() or one.text()) and one.isVisible()
    ]
    assert nameless == []


def test_the_end_closes_every_panel(make: MakeWindow) -> None:
    window = make()
    window.pages.panel("queue")
    window.close()
    window.close_down()
    assert [panel.closed for panel in window.pages.panels if isinstance(panel, Recorder)] == [True, True]
