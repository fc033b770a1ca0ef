"""Words that are typed for DAW clips: kept, never lost, never written over what nobody saw."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import MelismaError
from gui.bridge_link import BridgeLink
from gui.desk import Notice
from gui.texts import words as texts
from gui.theme import Theme
from plugin_host.adapters.files import SESSION_KEY
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import Session
from tests.gui.words_stand import CHORUS, LONG_MS, VERSE, MakePanel, kept, look, panels, rest, sing, write
from tests.unit.daw.lyrics_stand import NOTES


@pytest.fixture
def told() -> list[Notice]:
    return []


@pytest.fixture
def make(dark_theme: Theme, told: list[Notice], tmp_path: Path, qtbot: QtBot) -> Iterator[MakePanel]:
    with panels(BridgeLink(), dark_theme, told, tmp_path, qtbot) as made:
        yield made


def test_words_and_language_are_saved(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE)
    panel = make()
    page = panel.words
    write(page, "a-des-te fi-de-les")
    page.editor.language.setCurrentIndex(page.editor.language.findData("la"))
    page.editor.language.activated.emit(page.editor.language.currentIndex())
    assert "Verse" in panel.unsaved()
    assert page.list.rows[0].unsaved
    save = next(command for command in panel.commands() if command.id == "connection.save_words")
    assert save.enabled()
    save.run()
    qtbot.waitUntil(lambda: not panel.unsaved(), timeout=LONG_MS)
    assert kept(VERSE) == "a-des-te fi-de-les"
    assert LyricsBook().clips()[0].record.language == "la"
    assert page.editor.told.text() == texts.SAVED
    assert not save.enabled()


def test_what_is_typed_waits_while_another_clip_is_looked_at(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, CHORUS)
    panel = make()
    page = panel.words
    page.choose_clip(("k", VERSE.key))
    write(page, "mine")
    page.choose_clip(("k", CHORUS.key))
    assert page.editor.field.toPlainText() == ""
    assert not page.editor.save.isEnabled()
    assert "Verse" in panel.unsaved()
    look(qtbot, panel)
    page.choose_clip(("k", VERSE.key))
    assert page.editor.field.toPlainText() == "mine"
    page.editor.drop.click()
    assert (page.editor.field.toPlainText(), panel.unsaved()) == ("", "")


def test_a_clip_that_is_sung_meanwhile_is_shown_anew(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, text="one two three four five six")
    panel = make()
    page = panel.words
    cursor = page.editor.field.textCursor()
    cursor.setPosition(5)
    page.editor.field.setTextCursor(cursor)
    sing(replace(VERSE, notes=NOTES[:5]))
    look(qtbot, panel)
    assert "six" in page.editor.remarks.text()
    assert page.editor.fit.text().startswith("5 notes, 6 words.")
    assert page.editor.field.textCursor().position() == 5
    sing(VERSE, text="sung in the DAW")
    look(qtbot, panel)
    assert page.editor.field.toPlainText() == "sung in the DAW"


def test_words_from_elsewhere_never_take_the_place_of_what_is_typed(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, text="before")
    panel = make()
    page = panel.words
    write(page, "mine")
    sing(VERSE, text="theirs")
    look(qtbot, panel)
    assert (page.editor.field.toPlainText(), page.editor.told.text()) == ("mine", texts.ELSEWHERE)
    page.editor.save.click()
    qtbot.waitUntil(lambda: not panel.unsaved(), timeout=LONG_MS)
    assert kept(VERSE) == "mine"


def test_theirs_can_be_taken(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, text="before")
    panel = make()
    write(panel.words, "mine")
    sing(VERSE, text="theirs")
    look(qtbot, panel)
    assert panel.words.editor.drop.text() == texts.TAKE_THEIRS
    panel.words.editor.drop.click()
    assert (panel.words.editor.field.toPlainText(), kept(VERSE)) == ("theirs", "theirs")


def test_nothing_is_written_over_words_that_nobody_saw(make: MakePanel, told: list[Notice], qtbot: QtBot) -> None:
    sing(VERSE, text="before")
    panel = make()
    panel.words._look.stop()
    write(panel.words, "mine")
    sing(VERSE, text="theirs")
    panel.words.save()
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    rest(qtbot, panel)
    assert "changed elsewhere" in told[0].text
    assert kept(VERSE) == "theirs"
    assert panel.words.editor.field.toPlainText() == "mine"
    assert panel.words.editor.told.text() == texts.ELSEWHERE


def test_a_disk_that_refuses_costs_no_words(
    make: MakePanel, told: list[Notice], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sing(VERSE)
    panel = make()
    write(panel.words, "mine")

    def full(path: Path, _data: bytes) -> None:
        raise MelismaError(f"{path.name} could not be written: no space left.", "Make room on the disk.")

    monkeypatch.setattr("plugin_host.lyrics.shelf.write_bytes_whole", full)
    panel.words.save()
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    rest(qtbot, panel)
    assert "no space left" in told[0].text
    assert panel.words.editor.field.toPlainText() == "mine"
    assert panel.words.editor.save.isEnabled()
    assert panel.unsaved()


def test_words_of_a_watched_clip_are_laid_beside_it(make: MakePanel, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "verse.mid"
    file.write_bytes(b"notes")
    own = tuple(replace(note, lyric="la") for note in NOTES)
    session = Session(SESSION_KEY, "Watched folders", 48_000)
    sing(replace(VERSE, session=session, key=str(file), track=str(file), notes=own), daw="Watched folders")
    panel = make()
    assert not panel.words.editor.field.isReadOnly()
    write(panel.words, "one two three four five six")
    panel.words.save()
    qtbot.waitUntil(lambda: not panel.unsaved(), timeout=LONG_MS)
    assert (tmp_path / "verse.lyrics.txt").read_text() == "one two three four five six"
    assert "verse.lyrics.txt" in panel.words.editor.told.text()


def test_the_window_never_waits_for_the_book(make: MakePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that does not answer: looking, laying and saving stand still, and the window goes on."""
    sing(VERSE)
    panel = make()
    go_on = threading.Event()
    real = LyricsBook.set_text
    begun = threading.Event()

    def slow(self: LyricsBook, *given: Any, **more: Any) -> None:
        begun.set()
        assert go_on.wait(LONG_MS / 1000)
        real(self, *given, **more)

    monkeypatch.setattr(LyricsBook, "set_text", slow)
    write(panel.words, "mine")
    panel.words.save()
    qtbot.waitUntil(begun.is_set, timeout=LONG_MS)
    assert not panel.words.editor.save.isEnabled()
    write(panel.words, "mine and more")
    panel.words.save()  # one after the other
    assert panel.unsaved()
    go_on.set()
    rest(qtbot, panel)
    assert kept(VERSE) == "mine"
    assert panel.words.editor.field.toPlainText() == "mine and more"
    assert panel.words.editor.save.isEnabled()
