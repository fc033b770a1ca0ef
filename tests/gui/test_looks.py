"""What is seen stays whole: in narrow windows, between two starts, under notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PyQt6.QtCore import QObject, QRect, QRectF, pyqtSignal
from PyQt6.QtGui import QFontMetricsF, QImage, QPainter
from PyQt6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.desk import Desk, Notice
from gui.document.song import Song
from gui.panels.base import Studio
from gui.panels.sing.sung_count import SungCount
from gui.theme import Theme
from gui.viewmodels.live import State
from gui.viewmodels.roll import NoteRows
from gui.viewmodels.timeline import Timeline
from gui.widgets.roll_paint import Canvas, Shown, note_rect
from gui.widgets.roll_words import paint_words, words_of
from gui.widgets.toast import Toasts
from tests.gui.shell_studio import make_studio
from tests.gui.sing_studio import MakePanel, panels
from tests.gui.window_stand import MakeWindow, windows
from tests.unit.gui.songs_to_edit import row, song


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return make_studio(tmp_path, dark_theme)


@pytest.fixture
def make(studio: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWindow]:
    with windows(studio, qtbot, tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def make_sing(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[MakePanel]:
    with panels(qtbot, tmp_path, dark_theme) as made:
        yield made


# Between two starts


def test_what_nobody_saw_keeps_its_places(make: MakeWindow, studio: Studio) -> None:
    """A panel that was made but never shown has splitters of a few pixels."""
    studio.settings.put("splitter.queue.columns", [300, 700])
    window = make()
    window.pages.panel("queue")
    window.close()
    assert studio.settings.numbers("splitter.queue.columns") == (300, 700)
    assert sum(studio.settings.numbers("splitter.sing.columns")) > 500


# Words of notes


def painted(theme: Theme, *keys: int) -> QImage:
    """A short note with a long word, and others with nothing in them; a white pixel is painted."""
    notes = row("wonderful", *("" for _ in keys[1:]))
    rows = NoteRows.of(song(*(replace(note, key=key) for note, key in zip(notes, keys, strict=True))).tracks[0])
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(0)
    timeline = Timeline(per_quarter=30.0, top=60.0, per_key=20.0, width=400.0, height=200.0)
    painter = QPainter(image)
    paint_words(Canvas(painter, theme, timeline, QRectF(0, 0, 400, 200)), Shown(rows), backed=False, phones=False)
    painter.end()
    return image


def rightmost(image: QImage, top: int, bottom: int) -> int:
    return max((x for x in range(400) for y in range(top, bottom) if image.pixel(x, y) & 0xFFFFFF), default=0)


def test_a_long_word_goes_on_right_of_a_short_note(dark_theme: Theme) -> None:
    """In row 127 - 60 - 60 = 7 of the picture, from 140 to 160."""
    needed = QFontMetricsF(dark_theme.font("body")).horizontalAdvance("wonderful")
    assert rightmost(painted(dark_theme, 60, 64), 140, 160) >= needed
    assert rightmost(painted(dark_theme, 60, 60), 140, 160) < 30 + 10 < needed  # the next note's own sign is in it


def test_a_new_song_opens_with_room_for_its_words(make_sing: MakePanel) -> None:
    panel = make_sing()
    timeline, roll = panel.view.timeline, panel.area.roll
    metrics = QFontMetricsF(roll.font())
    notes = [note for note in roll.rows.notes if timeline.shown[0] <= note.start < timeline.shown[1]]
    fit = [metrics.horizontalAdvance(words_of(note)) + 6 <= note_rect(timeline, note).width() + 1 for note in notes]
    assert sum(fit) / len(fit) >= 0.75


def test_the_beginning_is_shown_anew_in_another_size_until_somebody_goes_on(make_sing: MakePanel) -> None:
    panel = make_sing()
    panel.resize(1300, 560)
    low, high = panel.view.timeline.keys_shown
    keys = [note.key for note in panel.area.roll.rows.notes[:8]]
    assert low < min(keys) <= max(keys) < high
    panel.view.place(panel.view.timeline.scrolled(200.0))
    left = panel.view.timeline.left
    panel.resize(1300, 780)
    assert panel.view.timeline.left == left


# Narrow windows


def test_a_narrow_sing_panel_folds_its_side_and_keeps_its_words(make_sing: MakePanel) -> None:
    panel = make_sing()
    assert not panel.side.isHidden()
    assert panel.top.side.isChecked()
    panel.resize(940, 560)
    assert panel.side.isHidden()
    assert not panel.top.side.isChecked()
    panel.top.side.click()
    assert panel.side.isVisible()
    assert panel.side.width() >= panel.side.minimumWidth()
    for bar in (panel.top, panel.area.head):
        cut = [
            part
            for part in bar.findChildren(QLabel) + bar.findChildren(QAbstractButton)
            if part.isVisible() and part.width() < part.sizeHint().width()
        ]
        assert [type(part).__name__ for part in cut] == []
    panel.resize(1300, 780)
    assert panel.side.isVisible()


def test_the_lanes_names_are_a_list_where_there_is_no_room(make_sing: MakePanel) -> None:
    panel = make_sing()
    choice = panel.area.head._knobs
    assert choice.names["dynamics"].isVisible()
    panel.resize(880, 560)
    panel.toggle_side()
    assert choice.list.isVisible()
    assert not choice.names["dynamics"].isVisible()
    choice.list.setCurrentIndex(2)
    choice.list.activated.emit(2)
    assert panel.area.lane.knob == "tension"
    panel.resize(1300, 780)
    assert choice.names["tension"].isChecked()
    assert not choice.list.isVisible()


def test_a_side_that_was_dragged_shut_comes_back_with_its_button(make_sing: MakePanel) -> None:
    panel = make_sing()
    columns = panel.top.parentWidget().parentWidget()  # type: ignore[union-attr]
    columns.setSizes([236, 1000, 0])  # type: ignore[union-attr]
    assert not panel.side_open()
    panel.toggle_side()
    assert panel.side_open()
    assert panel.side.width() >= panel.side.minimumWidth()


# Notices


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


def test_notices_lie_on_no_button(page: QWidget, dark_theme: Theme, qtbot: QtBot) -> None:
    toasts = Toasts(dark_theme, page, 26, 80)
    toasts.show_notice(Notice("Vocals and instrumental are there.", "good"))
    low = toasts.geometry()
    button = QPushButton("Show in folder", page)
    button.setGeometry(low.adjusted(20, 0, -20, 0))
    button.setFixedHeight(30)
    button.show()
    toasts.place()
    assert not toasts.geometry().intersects(button.geometry())
    assert QRect(0, 80, 800, 600 - 80 - 26).contains(toasts.geometry())
    button.hide()
    toasts.place()
    assert toasts.geometry() == low


def test_where_there_is_no_free_place_notices_lie_low(page: QWidget, dark_theme: Theme) -> None:
    toasts = Toasts(dark_theme, page, 26, 80)
    for place in range(0, 600, 40):
        QPushButton("x", page).setGeometry(400, place, 400, 36)
    for button in page.findChildren(QPushButton):
        button.show()
    toasts.show_notice(Notice("Done."))
    assert toasts.geometry().bottom() > 500


@pytest.mark.parametrize("kind", ["info", "good", "warn", "bad"])
def test_every_notice_goes_by_itself(
    page: QWidget, dark_theme: Theme, kind: str, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setitem(Toasts.__init__.__globals__["_STAYS_MS"], kind, 1)
    toasts = Toasts(dark_theme, page, 26, 80)
    toasts.show_notice(Notice("Lost.", kind))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: not toasts.shown)


# The status bar


def test_what_is_sung_live_is_told_below(make: MakeWindow, studio: Studio, qtbot: QtBot) -> None:
    window = make()
    studio.desk.sung.emit(34, 1250)
    qtbot.waitUntil(lambda: "34" in window.status.job.text() and "1250" in window.status.job.text())
    assert window.status.progress.isVisible()
    studio.jobs.run("sing", "Choir", "sing", {}, lambda _: ())
    qtbot.waitUntil(lambda: window.status.job.text() == "Choir")  # jobs that the user began come first
    studio.jobs.cancel(studio.jobs.all()[0].id)
    studio.desk.sung.emit(0, 0)
    qtbot.waitUntil(lambda: not window.status.progress.isVisible())


def _ends_with(told: list[tuple[int, int]], last: tuple[int, int]) -> bool:
    return told[-1:] == [last]


class Singing(QObject):
    """As the singer of one track: what states its phrases have."""

    changed = pyqtSignal(str)
    busy = True

    def __init__(self) -> None:
        super().__init__()
        self.states: list[State] = []

    def live(self, _track: str) -> Singing:
        return self

    @property
    def phrases(self) -> range:
        return range(len(self.states))

    def state(self, phrase: int) -> State:
        return self.states[phrase]

    def becomes(self, *states: State) -> None:
        self.states = list(states)
        self.busy = not all(state is State.DONE for state in states)
        self.changed.emit("t1")


def test_only_what_was_missing_is_counted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.panels.sing.sung_count._LOOKS_MS", 0)
    singer, desk, edited = Singing(), Desk(), Song()
    edited.do("draw", lambda _: song(*row("a")))
    count = SungCount(edited, singer, desk)  # type: ignore[arg-type]
    told: list[tuple[int, int]] = []
    desk.sung.connect(lambda done, total: told.append((done, total)))
    there, missing = State.DONE, State.WAITING
    for states, last in (
        ((there, *[missing] * 6), (0, 6)),
        ((*[there] * 4, *[missing] * 3), (3, 6)),
        ((there,) * 7, (0, 0)),
    ):
        singer.becomes(*states)
        qtbot.waitUntil(partial(_ends_with, told, last))
    singer.becomes(*[there] * 6, missing)  # one phrase after an edit: nobody reads that
    qtbot.waitUntil(lambda: not count._timer.isActive())
    assert told[-1] == (0, 0)
