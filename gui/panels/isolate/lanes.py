"""Mix, vocals and instrumental on one time line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QScrollBar, QSplitter, QVBoxLayout, QWidget

from gui.panels.isolate import keys
from gui.panels.isolate.lane_row import HEADER_PX, LaneRow
from gui.panels.isolate.listening import AGAIN, Listening
from gui.panels.isolate.sounds import Sound
from gui.texts import isolate as text
from gui.theme import Theme
from gui.widgets.seconds_ruler import SecondsRuler
from gui.widgets.sound_lane import Mode
from gui.widgets.time_view import TimeView

NAMES = ("mix", "vocals", "again", "instrumental")


class Lanes(QWidget):
    """`sought` in seconds, `looped` with (begin, end) or None; `rows` by name."""

    sought = pyqtSignal(float)
    looped = pyqtSignal(object)

    def __init__(self, theme: Theme, file_of: Callable[[str], Path | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = TimeView(self)
        self.ruler = SecondsRuler(theme, self.view)
        self.rows = {name: self._row(theme, name, file_of) for name in NAMES}
        self.scroll_bar = QScrollBar(Qt.Orientation.Horizontal)
        self.scroll_bar.setAccessibleName(text.SCROLL)
        self.scroll_bar.valueChanged.connect(self._scrolled)
        self.view.changed.connect(self._moved)
        self.ruler.sought.connect(self.sought)
        self.ruler.looped.connect(self.looped)
        for row in self.rows.values():
            row.lane.sought.connect(self.sought)
            row.lane.looped.connect(self.looped)
        self._lay_out()
        self._moved()

    def show_sound(self, name: str, sound: Sound | None, note: str) -> None:
        """What is known of a sound by now; `note` where nothing is."""
        row = self.rows[name]
        row.lane.show_sound(sound.wave if sound else None, sound.rows if sound else None)
        row.lane.show_note(note)
        row.show_file(sound is not None, sound.loudness_lufs if sound else None)
        row.setVisible(name != AGAIN or sound is not None)

    def show_mode(self, mode: Mode) -> None:
        for row in self.rows.values():
            row.lane.show_mode(mode)

    def show_listening(self, listening: Listening) -> None:
        for name, row in self.rows.items():
            row.show_listening(name in listening.solo, name in listening.mute, listening.is_heard(name))

    def show_cursor(self, seconds: float, follow: bool = False) -> None:
        """Where playback stands."""
        if follow:
            self.view.follow(seconds)
        self.ruler.show_cursor(seconds)
        for row in self.rows.values():
            row.lane.show_cursor(seconds)

    def show_loop(self, loop: tuple[float, float] | None) -> None:
        self.ruler.show_loop(loop)
        for row in self.rows.values():
            row.lane.show_loop(loop)

    def _row(self, theme: Theme, name: str, file_of: Callable[[str], Path | None]) -> LaneRow:
        def files() -> list[Path]:
            file = file_of(name)
            return [] if file is None else [file]

        own_keys = (keys.SOLO[name], keys.MUTE[name]) if name in keys.SOLO else None
        return LaneRow(theme, self.view, name, files, own_keys)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("isolate.lanes4")
        split.setChildrenCollapsible(False)
        for row in self.rows.values():
            split.addWidget(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(_beside_header(self.ruler))
        column.addWidget(split, 1)
        column.addLayout(_beside_header(self.scroll_bar))

    def _moved(self) -> None:
        """The scroll bar counts in thousandths of what is shown."""
        view = self.view
        page = 1000
        whole = round(page * view.duration_s / max(view.shown_s, 1e-9)) if view.duration_s > 0 else page
        self.scroll_bar.blockSignals(True)
        self.scroll_bar.setRange(0, max(0, whole - page))
        self.scroll_bar.setPageStep(page)
        self.scroll_bar.setSingleStep(page // 10)
        self.scroll_bar.setValue(round(page * view.start_s / max(view.shown_s, 1e-9)))
        self.scroll_bar.blockSignals(False)

    def _scrolled(self, value: int) -> None:
        self.view.scroll_to(value / 1000 * self.view.shown_s)


def _beside_header(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(HEADER_PX, 0, 0, 0)
    row.addWidget(widget)
    return row
