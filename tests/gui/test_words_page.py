"""The words of DAW clips in the Connection panel: found, shown, sung again, forgotten."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui.bridge_link import BridgeLink, BridgeState
from gui.desk import Notice
from gui.document.recent import Recent
from gui.main_window import MainWindow
from gui.panels.connection import ConnectionPanel
from gui.panels.table import PANELS
from gui.texts import words as texts
from gui.theme import Theme
from plugin_host.lyrics import LyricsBook
from plugin_host.osc import addresses
from tests.gui.bridge_stand import ARDOUR, running_bridge
from tests.gui.shell_studio import Answers, make_studio
from tests.gui.words_stand import CHORUS, LONG_MS, VERSE, MakePanel, kept, look, names, panels, rest, sing, write
from tests.unit.daw.lyrics_stand import NOTES


@pytest.fixture
def link(qapp: object) -> Iterator[BridgeLink]:
    made = BridgeLink(command=lambda *_: [sys.executable, "-c", "raise SystemExit(3)"])
    yield made
    made.close()


@pytest.fixture
def told() -> list[Notice]:
    return []


@pytest.fixture
def make(dark_theme: Theme, told: list[Notice], tmp_path: Path, qtbot: QtBot, link: BridgeLink) -> Iterator[MakePanel]:
    with panels(link, dark_theme, told, tmp_path, qtbot) as made:
        yield made


def test_without_clips_it_says_where_they_come_from(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    assert panel.words.empty.isVisible()
    panel.words.empty.buttons[0].click()
    assert panel.tabs.currentIndex() == 0
    panel.show_words()
    sing(VERSE)
    look(qtbot, panel)
    assert not panel.words.empty.isVisible()
    assert names(panel.words) == ["Verse"]


def test_a_clip_is_shown_with_its_words_and_its_problems(make: MakePanel, qtbot: QtBot) -> None:
    sing(CHORUS, text="how sweet the sound")
    sing(VERSE, text="one two")
    panel = make()
    page = panel.words
    assert names(page) == ["Verse", "Chorus"]
    page.choose_clip(("k", VERSE.key))
    rest(qtbot, panel)
    editor = page.editor
    assert (editor.name.text(), editor.field.toPlainText()) == ("Verse", "one two")
    assert "asked for in Ardour" in editor.facts.text()
    assert editor.fit.text() == "6 notes, 2 words. Too few words: 4 notes have no syllable."
    assert "4 notes" in editor.remarks.text()
    assert not editor.save.isEnabled()
    page.choose_clip(("k", CHORUS.key))
    assert not editor.remarks.isVisible()


def test_words_are_told_to_be_too_many_before_they_are_sung(make: MakePanel, qtbot: QtBot) -> None:
    sing(CHORUS)
    panel = make()
    write(panel.words, "how sweet the sound of it")
    rest(qtbot, panel)
    assert "no note is left for “of it” (2 syllables)" in panel.words.editor.fit.text()
    assert panel.words.editor.fit.property("tone") == "warn"


def test_words_that_the_daw_keeps_are_only_shown(make: MakePanel) -> None:
    sing(replace(VERSE, notes=tuple(replace(note, lyric="ooh") for note in NOTES)), daw="REAPER")
    editor = make().words.editor
    assert editor.field.toPlainText() == "ooh ooh ooh ooh ooh ooh"
    assert editor.field.isReadOnly()
    assert editor.told.text() == texts.OWN


def test_the_filter_hides_rows_and_nothing_else(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, CHORUS)
    panel = make()
    page = panel.words
    page.choose_clip(("k", VERSE.key))
    write(page, "mine")
    page.list.filter.setText("chor")
    assert names(page) == ["Chorus"]
    assert page.editor.name.text() == "Verse"
    page.list.filter.setText("nothing of that kind")
    assert page.list.none.isVisible()
    page.list.filter.clear()
    assert sorted(names(page)) == ["Chorus", "Verse"]
    look(qtbot, panel)
    assert page.editor.field.toPlainText() == "mine"


def test_rows_are_chosen_by_keyboard(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, CHORUS)
    page = make().words
    first, second = names(page)
    assert page.editor.name.text() == first
    qtbot.keyClick(page.list.view, Qt.Key.Key_Down)
    assert page.editor.name.text() == second


@pytest.mark.parametrize("answer", [0, 1])
def test_forgetting_asks(make: MakePanel, told: list[Notice], qtbot: QtBot, answer: int) -> None:
    sing(VERSE, text="mine")
    panel = make(answer)
    panel.words.editor.forget.click()
    if answer == 0:
        qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
        rest(qtbot, panel)
        assert panel.words.empty.isVisible()
        assert LyricsBook().clips() == ()
    else:
        rest(qtbot, panel)
        assert kept(VERSE) == "mine"


def test_a_clip_is_sung_again_with_the_words_that_were_typed(make: MakePanel, link: BridgeLink, qtbot: QtBot) -> None:
    sing(VERSE)
    panel = make()
    button = panel.words.editor.sing
    assert (button.isEnabled(), panel.words.editor.why.text()) == (False, texts.BRIDGE_OFF)
    with running_bridge() as bridge:
        link.start()
        qtbot.waitUntil(button.isEnabled, timeout=LONG_MS)
        write(panel.words, "one two three four five six")
        button.click()
        qtbot.waitUntil(lambda: any(one.address == addresses.DAW_AGAIN for one in bridge.asked), timeout=LONG_MS)
        asked = next(one for one in bridge.asked if one.address == addresses.DAW_AGAIN)
        assert asked.arguments == {"daw": "ardour", "name": "Verse", "session": "k", "clip": VERSE.key}
        assert kept(VERSE) == "one two three four five six"
        bridge.daws = [ARDOUR | {"session": ARDOUR["session"] | {"key": "another"}}]  # type: ignore[operator]
        qtbot.waitUntil(lambda: not button.isEnabled(), timeout=LONG_MS)
        assert panel.words.editor.why.text() == texts.SESSION_CLOSED.format(session="Night Train")
        link.close()
    assert link.state is BridgeState.OFF


def test_of_two_clips_of_one_name_the_selected_one_is_sung(make: MakePanel, link: BridgeLink, qtbot: QtBot) -> None:
    sing(VERSE, replace(VERSE, key="a copy"))
    panel = make()
    with running_bridge() as bridge:
        link.start()
        qtbot.waitUntil(panel.words.editor.sing.isEnabled, timeout=LONG_MS)
        assert panel.words.editor.sing.text() == texts.SING_SELECTED
        assert "select this one in Ardour" in panel.words.editor.why.text()
        panel.words.editor.sing.click()
        qtbot.waitUntil(lambda: any(one.address == addresses.DAW_SING for one in bridge.asked), timeout=LONG_MS)
        asked = next(one for one in bridge.asked if one.address == addresses.DAW_SING)
        assert asked.arguments == {"daw": "ardour", "clip": ""}
        link.close()


def test_every_control_has_a_name_and_a_tip(make: MakePanel) -> None:
    sing(VERSE)
    page = make().words
    for button in page.findChildren(QPushButton):
        if button.isVisible():
            assert button.accessibleName()
            assert button.toolTip()
    assert page.editor.field.accessibleName() == texts.FIELD.format(name="Verse")
    buddies = [one.buddy() for one in page.findChildren(QLabel) if one.buddy() is not None]
    assert page.editor.language in buddies


@pytest.mark.parametrize("width", [900, 940, 1270])
def test_nothing_is_cut_where_there_is_little_room(make: MakePanel, width: int) -> None:
    """The panel of a window of 1024 by 640 is 947 wide."""
    sing(VERSE, text="one two")
    panel = make()
    panel.resize(width, 540)
    page = panel.words
    write(page, "mine")
    editor = page.editor
    for part in (editor.save, editor.sing, editor.forget, editor.language, editor.drop, editor.field):
        right = part.mapTo(page, part.rect().topRight()).x()
        assert part.isVisible()
        assert right < page.width()
        assert part.width() >= part.minimumSizeHint().width()


def test_ctrl_enter_saves_while_one_types(tmp_path: Path, dark_theme: Theme, qtbot: QtBot) -> None:
    sing(VERSE)
    studio = make_studio(tmp_path, dark_theme)
    studio.settings.put("window.panel", "connection")
    entries = tuple(entry for entry in PANELS if entry.id in ("queue", "connection"))
    answers = Answers(1)
    window = MainWindow(studio, Recent(tmp_path / "recent.json"), entries, answers)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    panel = window.pages.panel("connection")
    assert isinstance(panel, ConnectionPanel)
    assert studio.commands.run("connection.words")
    rest(qtbot, panel)
    panel.words.editor.field.setFocus()
    qtbot.keyClicks(panel.words.editor.field, "one")
    window.close()  # it asks, and stays
    assert window.isVisible()
    assert "Verse" in answers.questions[0].more
    qtbot.keyClick(panel.words.editor.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not panel.unsaved(), timeout=LONG_MS)
    assert kept(VERSE) == "one"
    window.close_at_once()
    window.close_down()
    window.deleteLater()
