"""Values that are being typed into the editor of effects, and what is typed wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui.panels.sing import effects
from gui.panels.sing.chain_editor import ChainEditor
from gui.panels.sing.chains import with_chain
from gui.texts import chains as text
from gui.theme import Theme
from gui.widgets.value_bar import ValueBar
from plugin_host.rendergraph import find_chain
from tests.gui.chain_studio import BPM, ChainStudio, chain_studio, front, threshold


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, dark_theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChainStudio]:
    with chain_studio(qtbot, tmp_path, dark_theme, monkeypatch) as made:
        yield made


def typing(bar: ValueBar, written: str) -> QLineEdit:
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Return)
    field = bar.findChildren(QLineEdit)[-1]
    field.selectAll()
    QTest.keyClicks(field, written)
    return field


def threshold_bar(editor: ChainEditor) -> ValueBar:
    return list(editor.strips.by_id.values())[2].bars["threshold_db"]


def test_a_value_that_is_being_typed_is_saved(bench: ChainStudio, qtbot: QtBot) -> None:
    mine = bench.own()
    editor = bench.open()
    front(editor, qtbot)
    field = typing(threshold_bar(editor), "-44")
    QTest.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: threshold(find_chain(mine.id)) == -44.0)


def test_a_value_that_is_being_typed_is_asked_for(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.own()
    editor = bench.open()
    front(editor, qtbot)
    typing(threshold_bar(editor), "-44")
    assert bench.chains.unsaved()
    typing(threshold_bar(editor), "-46")
    bench.answers.next = [text.LEAVE_STAY]
    editor.close()
    assert bench.answers.next == []
    assert bench.chains.edited is not None
    assert threshold(bench.chains.edited.chain) == -46.0


def test_a_value_that_is_being_typed_stays_with_its_effects(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.set_chain(bench.own().id, "t2")
    bench.set_chain("pop-lead")
    editor = bench.open()
    front(editor, qtbot)
    typing(threshold_bar(editor), "-44")
    bench.choose("t2")
    edit = bench.chains.edited
    assert edit is not None
    assert edit.base.id == "pop-lead"
    assert threshold(edit.chain) == -44.0


def test_other_effects_get_nothing_of_what_was_typed(bench: ChainStudio, qtbot: QtBot) -> None:
    editor = bench.open()
    front(editor, qtbot)
    typing(threshold_bar(editor), "-44")
    bench.chains._open(bench.track("t2"))
    edit = bench.chains.edited
    assert edit is not None
    assert not edit.modified


@pytest.mark.parametrize("written", ["nan", "inf", "-inf", "1e999", "9" * 400])
def test_what_is_no_number_is_not_heard(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setattr(effects, "with_chain", with_chain)
    bench.set_chain("")
    editor = bench.open()
    front(editor, qtbot)
    editor.add("gain")
    bar = next(iter(editor.strips.by_id.values())).bars["gain_db"]
    QTest.keyClick(typing(bar, written), Qt.Key.Key_Return)
    bar._take(float("nan"))
    assert bar.value == 0.0
    bench.drafts()
    qtbot.waitUntil(lambda: not bench.effects.busy)
    wet = bench.effects.behind(bench.track("t1"), bench.placed, BPM, resting=True)
    assert wet is not None
    assert np.isfinite(wet.samples).all()


def test_an_effect_that_came_back_counts_its_drags_anew(bench: ChainStudio) -> None:
    bench.own()
    editor = bench.open()
    editor.resize(600, 1500)
    edit = bench.chains.edited
    assert edit is not None
    strip = edit.strips[2].id

    def drag(by: int) -> float:
        bar = editor.strips.by_id[strip].bars["threshold_db"]
        start = bar.rect().center()
        QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(bar, start + QPoint(by, 0))
        QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + QPoint(by, 0))
        return threshold(edit.chain)

    first = drag(-20)
    editor._remove(strip)
    editor.undo()
    assert drag(40) != first
    editor.undo()
    assert threshold(edit.chain) == first
