"""Words of DAW clips come to rest: what is saved is saved, what is shown stays, and nothing waits for thousands."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.bridge_link import BridgeLink, BridgeState, DawSeen
from gui.desk import Notice
from gui.panels.connection import ConnectionPanel
from gui.texts import words as texts
from gui.theme import Theme
from plugin_host.adapters.files import SESSION_KEY
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import DawClip, Session
from tests.gui.words_stand import LONG_MS, VERSE, MakePanel, kept, look, panels, rest, sing, write
from tests.unit.daw.lyrics_stand import NOTES

OWN = replace(VERSE, notes=tuple(replace(note, lyric="la") for note in NOTES))
FOLDERS = DawSeen(
    "files", "Watched folders", True, frozenset({"read_clip"}), "Watched folders", session_key=SESSION_KEY
)


@pytest.fixture
def told() -> list[Notice]:
    return []


@pytest.fixture
def link(qapp: object) -> BridgeLink:
    return BridgeLink()


@pytest.fixture
def make(dark_theme: Theme, told: list[Notice], tmp_path: Path, qtbot: QtBot, link: BridgeLink) -> Iterator[MakePanel]:
    with panels(link, dark_theme, told, tmp_path, qtbot) as made:
        yield made


def save(qtbot: QtBot, panel: ConnectionPanel) -> None:
    with qtbot.waitSignal(panel.words.store.looked, timeout=LONG_MS):
        panel.words.save()
    rest(qtbot, panel)


def watched(folder: Path, words: str) -> tuple[DawClip, Path]:
    """A clip in a folder, as it was sung; and the file with its words."""
    file, beside = folder / "verse.mid", folder / "verse.lyrics.txt"
    file.write_bytes(b"notes")
    beside.write_text(words)
    session = Session(SESSION_KEY, "Watched folders", 48_000)
    clip = replace(VERSE, session=session, key=str(file), track=str(file))
    sing(clip, text=words, daw="Watched folders")
    return clip, beside


@pytest.mark.parametrize("text", ["one two three\n\n", "one\u00a0! two\n\n\n"])
def test_saving_settles(make: MakePanel, qtbot: QtBot, text: str) -> None:
    sing(VERSE, text="before")
    panel = make()
    write(panel.words, text)
    save(qtbot, panel)
    assert panel.unsaved() == ""
    assert panel.words.editor.told.text() == texts.SAVED
    assert kept(VERSE) == text.rstrip("\n")


@pytest.mark.parametrize("text", ["one\u00a0! two three", "one two three\n\n\n", "one\u2028two\x0cthree"])
def test_a_look_leaves_the_field_alone(make: MakePanel, qtbot: QtBot, text: str) -> None:
    sing(VERSE, text=text)
    panel = make()
    field = panel.words.editor.field
    cursor = field.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(3, cursor.MoveMode.KeepAnchor)
    field.setTextCursor(cursor)
    look(qtbot, panel)
    assert field.textCursor().selectedText() == "one"
    field.moveCursor(cursor.MoveOperation.End)
    field.insertPlainText("x")
    assert panel.unsaved()
    look(qtbot, panel)
    assert field.document().isUndoAvailable()  # type: ignore[union-attr]
    field.textCursor().deletePreviousChar()
    assert panel.unsaved() == ""


def test_a_draft_on_a_clip_that_gained_its_own_lyrics_is_kept_and_waits(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, text="before")
    panel = make()
    editor = panel.words.editor
    write(panel.words, "mine")
    sing(OWN)
    look(qtbot, panel)
    assert (editor.told.text(), editor.field.isReadOnly()) == (texts.OWN_WAITS, False)
    save(qtbot, panel)
    assert (panel.unsaved(), kept(VERSE)) == ("", "mine")
    assert (editor.told.text(), editor.field.isReadOnly()) == (texts.SAVED_WAITS, True)
    assert editor.field.toPlainText() == "la la la la la la"


def test_words_beside_a_watched_clip_are_shown_and_never_written_over(
    make: MakePanel, told: list[Notice], qtbot: QtBot, tmp_path: Path
) -> None:
    _, beside = watched(tmp_path, "old words")
    beside.write_text("a whole evening of new words")
    panel = make()
    panel.words._look.stop()
    assert panel.words.editor.field.toPlainText() == "a whole evening of new words"
    write(panel.words, "mine")
    beside.write_text("and one more")
    panel.words.save()
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    rest(qtbot, panel)
    assert "changed elsewhere" in told[0].text
    assert beside.read_text() == "and one more"
    assert panel.words.editor.told.text() == texts.ELSEWHERE


@pytest.mark.parametrize("other_words", [False, True])
def test_a_watched_clip_is_sung_again_in_another_language(
    make: MakePanel,
    link: BridgeLink,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    other_words: bool,
) -> None:
    """The watching sees other words; of another language it knows nothing and has to be asked."""
    clip, _ = watched(tmp_path, "old words")
    asked: list[object] = []
    monkeypatch.setattr(link, "sing_again", lambda *given: asked.append(given))
    monkeypatch.setattr(link, "_state", BridgeState.ON)
    link.daws = (FOLDERS,)
    panel = make()
    editor = panel.words.editor
    editor.language.setCurrentIndex(editor.language.findData("la"))
    editor.language.activated.emit(editor.language.currentIndex())
    if other_words:
        write(panel.words, "other words")
    with qtbot.waitSignal(panel.words.store.looked, timeout=LONG_MS):
        editor.sing.click()
    rest(qtbot, panel)
    assert asked == ([] if other_words else [("files", clip.track, (SESSION_KEY, clip.key))])
    assert ("sung again" in editor.told.text()) == other_words
    assert LyricsBook().clips()[0].record.language == "la"


def test_a_draft_brings_a_forgotten_clip_back_as_it_was(make: MakePanel, qtbot: QtBot) -> None:
    sing(VERSE, text="before")
    record = LyricsBook().clips()[0].record
    panel = make()
    write(panel.words, "mine")
    LyricsBook().forget(*panel.words.current or ("", ""))
    look(qtbot, panel)
    save(qtbot, panel)
    assert (panel.unsaved(), kept(VERSE)) == ("", "mine")
    assert LyricsBook().clips()[0].record == record
    assert panel.words.editor.name.text() == "Verse"


def test_what_was_to_be_saved_is_saved_before_the_window_is_gone(
    make: MakePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words are being laid on notes, and the user saves and closes at once."""
    sing(VERSE)
    panel = make()
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: Any) -> None:
        begun.set()
        assert go_on.wait(LONG_MS / 1000)

    monkeypatch.setattr("plugin_host.lyrics.fit.fit", slow)
    write(panel.words, "mine")
    qtbot.waitUntil(begun.is_set, timeout=LONG_MS)
    panel.words.save()
    threading.Timer(0.05, go_on.set).start()  # closing waits for what runs
    panel.close_down()
    assert kept(VERSE) == "mine"


def test_of_many_clips_only_what_is_seen_is_made(
    make: MakePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        LyricsBook().set_text("k", f"clip {number}", "how sweet")
    made: list[int] = []
    real = texts.word_count
    monkeypatch.setattr(texts, "word_count", lambda count: made.append(count) or real(count))  # type: ignore[func-returns-value]
    panel = make()
    assert len(panel.words.list.rows) == 100
    qtbot.waitUntil(lambda: bool(made), timeout=LONG_MS)
    look(qtbot, panel)
    assert len(made) < 50
