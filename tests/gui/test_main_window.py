"""The window around the panels: what goes where, what is asked, what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QSplitter, QVBoxLayout
from pytestqt.qtbot import QtBot

from engine.api.project import set_track
from gui.commands import Command
from gui.document.recent import Recent
from gui.jobs import JobState
from gui.main_window import MainWindow
from gui.panels.base import Panel, Studio
from gui.panels.table import PanelEntry
from gui.settings_dialog import SettingsDialog
from gui.theme import Theme
from gui.widgets.command_palette import CommandPalette
from gui.widgets.shortcuts_page import ShortcutsPage
from gui.widgets.toast import Toast
from tests.gui.shell_studio import Answers, FakeEngine, make_studio, told


class Recorder(Panel):
    """A panel that takes files by their suffix and writes down what happened."""

    suffix = ""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.taken: list[Path] = []
        self.done: list[str] = []
        self.closed = False
        column = QVBoxLayout(self)
        self.splitter = QSplitter()
        self.splitter.setObjectName(f"{self.id}.columns")
        for _ in range(2):
            self.splitter.addWidget(Panel(studio))
        column.addWidget(self.splitter)

    def commands(self) -> Sequence[Command]:
        return (Command(f"{self.id}.go", f"Go {self.id}", lambda: self.done.append("go"), "Ctrl+G"),)

    def accepts(self, paths: Sequence[Path]) -> bool:
        return any(path.suffix == self.suffix for path in paths)

    def take(self, paths: Sequence[Path]) -> None:
        self.taken += paths

    def close_down(self) -> None:
        self.closed = True


class First(Recorder):
    id, title, icon, suffix = "sing", "First", "sing", ".a"


class Second(Recorder):
    id, title, icon, suffix = "queue", "Second", "queue", ".b"


ENTRIES = tuple(PanelEntry(one.id, one.title, one.icon, __name__, one.__name__) for one in (First, Second))

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return make_studio(tmp_path, dark_theme)


@pytest.fixture
def make(studio: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWindow]:
    monkeypatch.setattr("gui.panels.table.import_module", lambda _: __import__("sys").modules[__name__])
    made: list[MainWindow] = []

    def window(answers: Answers | None = None, own: Studio | None = None) -> MainWindow:
        choose = answers or Answers()
        made.append(MainWindow(own or studio, Recent(tmp_path / "recent.json"), ENTRIES, choose))
        made[-1].resize(1100, 700)
        with qtbot.waitActive(made[-1]):
            made[-1].show()
            made[-1].activateWindow()
        return made[-1]

    yield window
    for each in made:
        each.close_at_once()
        each.close_down()
        each.deleteLater()


def of(window: MainWindow, panel_id: str) -> Recorder:
    panel = window.pages.panel(panel_id)
    assert isinstance(panel, Recorder)
    return panel


def edit(studio: Studio) -> None:
    studio.song.do("rename", lambda project: set_track(project, None, {"name": "Other"}))


def drop(window: MainWindow, paths: Sequence[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(300, 300), action, mime, buttons, keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), action, mime, buttons, keys))


def test_only_the_panel_that_is_seen_is_made_at_once(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    assert [panel.id for panel in window.pages.panels] == ["sing"]
    window.pages.make_rest()
    qtbot.waitUntil(lambda: len(window.pages.panels) == 2)


def test_keys_belong_to_the_panel_that_is_seen(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    for panel_id in ("sing", "queue", "sing"):
        window.show_panel(panel_id)
        qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert of(window, "sing").done == ["go", "go"]
    assert of(window, "queue").done == ["go"]


def test_ctrl_and_a_number_shows_a_panel(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.current == "queue"


def test_dropped_files_go_where_they_are_taken(make: MakeWindow, tmp_path: Path, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    said = told(studio)
    files = [tmp_path / name for name in ("one.a", "two.b", "three.c")]
    for file in files:
        file.write_bytes(b"x")
    drop(window, files)
    qtbot.waitUntil(lambda: bool(said))
    names = {name: [path.name for path in of(window, name).taken] for name in ("sing", "queue")}
    assert names == {"sing": ["one.a"], "queue": ["two.b"]}
    assert window.pages.current == "sing"  # it took something, so it stays
    assert "three.c" in said[0]


def test_a_drop_shows_the_panel_that_takes_it(make: MakeWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window = make()
    (tmp_path / "two.b").write_bytes(b"x")
    drop(window, [tmp_path / "two.b"])
    qtbot.waitUntil(lambda: window.pages.current == "queue")


def test_another_panel_can_be_handed_files(make: MakeWindow, studio: Studio) -> None:
    window = make()
    studio.desk.hand("queue", [Path("/x/y.b")])
    assert window.pages.current == "queue"
    assert of(window, "queue").taken == [Path("/x/y.b")]


def test_the_palette_finds_and_does(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    window.show_palette()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "gosing")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert of(window, "sing").done == ["go"]


def test_the_palette_goes_by_arrows_and_says_when_nothing_fits(make: MakeWindow, qtbot: QtBot) -> None:
    window = make()
    window.show_palette()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == palette.list.count() - 1
    palette.field.setText("qqqq")
    assert not palette.list.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)  # nothing to do, nothing breaks
    palette.reject()


def test_the_page_of_shortcuts_lists_all_and_filters(make: MakeWindow) -> None:
    window = make()
    window.show_shortcuts()
    page = window.findChild(ShortcutsPage)
    assert page is not None
    listed = {text for text, _ in page.rows()}
    commands = window.studio.commands
    assert listed == {command.text for command in (*commands.of(""), *commands.of("sing"))}
    page.field.setText("ctrl+k")
    assert len(page.rows()) == 1
    page.reject()


def test_undo_and_redo_by_keys_and_buttons(make: MakeWindow, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    before = studio.song.project
    edit(studio)
    assert window.transport.undo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert studio.song.project is before
    window.transport.redo.click()
    assert studio.song.project is not before
    assert window.isWindowModified()


@pytest.mark.parametrize(("answer", "closes"), [(1, True), (2, False)])
def test_closing_with_unsaved_changes_asks_once(make: MakeWindow, studio: Studio, answer: int, closes: bool) -> None:
    answers = Answers(answer)
    window = make(answers)
    edit(studio)
    assert window.close() is closes
    assert len(answers.questions) == 1


def test_closing_while_a_job_runs_asks(make: MakeWindow, studio: Studio) -> None:
    answers = Answers(1, 0)
    window = make(answers)
    studio.jobs.run("sing", "a.wav", "sing", {}, lambda _: ())
    assert not window.close()
    assert window.close()
    assert [question.answers[0] for question in answers.questions] == ["Stop and close"] * 2


def test_nothing_to_lose_nothing_asked(make: MakeWindow) -> None:
    assert make(Answers()).close()


def test_a_song_is_saved_before_it_goes(make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    window = make(Answers(0))
    edit(studio)
    changed = studio.song.project
    window.new_song()
    qtbot.waitUntil(lambda: studio.song.path is None)
    studio.song.become(type(studio.song).open(tmp_path / "mine.melisma"))
    assert studio.song.project.tracks[0].name == changed.tracks[0].name == "Other"


def test_what_is_edited_while_a_song_is_read_is_asked_about(
    make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    answers = Answers(2)  # cancel
    window = make(answers)
    window.open_song(tmp_path / "mine.melisma")  # nothing to lose yet
    edit(studio)
    edited = studio.song.project
    qtbot.waitUntil(lambda: len(answers.questions) == 1)
    assert studio.song.project is edited


def test_a_recent_file_that_is_gone_is_told_and_forgotten(make: MakeWindow, studio: Studio, tmp_path: Path) -> None:
    recent = Recent(tmp_path / "recent.json")
    recent.add(tmp_path / "gone.melisma")
    window = make()
    said = told(studio)
    window.open_song(tmp_path / "gone.melisma")
    assert "gone.melisma" in said[0]
    assert recent.files() == ()


def test_saving_puts_the_song_among_the_recent(make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot) -> None:
    window = make()
    studio.song.save(tmp_path / "mine.melisma")
    window.save()
    recent = Recent(tmp_path / "recent.json")
    qtbot.waitUntil(lambda: [entry.path for entry in recent.files()] == [tmp_path / "mine.melisma"])


def test_the_window_closes_when_the_song_is_written(
    make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    answers = Answers(0)
    window = make(answers)
    edit(studio)
    with qtbot.waitSignal(window.closed):
        assert not window.close()
        assert window.isVisible()
    assert not studio.song.modified
    assert not window.isVisible()
    assert len(answers.questions) == 1


def test_a_song_that_cannot_be_written_keeps_the_window(
    make: MakeWindow, studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio.song.save(tmp_path / "mine.melisma")
    window = make(Answers(0, 1))
    said = told(studio)
    edit(studio)
    (tmp_path / "mine.melisma").write_text("another program was here")
    assert not window.close()
    qtbot.waitUntil(lambda: bool(said))
    assert "another program" in said[0]
    assert window.isVisible()
    assert studio.song.modified
    assert window.close()  # the second answer: do not save


def test_panel_size_and_splitters_are_remembered(make: MakeWindow, tmp_path: Path, dark_theme: Theme) -> None:
    window = make()
    window.show_panel("queue")
    of(window, "queue").splitter.setSizes([200, 800])
    sizes = of(window, "queue").splitter.sizes()
    window.resize(960, 711)  # no larger than the screen that there is not
    window.close()
    again = MainWindow(make_studio(tmp_path, dark_theme), Recent(tmp_path / "r.json"), ENTRIES, Answers())
    again.show()
    assert again.pages.current == "queue"
    assert again.height() == 711
    kept = of(again, "queue").splitter.sizes()
    assert kept[0] / sum(kept) == pytest.approx(sizes[0] / sum(sizes), abs=0.03)
    again.close_at_once()
    again.close_down()
    again.deleteLater()


def test_broken_settings_cost_only_themselves(make: MakeWindow, tmp_path: Path, dark_theme: Theme) -> None:
    studio = make_studio(tmp_path, dark_theme)
    studio.settings.put("window.geometry", "nonsense")
    studio.settings.put("window.panel", "nowhere")
    studio.settings.put("splitter.sing.columns", [1.0])
    assert make(own=studio).pages.current == "sing"


def test_the_status_bar_says_what_computes_and_what_runs(make: MakeWindow, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    engine = studio.engine
    assert isinstance(engine, FakeEngine)
    engine.ready.emit({})
    facts = {"provider": "the CPU", "reason": "No GPU.", "threads": 2, "cores": 4, "runtime": "1.31", "problem": ""}
    engine.of("facts")[0].answer(facts)
    assert window.status.device.text() == "CPU (no model loaded yet)"
    assert "No GPU." in window.status.device.toolTip()
    studio.jobs.run("sing", "a.wav", "sing", {}, lambda _: ())
    engine.of("sing")[0].progressed.emit("Singing", 2, 8)
    qtbot.waitUntil(lambda: window.status.progress.value() == 2)
    assert window.status.progress.maximum() == 8
    assert "a.wav" in window.status.job.text()


def test_settings_open_by_key_and_a_device_chosen_there_is_asked_for_anew(
    make: MakeWindow, studio: Studio, qtbot: QtBot
) -> None:
    window = make()
    engine = studio.engine
    assert isinstance(engine, FakeEngine)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    assert dialog.isVisible()
    asked = len(engine.of("facts"))
    dialog.device_chosen.emit("cpu")
    assert (engine.device, len(engine.of("facts"))) == ("cpu", asked + 2)  # for the status bar, and for the dialog
    dialog.theme_chosen.emit("light")
    assert studio.theme.choice == "light"
    assert studio.settings.text("theme") == "light"
    dialog.accept()


def test_a_device_that_cannot_be_used_is_shown(make: MakeWindow, studio: Studio) -> None:
    window = make()
    engine = studio.engine
    assert isinstance(engine, FakeEngine)
    engine.ready.emit({})
    engine.of("facts")[0].answer({"problem": "CUDA is missing.", "hint": "Install it."})
    assert "CUDA is missing. Install it." in window.status.device.toolTip()


def test_notices_stand_once_and_do_what_they_offer(make: MakeWindow, studio: Studio) -> None:
    window = make()
    done: list[str] = []
    for _ in range(2):
        studio.desk.tell("Lost.", "bad", "Again", lambda: done.append("again"))
    assert window.toasts.shown == ("Lost.",)
    button = next(one for one in window.toasts.findChildren(QAbstractButton) if one.text() == "Again")
    button.click()
    assert done == ["again"]
    assert window.toasts.shown == ()
    for number in range(9):
        studio.desk.tell(f"Notice {number}")
    assert window.toasts.shown[-1] == "Notice 8"
    assert len(window.toasts.shown) <= 4
    assert window.rect().contains(window.toasts.geometry())
    for shown in window.toasts.findChildren(Toast):
        label = shown.findChildren(QLabel)[1]
        assert label.height() >= label.heightForWidth(label.width()) > 0  # no sentence is cut off


def test_jobs_are_counted_at_the_queue(make: MakeWindow, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    job = studio.jobs.run("sing", "a.wav", "sing", {}, lambda _: ())
    button = next(one for one in window.rail.findChildren(QAbstractButton) if one.text() == "Second")
    qtbot.waitUntil(lambda: button.accessibleDescription() == "1")
    studio.jobs.cancel(job.id)
    qtbot.waitUntil(lambda: job.state is JobState.CANCELLED and button.accessibleDescription() == "")


def test_every_control_has_a_name(make: MakeWindow) -> None:
    window = make()
    nameless = [
        type(one).__name__
        for one in window.findChildren(QAbstractButton)
        if not (one.accessibleName() or one.text()) and one.isVisible()
    ]
    assert nameless == []


def test_the_end_closes_every_panel(make: MakeWindow) -> None:
    window = make()
    window.pages.panel("queue")
    window.close()
    window.close_down()
    assert [panel.closed for panel in window.pages.panels if isinstance(panel, Recorder)] == [True, True]
