"""A word that is being typed is in what is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.api.project import read_project
from engine.folders import presets_folder
from gui.document.recent import Recent
from gui.document.song import Song
from gui.panels.sing import SingPanel
from gui.song_files import SongFiles
from gui.theme import Theme
from gui.widgets.lyric_editor import LyricEditor
from tests.gui.shell_studio import Answers
from tests.gui.song_stand import MakeStand, stands

CLIPS = presets_folder() / "clips"


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeStand]:
    with stands(qtbot, tmp_path) as made:
        yield made


def test_a_word_that_is_typed_is_in_what_is_saved(
    make: MakeStand, qtbot: QtBot, dark_theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = make()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(stand.path), ""))
    field = LyricEditor(dark_theme, stand.window)
    field.typed.connect(lambda _note, word: stand.rename(word))
    stand.window.show()
    field.open("n1", "la", _place())
    QTest.keyClicks(field, "moon")
    assert stand.files.save()
    qtbot.waitUntil(lambda: not stand.song.modified)
    assert stand.written() == "moon"
    assert field.note == "n1"  # and is typed on
    QTest.keyClicks(field, "light")
    left: list[str] = []
    stand.answers.numbers.append(0)
    stand.files.leave(lambda: left.append("closed"))
    qtbot.waitUntil(lambda: left == ["closed"])
    assert stand.written() == "moonlight"
    field.close_field()


def test_a_word_that_is_typed_on_a_note_is_in_the_file(
    qtbot: QtBot, tmp_path: Path, dark_theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.gui.sing_studio import studio

    panel = SingPanel(studio(tmp_path, dark_theme, Song.open(CLIPS / "twinkle.mid"), sings=False))
    qtbot.addWidget(panel)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    song = panel.studio.song
    files = SongFiles(song, Recent(tmp_path / "recent.json"), panel.studio.desk, panel, Answers())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine.melisma"), ""))
    first, second, *_ = song.project.tracks[0].notes
    panel.area.roll.type_lyric(first.id)
    field = panel.area.roll._editor
    QTest.keyClicks(field, "moon")
    assert files.save()
    qtbot.waitUntil(lambda: not song.modified)
    assert read_project(tmp_path / "mine.melisma").project.tracks[0].notes[0].lyric == "moon"
    assert field.note == first.id
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.note == second.id
    assert not song.modified  # the word was told already
    panel.close_down()
    panel.studio.player.close()
    files.close()


def test_a_word_is_told_once(qtbot: QtBot, dark_theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field, beside = LyricEditor(dark_theme, window), QLineEdit(window)
    told: list[tuple[str, str]] = []
    field.typed.connect(lambda *word: told.append(word))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.open("n1", "la", _place())
    QTest.keyClicks(field, "moon")
    field.commit()
    field.commit()
    beside.setFocus()
    assert told == [("n1", "moon")]
    assert field.note == ""


def _place() -> Any:
    from PyQt6.QtCore import QRectF

    return QRectF(10, 10, 80, 20)
