"""Everything that the keys reach has a name for who does not see it, and shows for all others that it is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QSlider,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.demo_song import demo_song
from gui.document.recent import Recent
from gui.helping import open_shortcuts
from gui.main_window import MainWindow
from gui.panels.sing import SingPanel
from gui.panels.table import PANEL_IDS
from gui.style import dress
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.shortcuts_page import ShortcutsPage
from tests.gui.shell_studio import Answers, make_studio

_OF_THE_SHEET = (QAbstractButton, QAbstractItemView, QAbstractScrollArea, QAbstractSpinBox, QComboBox, QSlider, QTabBar)


@pytest.fixture
def window(tmp_path: Path, dark_theme: Theme, qtbot: QtBot) -> Iterator[MainWindow]:
    """All panels, with a song in them."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app, dark_theme)
    made = MainWindow(make_studio(tmp_path, dark_theme), Recent(tmp_path / "recent.json"), choose=Answers())
    made.studio.song.become(demo_song())
    made.resize(1360, 860)
    made.show()
    yield made
    made.close_at_once()
    made.close_down()
    made.deleteLater()


def reached(within: QWidget) -> list[QWidget]:
    """What Tab comes to, of our own: not what Qt puts into its controls."""
    return [
        one
        for one in within.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
        and not one.objectName().startswith("qt_")
        and not isinstance(one.parent(), QComboBox)
    ]


def name_of(one: QWidget) -> str:
    """As a screen reader is told it."""
    window = one.window()
    assert window is not None
    buddies = [label.text() for label in window.findChildren(QLabel) if label.buddy() is one]
    written = one.text() if isinstance(one, QAbstractButton) else ""
    return one.accessibleName() or written or "".join(buddies)


@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_everything_that_tab_comes_to_has_a_name(window: MainWindow, panel_id: str) -> None:
    window.show_panel(panel_id)
    found = reached(window.pages.panel(panel_id))
    assert found
    assert [f"{type(one).__name__} in {type(one.parent()).__name__}" for one in found if not name_of(one)] == []


def test_the_frame_of_the_window_has_names_too(window: MainWindow) -> None:
    for part in (window.rail, window.transport, window.status):
        assert [type(one).__name__ for one in reached(part) if not name_of(one)] == []
    assert window.status.progress.accessibleName()


@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_what_paints_itself_shows_that_it_has_the_focus(window: MainWindow, panel_id: str, qtbot: QtBot) -> None:
    """Controls of Qt's own have their ring from the style sheet."""
    with qtbot.waitActive(window):
        window.activateWindow()
    window.show_panel(panel_id)
    unseen = []
    for one in reached(window.pages.panel(panel_id)):
        if isinstance(one, _OF_THE_SHEET) or not one.isVisible() or not one.isEnabled():
            continue
        window.setFocus()
        before = one.grab().toImage()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        if one.grab().toImage() == before:
            unseen.append(type(one).__name__)
    assert unseen == []


def test_tab_goes_through_the_sing_panel_from_left_to_right(window: MainWindow) -> None:
    window.show_panel("sing")
    panel = window.pages.panel("sing")
    assert isinstance(panel, SingPanel)
    parts = (
        panel.tracks.list,
        panel.tracks.form,
        panel.top,
        panel.area.roll,
        panel.area.head,
        panel.area.lane,
        panel.side,
    )
    order: list[QWidget] = []
    start = reached(panel.tracks.list)[0]
    one = start
    while True:
        part = next((each for each in parts if each is one or each.isAncestorOf(one)), None)
        if part is not None and part not in order[-1:] and one in reached(panel):
            order.append(part)
        following = one.nextInFocusChain()
        assert following is not None
        one = following
        if one is start:
            break
    assert order == list(parts)


def test_the_page_of_shortcuts_says_what_enter_does(window: MainWindow) -> None:
    open_shortcuts(window, window.studio.theme, window.studio.commands, window.pages)
    page = window.findChild(ShortcutsPage)
    assert page is not None
    assert (texts.ENTER_PRESSES, "Return") in page.rows()
    page.reject()
