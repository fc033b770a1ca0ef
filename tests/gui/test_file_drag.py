"""Files dragged out keep their place and stay; files dragged in are judged by name and copied at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.errors import MelismaError
from gui.document.leftovers import MARKS
from gui.theme import Theme
from gui.widgets import drop_in, file_drag
from gui.widgets.drop_in import DropIn, is_fleeting, offered_paths
from gui.widgets.file_drag import DragHandle, copy_files, files_mime, placed_file, position_name

# Out


def test_a_name_says_where_the_file_belongs() -> None:
    assert position_name("Lead", 8.0, "5.1") == "Lead @ 5.1 00m08.000s.wav"
    assert position_name("Lead", 3_725.0624, suffix=".mp4") == "Lead @ 62m05.062s.mp4"
    assert position_name("a/b: c?", 59.9996) == "a_b_ c_ @ 01m00.000s.wav"
    assert position_name("..", -1) == "sound @ 00m00.000s.wav"


@given(st.text(max_size=30), st.floats(0, 36_000))
def test_any_name_is_one_that_file_systems_take(name: str, start_s: float) -> None:
    made = position_name(name, start_s)
    assert not set(made) & set('<>:"/\\|?*\0')
    assert Path(made).name == made
    assert made.endswith(".wav")


def test_a_placed_file_is_the_same_bytes_and_leaves_an_older_take(tmp_path: Path) -> None:
    take = tmp_path / "Lead.wav"
    take.write_bytes(b"one")
    placed = placed_file(take, tmp_path / "renders", 8.0, "5.1")
    assert placed.name == "Lead @ 5.1 00m08.000s.wav"
    assert placed.samefile(take)
    assert placed_file(take, tmp_path / "renders", 8.0, "5.1") == placed
    take.unlink()
    take.write_bytes(b"two")
    newer = placed_file(take, tmp_path / "renders", 8.0, "5.1")
    assert newer.read_bytes() == b"two"
    assert newer != placed
    assert placed.read_bytes() == b"one"  # a session may play it from there
    assert placed_file(take, tmp_path / "renders", 8.0, "5.1") == newer


def test_where_no_second_name_can_be_a_copy_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take, folder = tmp_path / "Lead.wav", tmp_path / "renders"
    take.write_bytes(b"one")

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    placed = placed_file(take, folder, 8.0)
    assert placed_file(take, folder, 8.0) == placed
    take.write_bytes(b"two")  # over itself
    assert placed_file(take, folder, 8.0) != placed
    assert placed.read_bytes() == b"one"
    monkeypatch.setattr(file_drag, "_COPIED_BYTES", 2)
    assert placed_file(take, folder, 9.0) == take  # too large to wait for
    assert placed_file(take, take, 8.0) == take  # nor is that a folder


def test_the_grip_offers_whole_files_that_are_there(
    qtbot: QtBot, dark_theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, gone = tmp_path / "there.wav", tmp_path / "gone.wav"
    there.touch()
    offered: list[QMimeData] = []

    class Recorded(file_drag.QDrag):
        def setMimeData(self, data: QMimeData | None) -> None:
            assert data is not None
            offered.append(data)
            super().setMimeData(data)

        def exec(self, actions: Qt.DropAction = Qt.DropAction.IgnoreAction) -> Qt.DropAction:  # type: ignore[override]
            assert actions == Qt.DropAction.CopyAction
            return actions

    monkeypatch.setattr(file_drag, "QDrag", Recorded)
    grip = DragHandle(dark_theme, "vocals", lambda: [there, gone])
    qtbot.addWidget(grip)
    grip.show()
    with qtbot.waitSignal(grip.dropped):
        qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        qtbot.mouseMove(grip, QPoint(6, 4))
        qtbot.mouseMove(grip, QPoint(60, 40))
    assert [url.toLocalFile() for mime in offered for url in mime.urls()] == [str(there)]


def test_the_keyboard_copies_the_file(qtbot: QtBot, dark_theme: Theme, tmp_path: Path) -> None:
    file = tmp_path / "vocals.wav"
    file.touch()
    grip = DragHandle(dark_theme, "vocals", lambda: [file])
    qtbot.addWidget(grip)
    with qtbot.waitSignal(grip.copied):
        qtbot.keyClick(grip, Qt.Key.Key_Return)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert offered_paths(clipboard.mimeData()) == (file,)
    assert not copy_files([tmp_path / "gone.wav"])


# In


def test_offers_are_urls_or_text_with_paths() -> None:
    assert offered_paths(files_mime([Path("/a b/ä.mid")])) == (Path("/a b/ä.mid"),)
    told = QMimeData()
    told.setText('file:///tmp/a%20b.mid\n"/tmp/c.wav"\nhello\n')
    assert offered_paths(told) == (Path("/tmp/a b.mid"), Path("/tmp/c.wav"))
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/a.mid")])
    assert offered_paths(web) == ()
    assert offered_paths(QMimeData()) == offered_paths(None) == ()


def test_fleeting_places(tmp_path: Path) -> None:
    assert is_fleeting(tmp_path / "clip.mid")
    assert is_fleeting(Path("/home/me/Music/Live/Temp Project/Samples/a.wav"))
    assert is_fleeting(Path("/Users/me/Library/Caches/Daw/a.wav"))
    assert is_fleeting(Path("/tmp/drag-1/a.wav"))
    assert is_fleeting(Path.home() / ".cache" / "daw" / "a.wav")
    assert is_fleeting(Path("/C:/Users/me/AppData/Local/Temp/a.wav"))


@pytest.mark.parametrize("folder", ["Temptation", "tmp", "temp/mixes", "cache", "Caches", "Temporary", "My Project"])
def test_folders_of_the_users_own_last(folder: str) -> None:
    assert not is_fleeting(Path("/home/me/Music") / folder / "a.wav")


class Target:
    """A widget that takes MIDI files and sounds, and events as a system would send them."""

    def __init__(self, qtbot: QtBot, inbox: Path) -> None:
        self.widget = QWidget()
        qtbot.addWidget(self.widget)
        self.drop = DropIn(self.widget, lambda paths: all(path.suffix in (".mid", ".wav") for path in paths), inbox)
        self.taken: list[tuple[Path, ...]] = []
        self.drop.taken.connect(self.taken.append)

    def enter(self, *paths: Path) -> bool:
        self.mime = files_mime(paths)
        event = QDragEnterEvent(QPoint(5, 5), _COPY | _MOVE, self.mime, _LEFT, _NO_KEY)
        QGuiApplication.sendEvent(self.widget, event)
        return event.isAccepted()

    def let_go(self, *paths: Path) -> QDropEvent:
        self.enter(*paths)  # nothing is dropped where nothing was held
        event = QDropEvent(QPointF(5, 5), _COPY | _MOVE, self.mime, _LEFT, _NO_KEY)
        event.setDropAction(_MOVE)
        QGuiApplication.sendEvent(self.widget, event)
        return event


_COPY, _MOVE = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction
_LEFT, _NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def target(qtbot: QtBot, tmp_path: Path) -> Target:
    return Target(qtbot, tmp_path / "inbox")


def test_entering_opens_nothing(target: Target) -> None:
    assert target.enter(Path("/nowhere/made-at-the-drop.mid"))
    assert not target.enter(Path("/nowhere/picture.png"))


def test_what_is_dropped_is_held_before_it_vanishes(target: Target, tmp_path: Path, qtbot: QtBot) -> None:
    clip = tmp_path / "clip.mid"
    clip.write_bytes(b"notes")
    event = target.let_go(clip)
    clip.write_bytes(b"other notes")  # of the next drag
    clip.unlink()
    assert event.isAccepted()
    assert event.dropAction() == _COPY  # with a move the other program would delete its own
    qtbot.waitUntil(lambda: bool(target.taken))
    ((kept,),) = target.taken
    assert kept == tmp_path / "inbox" / "clip.mid"
    assert kept.read_bytes() == b"notes"


def test_the_same_name_again_overwrites_nothing(target: Target, tmp_path: Path, qtbot: QtBot) -> None:
    clip = tmp_path / "clip.mid"
    for notes in (b"one", b"two", b"one"):
        clip.write_bytes(notes)
        target.let_go(clip)
    qtbot.waitUntil(lambda: len(target.taken) == 3)
    assert [kept.read_bytes() for (kept,) in target.taken] == [b"one", b"two", b"one"]
    assert target.taken[0] == target.taken[2] != target.taken[1]


def test_large_files_are_copied_beside_the_window_even_when_they_vanish(
    target: Target, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_in, "_AT_ONCE_BYTES", 100)
    monkeypatch.setattr(drop_in, "_TOLD_BYTES", 1000)
    sound, clip = tmp_path / "sound.wav", tmp_path / "clip.mid"
    sound.write_bytes(bytes(range(256)) * 40)
    clip.write_bytes(b"notes")
    with qtbot.waitSignals([target.drop.copying, target.drop.taken]):
        target.let_go(sound, clip)
        sound.unlink()
    assert [kept.name for kept in target.taken[0]] == ["sound.wav", "clip.mid"]
    assert target.taken[0][0].read_bytes() == bytes(range(256)) * 40
    target.drop.close()


def test_lasting_files_stay_where_they_are(
    target: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    monkeypatch.setattr(drop_in, "is_fleeting", lambda _: False)
    song = tmp_path / "song.wav"
    song.touch()
    target.let_go(song)
    assert target.taken == []  # the other program has its drag back first
    qtbot.waitUntil(lambda: target.taken == [(song,)])


def test_one_that_cannot_be_copied_does_not_cost_the_others(
    target: Target, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_in, "_MOST_ALIKE", 3)
    (tmp_path / "a.mid").write_bytes(b"notes")
    (tmp_path / "b.mid").write_bytes(b"more notes")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("a.mid", "a-2.mid"):  # every name that it could have
        (inbox / name).touch()
    with qtbot.waitSignals([target.drop.failed, target.drop.taken]):
        target.let_go(tmp_path / "a.mid", tmp_path / "b.mid")
    assert target.taken == [(inbox / "b.mid",)]


def test_copies_are_ours_to_clear(target: Target, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "clip.mid").write_bytes(b"notes")
    target.let_go(tmp_path / "clip.mid")
    qtbot.waitUntil(lambda: bool(target.taken))
    mark = tmp_path / "inbox" / MARKS / "clip.mid"
    assert mark.is_file()
    assert copy_files([tmp_path / "inbox" / "clip.mid"])
    assert not mark.exists()  # somebody has it now
    target.let_go(tmp_path / "clip.mid")
    qtbot.waitUntil(lambda: len(target.taken) == 2)
    assert not mark.exists()  # and has it still


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(target: Target, tmp_path: Path, qtbot: QtBot) -> None:
    os.mkfifo(tmp_path / "pipe.mid")
    with qtbot.waitSignal(target.drop.failed):
        target.let_go(tmp_path / "pipe.mid")


def test_a_file_that_is_gone_already_is_told(target: Target, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(target.drop.failed) as told:
        target.let_go(tmp_path / "gone.mid")
    (error,) = told.args
    assert isinstance(error, MelismaError)
    assert "gone.mid" in error.message
    assert target.taken == []
