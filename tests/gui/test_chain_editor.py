"""The editor of effects: what it shows, what the keys do, what is heard of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.folders import data_folder
from gui.panels.sing import effects
from gui.panels.sing.chains import with_chain
from gui.texts import chains as text
from gui.theme import Theme
from plugin_host.rendergraph import find_chain
from tests.gui.chain_studio import BPM, ChainStudio, chain_studio, front, threshold
from tests.gui.test_reachable import name_of, reached


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, dark_theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChainStudio]:
    with chain_studio(qtbot, tmp_path, dark_theme, monkeypatch) as made:
        yield made


# Opened


def test_it_shows_what_the_track_has_beside_the_window(bench: ChainStudio) -> None:
    editor = bench.open()
    assert not editor.isModal()
    assert len(editor.strips.by_id) == len(find_chain("pop-lead").effects)
    assert editor.head.name.told == find_chain("pop-lead").name
    assert editor.head.whose.text() == text.OURS
    assert not editor.foot.delete.isVisible()


def test_it_follows_the_track_in_hand_while_nothing_is_unsaved(bench: ChainStudio) -> None:
    editor = bench.open()
    bench.set_chain("telephone")
    assert editor.head.name.told == find_chain("telephone").name
    bench.choose("t2")
    assert editor.head.name.told == text.NEW_NAME  # that one has none
    bench.choose("t1")
    assert editor.head.name.told == find_chain("telephone").name


def test_a_chain_that_is_not_there_is_told_and_nothing_opens(bench: ChainStudio) -> None:
    notices = bench.notices
    bench.set_chain("lost")
    bench.chains.edit()
    assert bench.chains.editor is None
    assert [notice.kind for notice in notices] == ["bad"]
    assert "lost" in notices[0].text


def test_a_file_with_an_error_is_told_once_in_a_sentence(bench: ChainStudio, qtbot: QtBot) -> None:
    notices = bench.notices
    folder = data_folder() / "chains"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('[[effect]]\ntype = "gian"\n')
    bench.chains.book.list_anew()
    qtbot.waitUntil(lambda: bool(notices))
    assert "effect 1 has type = 'gian'" in notices[0].text
    with qtbot.waitSignal(bench.chains.book.offered):
        bench.chains.book.list_anew()
    assert len(notices) == 1


# Edited


def test_knobs_buttons_and_keys_edit_and_undo(bench: ChainStudio, qtbot: QtBot) -> None:
    editor = bench.open()
    front(editor, qtbot)
    edit = bench.chains.edited
    assert edit is not None
    before = edit.chain
    second = edit.strips[1].id
    strip = editor.strips.by_id[second]
    strip.first_bar().setFocus()
    QTest.keyClick(strip.first_bar(), Qt.Key.Key_PageUp)
    assert edit.chain.effects[1].values["frequency_hz"] > before.effects[1].values["frequency_hz"]
    QTest.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert edit.place(second) == 0
    assert strip.first_bar().hasFocus()
    assert not strip.up.isEnabled()
    QTest.keyClick(editor, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    assert edit.strips[0].settings.bypass
    assert "bypassed" in strip.accessibleName()
    strip.heard.click()
    assert not edit.strips[0].settings.bypass
    QTest.keyClick(editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert second not in editor.strips.by_id
    assert editor.strips.in_hand == edit.strips[0].id
    for _ in range(10):
        QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.chain == before
    assert not bench.chains.modified
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert bench.chains.modified


def test_effects_come_from_the_menu_behind_the_one_in_hand(bench: ChainStudio) -> None:
    editor = bench.open()
    edit = bench.chains.edited
    assert edit is not None
    editor.strips.reach(edit.strips[0].id)
    menu = editor.head.add.menu()
    assert menu is not None
    reverb = next(action for action in menu.actions() if action.text().startswith(text.EFFECT_NAMES["reverb"]))
    assert text.EFFECT_ABOUT["reverb"] in reverb.text()
    reverb.trigger()
    assert edit.strips[1].settings.effect == "reverb"
    assert editor.strips.in_hand == edit.strips[1].id
    column = editor.strips._column
    assert column.itemAt(1).widget() is editor.strips.by_id[edit.strips[1].id]


def test_strips_stand_in_the_order_of_the_sound(bench: ChainStudio) -> None:
    editor = bench.open()
    edit = bench.chains.edited
    assert edit is not None
    first = editor.strips.by_id[edit.strips[0].id]
    first.down.click()
    first.down.click()
    column = editor.strips._column
    shown = [column.itemAt(place).widget().id for place in range(len(edit.strips))]
    assert shown == [strip.id for strip in edit.strips]
    assert first.title.text().startswith("3.")
    boxes = [editor.strips.by_id[strip.id].heard for strip in edit.strips]
    assert [one for one in tab_order(editor.head.add) if one in boxes] == boxes


def tab_order(first: QWidget) -> list[QWidget]:
    order, one = [first], first.nextInFocusChain()
    while one is not None and one is not first:
        order.append(one)
        one = one.nextInFocusChain()
    return order


def test_an_empty_chain_says_what_to_do(bench: ChainStudio) -> None:
    bench.set_chain("")
    editor = bench.open()
    assert editor.strips._empty.isVisible()
    editor.add("gain")
    assert not editor.strips._empty.isVisible()


# Heard


def test_a_draft_is_heard_after_a_short_rest_once(bench: ChainStudio, qtbot: QtBot) -> None:
    editor = bench.open()
    before = len(bench.ear.heard)
    for value in (-30.0, -35.0, -40.0):
        bench.turn(value)
    assert editor.foot.said.text() == text.SAID_WORKING
    qtbot.waitUntil(lambda: len(bench.ear.heard) == before + 1)
    assert threshold(bench.ear.heard[-1]) == -40.0
    qtbot.waitUntil(lambda: editor.foot.said.text() == text.SAID_EDITED_OURS)
    assert find_chain("pop-lead") == bench.chains.book.known["pop-lead"]


def test_while_a_draft_is_reckoned_the_older_sound_stays(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.open()
    bench.turn()
    assert bench.drafts() == {"t1"}
    assert bench.effects.behind(bench.track("t1"), bench.placed, BPM, resting=False) is not None
    bench.chains._end()
    bench.set_chain("telephone")  # another chain is no draft
    assert bench.effects.behind(bench.track("t1"), bench.placed, BPM, resting=False) is None


def test_ours_are_heard_on_their_track_alone_and_the_users_on_all(bench: ChainStudio) -> None:
    bench.set_chain("pop-lead", "t2")
    bench.open()
    bench.turn()
    assert bench.drafts() == {"t1"}
    bench.chains._end()
    bench.set_chain(bench.own().id, "t2")
    bench.open()
    bench.turn()
    assert bench.drafts() == {"t1", "t2"}


def test_a_dry_track_is_heard_through_new_effects_before_they_are_saved(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.set_chain("")
    bench.open().add("reverb")
    qtbot.waitUntil(lambda: [settings.effect for settings in bench.ear.heard[-1].effects] == ["reverb"])


def test_what_is_heard_is_the_draft_itself(bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "with_chain", with_chain)  # the real effects
    bench.set_chain("")
    editor = bench.open()
    editor.add("gain")
    strip = next(iter(editor.strips.by_id.values()))
    strip.bars["gain_db"]._take(-20.0)
    quiet = 0.1 * float(np.abs(bench.placed[0].sound.samples).max())

    def level() -> float:
        wet = bench.effects.behind(bench.track("t1"), bench.placed, BPM, resting=True)
        return float(np.abs(wet.samples).max()) if wet else 0.0

    qtbot.waitUntil(lambda: level() == pytest.approx(quiet, rel=1e-3))
    strip.heard.click()
    qtbot.waitUntil(lambda: level() == pytest.approx(10 * quiet, rel=1e-3))


def test_a_draft_whose_track_has_another_chain_waits_and_says_so(bench: ChainStudio) -> None:
    editor = bench.open()
    bench.turn()
    bench.set_chain("telephone")
    assert editor.head.name.told == find_chain("pop-lead").name
    assert "not heard" in editor.foot.said.text()
    assert bench.effects._drafts == {}
    bench.song.undo()
    assert set(bench.effects._drafts) == {"t1"}


# Reached


def test_everything_has_a_name_and_shows_that_it_is_reached(bench: ChainStudio, qtbot: QtBot) -> None:
    editor = bench.open()
    front(editor, qtbot)
    found = [one for one in reached(editor) if one.isVisible()]
    assert len(found) > 20
    assert [type(one).__name__ for one in found if not name_of(one)] == []
    names = [name_of(one) for one in found if type(one).__name__ == "ValueBar"]
    assert any("dBFS" in name for name in names)


def test_enter_in_a_knob_types_and_saves_nothing(bench: ChainStudio) -> None:
    bench.own()
    editor = bench.open()
    bar = next(iter(editor.strips.by_id.values())).first_bar()
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Return)
    field = bar._editor
    assert field is not None
    field.setText("200")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert bar.value == 200.0
    assert bench.chains.modified
    QApplication.processEvents()
    assert bench.chains.modified


def test_space_and_enter_press_what_has_the_focus_and_space_plays_elsewhere(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.own()
    editor = bench.open()
    front(editor, qtbot)
    played: list[bool] = []
    editor.play_wished.connect(lambda: played.append(True))
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        bench.answers.next = [text.KEEP_IT]
        editor.foot.delete.setFocus()
        QTest.keyClick(editor.foot.delete, key)
        assert bench.answers.next == []
    strip = next(iter(editor.strips.by_id.values()))
    strip.heard.setFocus()
    QTest.keyClick(strip.heard, Qt.Key.Key_Space)
    assert not strip.heard.isChecked()
    assert not played
    strip.first_bar().setFocus()
    QTest.keyClick(strip.first_bar(), Qt.Key.Key_Space)
    assert played
