"""Where a file is written: the ending that is added leads over nothing that nobody agreed to."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.panels.avatar.dialogs import ask_out
from gui.theme import Theme
from gui.widgets.save_dialog import ask_save
from tests.gui.shell_studio import Answers
from tests.gui.sing_studio import panels
from tests.gui.song_stand import stands


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed in one dialog after the other."""
    names: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (names.pop(0), ""))
    return names


def test_a_song_is_not_written_over_one_that_was_not_named(qtbot: QtBot, tmp_path: Path, typed: list[str]) -> None:
    other = tmp_path / "other.melisma"
    other.write_text("somebody's work")
    with stands(qtbot, tmp_path) as make:
        stand = make(1, 0)
        stand.rename("Mine")
        typed += [str(tmp_path / "other"), ""]
        assert not stand.files.save_as()
        assert other.read_text() == "somebody's work"
        assert "other.melisma" in stand.answers.questions[0].title
        typed += [str(tmp_path / "other")]
        assert stand.files.save_as()
        qtbot.waitUntil(lambda: stand.song.path == other)


def test_who_does_not_replace_names_another(qtbot: QtBot, tmp_path: Path, typed: list[str]) -> None:
    (tmp_path / "a.wav").touch()
    window, answers = QWidget(), Answers(1)
    qtbot.addWidget(window)
    typed += [str(tmp_path / "a"), str(tmp_path / "b")]
    assert ask_save(window, "", tmp_path, "", ".wav", choose=answers) == tmp_path / "b.wav"
    typed += [str(tmp_path / "a.WAV"), str(tmp_path / "a.wav")]
    assert ask_save(window, "", tmp_path, "", ".wav", choose=answers) == tmp_path / "a.WAV"
    assert ask_save(window, "", tmp_path, "", ".wav", choose=answers) == tmp_path / "a.wav"
    assert len(answers.questions) == 1  # the dialog itself has asked about names that were typed whole


def test_a_sound_is_not_sung_over_one_that_was_not_named(
    qtbot: QtBot, tmp_path: Path, dark_theme: Theme, typed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Take 1.5.wav").touch()
    with panels(qtbot, tmp_path, dark_theme) as make:
        panel, answers = make(sings=False), Answers(1, 0)
        sung: list[Path] = []
        monkeypatch.setattr(panel._files, "_choose", answers)
        monkeypatch.setattr(panel.exporting, "sing_to", sung.append)
        typed += [str(tmp_path / "Take 1.5"), ""]
        panel._files.ask()
        assert sung == []
        typed += [str(tmp_path / "Take 1.5"), str(tmp_path / "b.flac")]
        panel._files.ask()
        panel._files.ask()
        assert sung == [tmp_path / "Take 1.5.wav", tmp_path / "b.flac"]
    assert len(answers.questions) == 2


def test_pictures_of_a_video_go_to_a_folder_without_an_ending(qtbot: QtBot, tmp_path: Path, typed: list[str]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    typed += [str(tmp_path / "frames"), str(tmp_path / "film")]
    assert ask_out(window, tmp_path / "x", "png") == tmp_path / "frames"
    assert ask_out(window, tmp_path / "x", "mp4") == tmp_path / "film.mp4"
