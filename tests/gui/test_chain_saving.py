"""Edited effects are saved, deleted and left: nothing is lost, and nothing of ours is changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.folders import data_folder
from gui.panels.sing import SingPanel, chain_keeping
from gui.panels.sing.chain_editor import ChainEditor
from gui.panels.sing.chain_editor.name_box import NameBox
from gui.texts import chains as text
from gui.theme import Theme
from plugin_host.rendergraph import find_chain, list_chains
from tests.gui.chain_studio import Answers, ChainStudio, chain_studio, threshold
from tests.gui.sing_studio import panels


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, dark_theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChainStudio]:
    with chain_studio(qtbot, tmp_path, dark_theme, monkeypatch) as made:
        yield made


# Saved


def test_ours_are_saved_as_new_ones_which_the_track_has_then(bench: ChainStudio, qtbot: QtBot) -> None:
    ours = find_chain("pop-lead")
    editor = bench.open()
    bench.turn()
    qtbot.waitUntil(lambda: threshold(bench.ear.heard[-1]) == -40.0 and not bench.effects.busy)
    before = len(bench.ear.heard)
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not bench.chains.modified)
    assert bench.track("t1").chain == "mine"
    assert threshold(find_chain("mine")) == -40.0
    assert find_chain("pop-lead") == ours
    assert editor.foot.delete.isVisible()
    assert editor.head.whose.text() == text.YOURS
    bench.mix()
    assert len(bench.ear.heard) == before  # the same sound: nothing is reckoned anew
    bench.song.undo()
    assert bench.track("t1").chain == "pop-lead"
    assert editor.head.name.told == ours.name


def test_the_users_own_is_saved_in_place(bench: ChainStudio, qtbot: QtBot) -> None:
    mine = bench.own()
    editor = bench.open()
    bench.turn()
    qtbot.waitUntil(lambda: threshold(bench.ear.heard[-1]) == -40.0)
    assert editor.foot.save.isEnabled()
    editor.foot.save.click()
    qtbot.waitUntil(lambda: not bench.chains.modified)
    assert threshold(find_chain(mine.id)) == -40.0
    assert bench.track("t1").chain == mine.id
    assert not editor.foot.save.isEnabled()
    assert bench.effects._drafts == {}
    assert bench.answers.asked == []
    assert len([chain for chain in list_chains()[0] if chain.yours]) == 1


def test_what_was_saved_is_heard_once_the_editor_is_gone(bench: ChainStudio, qtbot: QtBot) -> None:
    mine = bench.own()
    editor = bench.open()
    bench.turn()
    editor.foot.save.click()
    qtbot.waitUntil(lambda: not bench.chains.modified)
    bench.chains._end()
    qtbot.waitUntil(lambda: threshold(bench.ear.heard[-1]) == -40.0)
    assert bench.chains.book.known[mine.id] == find_chain(mine.id)


def test_what_another_program_wrote_is_not_overwritten_unasked(bench: ChainStudio, qtbot: QtBot) -> None:
    mine = bench.own()
    assert mine.path is not None
    editor = bench.open()
    bench.turn()
    mine.path.write_text('name = "Mine"\n')
    bench.answers.next = [text.LEAVE_STAY]
    editor.foot.save.click()
    qtbot.waitUntil(lambda: len(bench.answers.asked) == 1)
    assert bench.chains.modified
    assert find_chain(mine.id).effects == ()
    bench.answers.next = [text.CHANGED_REPLACE]
    editor.foot.save.click()
    qtbot.waitUntil(lambda: not bench.chains.modified)
    assert threshold(find_chain(mine.id)) == -40.0


def test_what_cannot_be_written_is_told_and_kept(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.own()
    editor = bench.open()
    bench.turn()
    notices = bench.notices

    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    editor.foot.save.click()
    qtbot.waitUntil(lambda: bool(notices))
    assert "No space left" in notices[0].text
    assert bench.chains.modified


def test_a_name_that_is_given_up_saves_nothing(bench: ChainStudio) -> None:
    bench.answers.name = ""
    editor = bench.open()
    bench.turn()
    editor.foot.save_as.click()
    assert bench.chains.modified
    assert not (data_folder() / "chains").exists()


def test_a_name_shows_its_file_and_must_not_be_empty(bench: ChainStudio) -> None:
    box = NameBox(bench.window, "Pop lead")
    assert "pop-lead-2" in box.file.text()
    assert box.save.isEnabled()
    box.field.setText(" \u200b ")
    assert not box.save.isEnabled()


# Deleted


def test_the_users_own_is_deleted_after_a_question(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No trash: the test must not fill the one of the machine.
    monkeypatch.setattr(chain_keeping.QFile, "moveToTrash", lambda _path: (False, ""))
    mine = bench.own()
    assert mine.path is not None
    editor = bench.open()
    bench.answers.next = [text.KEEP_IT]
    editor.foot.delete.click()
    assert mine.path.is_file()
    bench.answers.next = [text.DELETE_IT]
    editor.foot.delete.click()
    qtbot.waitUntil(lambda: not editor.isVisible())
    assert not mine.path.exists()
    assert bench.track("t1").chain == ""
    assert mine.id not in bench.chains.book.known


def test_one_that_hid_one_of_ours_gives_it_back(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_keeping.QFile, "moveToTrash", lambda _path: (False, ""))
    folder = data_folder() / "chains"
    folder.mkdir(parents=True)
    (folder / "pop-lead.toml").write_text('name = "Pop lead"\n')
    bench.chains.book.list_anew()
    qtbot.waitUntil(lambda: bench.chains.book.known["pop-lead"].yours)
    editor = bench.open()
    bench.answers.next = [text.DELETE_IT]
    editor.foot.delete.click()
    qtbot.waitUntil(lambda: not editor.isVisible())
    assert bench.track("t1").chain == "pop-lead"
    assert not bench.chains.book.known["pop-lead"].yours


# Left


def test_leaving_without_edits_asks_nothing(bench: ChainStudio) -> None:
    editor = bench.open()
    editor.close()
    assert not editor.isVisible()
    assert bench.chains.unsaved() == ""
    assert bench.studio.settings.text("sing.effects.place")


@pytest.mark.parametrize("answer", [text.LEAVE_SAVE, text.LEAVE_DROP, text.LEAVE_STAY])
def test_leaving_with_edits_asks_once(bench: ChainStudio, answer: str, qtbot: QtBot) -> None:
    mine = bench.own()
    editor = bench.open()
    bench.turn()
    assert mine.name in bench.chains.unsaved()
    bench.answers.next = [answer]
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: editor.isVisible() == (answer == text.LEAVE_STAY))
    assert len(bench.answers.asked) == 1
    assert bench.chains.modified == (answer == text.LEAVE_STAY)
    assert (threshold(find_chain(mine.id)) == -40.0) == (answer == text.LEAVE_SAVE)
    if answer != text.LEAVE_STAY:
        assert bench.effects._drafts == {}
        assert bench.chains.unsaved() == ""


def test_going_to_another_track_with_edits_asks_only_when_effects_are_opened(bench: ChainStudio) -> None:
    editor = bench.open()
    bench.turn()
    bench.choose("t2")
    bench.set_chain("telephone", "t2")
    assert bench.answers.asked == []
    bench.answers.next = [text.LEAVE_DROP]
    bench.chains.edit()
    assert len(bench.answers.asked) == 1
    assert editor.head.name.told == find_chain("telephone").name


def test_the_place_is_remembered(bench: ChainStudio, qtbot: QtBot) -> None:
    editor = bench.open()
    editor.resize(600, 500)
    editor.close()
    again = ChainEditor(bench.studio.theme, bench.studio.settings, bench.window)
    assert (again.width(), again.height()) == (600, 500)


# In the panel


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[SingPanel]:
    with panels(qtbot, tmp_path, dark_theme) as make:
        yield make(sings=False)


def test_the_panel_opens_saves_and_offers(panel: SingPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(panel.chains.book.known))
    panel.tracks.form._edit_chain.click()
    editor = panel.chains.editor
    assert editor is not None
    assert editor.isVisible()
    editor.add("reverb")
    assert text.NEW_NAME in panel.unsaved()
    panel.chains.saving.ask_name = Answers().ask_name
    editor.foot.save_as.click()
    qtbot.waitUntil(lambda: panel.unsaved() == "")
    assert panel.studio.song.project.tracks[0].chain == "mine"
    assert panel.tracks.form._chain.currentText() == "Mine"
    assert panel.commands()[[command.id for command in panel.commands()].index("sing.effects")].run() is None
    assert editor.isVisible()
