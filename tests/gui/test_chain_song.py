"""The draft and the song: it belongs to one track of one song, and what is done meanwhile hits nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.api.project import Project, Tempi, Track
from gui.document.song_file import SongFile
from gui.panels.sing import SingPanel, chain_book, chain_keeping, chain_saving, track_edits
from gui.panels.sing.exporting import Exporting
from gui.texts import chains as text
from gui.theme import Theme
from plugin_host.rendergraph import find_chain
from tests.gui.chain_studio import BPM, ChainStudio, chain_studio, front, threshold
from tests.gui.sing_studio import panels, wait_sung


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, dark_theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChainStudio]:
    with chain_studio(qtbot, tmp_path, dark_theme, monkeypatch) as made:
        yield made


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[SingPanel]:
    with panels(qtbot, tmp_path, dark_theme) as make:
        made = make()
        wait_sung(qtbot, made)
        qtbot.waitUntil(lambda: bool(made.chains.book.known))
        yield made


class Slow:
    """Does what it stands for when `go` is set."""

    def __init__(self, does: Any) -> None:
        self.go, self._does = threading.Event(), does

    def __call__(self, *arguments: Any) -> Any:
        assert self.go.wait(30)
        return self._does(*arguments)


def other_song() -> SongFile:
    return SongFile(Project("other", Tempi(((0.0, BPM),)), (Track("t1", "Other lead"),)))


# Another song, another track


def test_a_draft_stays_out_of_the_next_song(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.set_chain("")
    editor = bench.open()
    editor.add("reverb")
    assert bench.drafts() == {"t1"}
    bench.song.become(other_song())
    assert bench.effects._drafts == {}
    assert editor.foot.said.text() == text.SAID_GONE
    editor.foot.save_as.click()
    qtbot.waitUntil(lambda: not bench.chains.modified)
    assert find_chain("mine").effects[0].effect == "reverb"
    assert bench.song.project.tracks[0].chain == ""
    assert not bench.song.modified


def test_the_next_song_is_followed_where_nothing_is_unsaved(bench: ChainStudio) -> None:
    editor = bench.open()
    bench.song.become(SongFile(Project("other", Tempi(((0.0, BPM),)), (Track("t1", "Lead", chain="pop-lead"),))))
    bench.turn()
    assert bench.drafts() == {"t1"}
    assert editor.head.name.told == find_chain("pop-lead").name


def test_a_new_track_does_not_wear_the_draft_of_one_that_went(bench: ChainStudio) -> None:
    bench.choose("t2")
    bench.open().add("reverb")
    assert bench.drafts() == {"t2"}
    bench.in_hand = "t1"
    bench.song.do("remove", lambda project: track_edits.removed(project, "t2"))
    bench.song.do("add", lambda project: track_edits.added(project, "New"))
    assert bench.track("t2").name == "New"
    assert bench.effects._drafts == {}
    bench.song.undo()
    bench.song.undo()
    assert set(bench.effects._drafts) == {"t2"}  # the same track as before


# Redo


def test_another_edit_of_the_song_takes_no_redo_away(bench: ChainStudio) -> None:
    editor = bench.open()
    bench.turn()
    bench.choose("t2")
    editor.undo()
    louder = replace(bench.track("t2"), gain_db=-1.0)
    bench.song.do("fader", lambda project: project.with_track(louder))
    assert bench.chains.edited is not None
    assert bench.chains.edited.redo_label


# Deleted and saved while other things happen


def test_what_is_deleted_takes_nothing_from_other_effects(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(lambda _path: (False, ""))
    monkeypatch.setattr(chain_keeping.QFile, "moveToTrash", slow)
    bench.own()
    bench.set_chain("telephone", "t2")
    editor = bench.open()
    bench.answers.next = [text.DELETE_IT]
    editor.foot.delete.click()
    bench.choose("t2")
    slow.go.set()
    qtbot.waitUntil(lambda: bench.track("t1").chain == "")
    assert bench.track("t2").chain == "telephone"
    assert editor.isVisible()
    assert editor.head.name.told == find_chain("telephone").name


def test_what_is_deleted_changes_no_song_that_came_meanwhile(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(lambda _path: (False, ""))
    monkeypatch.setattr(chain_keeping.QFile, "moveToTrash", slow)
    mine = bench.own()
    editor = bench.open()
    bench.answers.next = [text.DELETE_IT]
    editor.foot.delete.click()
    bench.song.become(SongFile(Project("other", Tempi(((0.0, BPM),)), (Track("t1", "Lead", chain=mine.id),))))
    slow.go.set()
    qtbot.waitUntil(lambda: mine.id not in bench.chains.book.known)
    assert bench.track("t1").chain == mine.id
    assert not bench.song.modified


@pytest.mark.parametrize("in_trash", [True, False])
def test_where_a_deleted_file_went_is_told(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, in_trash: bool
) -> None:
    mine = bench.own()
    monkeypatch.setattr(chain_keeping.QFile, "moveToTrash", lambda _path: (in_trash, ""))
    editor = bench.open()
    bench.answers.next = [text.DELETE_IT]
    editor.foot.delete.click()
    told = text.DELETED if in_trash else text.DELETED_FOR_GOOD
    qtbot.waitUntil(lambda: [notice.text for notice in bench.notices] == [told.format(name=mine.name)])


def test_what_is_edited_while_it_is_saved_is_asked_for_before_it_goes(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(chain_saving.save_in_place)
    monkeypatch.setattr(chain_saving, "save_in_place", slow)
    mine = bench.own()
    editor = bench.open()
    bench.turn(-40.0)
    bench.answers.next = [text.LEAVE_SAVE, text.LEAVE_SAVE]
    editor.close()
    bench.turn(-55.0)
    slow.go.set()
    qtbot.waitUntil(lambda: not editor.isVisible())
    assert bench.answers.next == []
    assert threshold(find_chain(mine.id)) == -55.0


def test_saving_twice_in_a_hurry_asks_nothing(bench: ChainStudio, qtbot: QtBot) -> None:
    mine = bench.own()
    editor = bench.open()
    front(editor, qtbot)
    bench.turn()
    for value in (-40.0, -41.0):
        bench.turn(value)
        QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not bench.chains.modified)
    assert threshold(find_chain(mine.id)) == -41.0
    assert bench.answers.asked == []


def test_leaving_while_it_is_saved_asks_nothing(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.own()
    editor = bench.open()
    bench.turn()
    editor.foot.save.click()
    editor.close()
    qtbot.waitUntil(lambda: not editor.isVisible())
    assert bench.answers.asked == []


# Listed and heard


def test_effects_that_cannot_be_listed_are_told_and_the_known_ones_stay(
    bench: ChainStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed() -> None:
        raise PermissionError(13, "Permission denied")

    before = dict(bench.chains.book.known)
    monkeypatch.setattr(chain_book, "listed_chains", closed)
    bench.chains.book.list_anew()
    qtbot.waitUntil(lambda: any(text.NOT_LISTED in notice.text for notice in bench.notices))
    assert bench.chains.book.known == before


def test_the_track_in_hand_is_reckoned_first(bench: ChainStudio, qtbot: QtBot) -> None:
    bench.set_chain(bench.own().id, "t2")
    qtbot.waitUntil(lambda: not bench.effects.busy)
    bench.choose("t2")
    bench.open()
    begun: list[str] = []
    run = bench.effects._turns.run

    def traced(track: str, work: Any, then: Any, failed: Any) -> None:
        run(track, lambda token: (begun.append(track), work(token))[1], then, failed)

    bench.effects._turns.run = traced  # type: ignore[method-assign]
    bench.turn()
    bench.drafts()
    qtbot.waitUntil(lambda: not bench.effects.busy)
    assert [track for track in begun if track == "t2"] == ["t2"]
    assert begun[-1] == "t1"


# In the panel


def test_a_file_that_is_made_says_what_is_not_in_it(panel: SingPanel, qtbot: QtBot) -> None:
    notices: list[str] = []
    panel.studio.desk.told.connect(lambda notice: notices.append(notice.text))
    panel.chains.edit()
    assert panel.chains.editor is not None
    panel.chains.editor.add("reverb")
    panel.render_file()
    name = panel.studio.song.project.tracks[0].name
    qtbot.waitUntil(lambda: text.NOT_IN_FILE.format(tracks=name) in notices)


def test_what_is_not_sung_yet_is_not_called_heard(panel: SingPanel, qtbot: QtBot, monkeypatch: Any) -> None:
    panel.chains.edit()
    editor = panel.chains.editor
    assert editor is not None
    monkeypatch.setattr(panel.singer, "resting", lambda _track: False)
    editor.add("reverb")
    qtbot.waitUntil(lambda: editor.foot.said.text() == text.SAID_UNSUNG)
    monkeypatch.undo()
    panel.heard._mix()
    qtbot.waitUntil(lambda: editor.foot.said.text() == text.SAID_EDITED_NEW, timeout=15_000)


def test_closing_tells_both_what_is_unfinished_and_what_is_unsaved(
    panel: SingPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.chains.edit()
    assert panel.chains.editor is not None
    panel.chains.editor.add("reverb")
    monkeypatch.setattr(Exporting, "unfinished", property(lambda _exporting: "song.wav"))
    assert "song.wav" in panel.unsaved()
    assert text.NEW_NAME in panel.unsaved()
