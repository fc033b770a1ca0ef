"""The middle of the Sing panel: ruler, keys, roll, phones, lane and waveform, all on one time line."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QScrollBar, QSplitter, QVBoxLayout, QWidget

from gui.document.lyrics import CountSyllables
from gui.theme import Theme
from gui.widgets.keyboard import WIDTH, Keyboard
from gui.widgets.lane import Lane
from gui.widgets.lane_head import LaneHead, LaneScale
from gui.widgets.phone_strip import PhoneStrip
from gui.widgets.piano_roll import PianoRoll
from gui.widgets.roll_hands import Editing
from gui.widgets.roll_view import RollView
from gui.widgets.ruler import Ruler
from gui.widgets.wave import Wave

_BAR_PX = 12
_BEHIND_QUARTERS = 16.0
"""Room behind the last note, to go on writing."""


class RollArea(QWidget):
    """Everything on the time line, with its scroll bars."""

    def __init__(
        self,
        theme: Theme,
        view: RollView,
        song: Editing,
        count: CountSyllables,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._last = 0.0
        self._telling = False
        self.ruler = Ruler(theme, view, self)
        self.keyboard = Keyboard(theme, view, self)
        self.roll = PianoRoll(theme, view, song, count, self)
        self.phones = PhoneStrip(theme, view, self)
        self.lane = Lane(theme, view, self)
        self.head = LaneHead(theme, self.lane, self)
        self.scale = LaneScale(theme, self.lane, self)
        self.wave = Wave(theme, view, self)
        self._across = QScrollBar(Qt.Orientation.Horizontal, self)
        self._up = QScrollBar(Qt.Orientation.Vertical, self)
        self.roll.key_lit.connect(self.keyboard.light)
        self._across.valueChanged.connect(self._scrolled)
        self._up.valueChanged.connect(self._scrolled)
        view.moved.connect(self._moved)
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        notes = _column(
            _row(_Blank(theme, self), self.ruler, _Blank(theme, self)),
            _row(self.keyboard, self.roll, self._up),
            _row(_Blank(theme, self), self.phones, _Blank(theme, self)),
            grows=1,
        )
        knob = _column(self.head, _row(self.scale, self.lane, _Blank(theme, self)), grows=1)
        sung = _column(
            _row(_Blank(theme, self), self.wave, _Blank(theme, self)),
            _row(_Blank(theme, self), self._across, _Blank(theme, self)),
            grows=0,
        )
        rows = QSplitter(Qt.Orientation.Vertical, self)
        rows.setObjectName("sing.rows")
        rows.setChildrenCollapsible(False)
        for part, stretch in ((notes, 1), (knob, 0), (sung, 0)):
            rows.addWidget(part)
            rows.setStretchFactor(rows.count() - 1, stretch)
        rows.setSizes([520, 124, 84])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(rows)

    def show_end(self, quarters: float) -> None:
        """The song's last note ends there."""
        self._last = quarters
        self._moved()

    def _moved(self) -> None:
        timeline = self._view.timeline
        page = timeline.width
        song_px = (self._last + _BEHIND_QUARTERS) * timeline.per_quarter
        end = max(song_px - page, timeline.left * timeline.per_quarter, 0.0)
        tall = max(0.0, 128 * timeline.per_key - timeline.height)
        self._telling = True
        self._across.setRange(0, round(end))
        self._across.setPageStep(round(page))
        self._across.setSingleStep(40)
        self._across.setValue(round(timeline.left * timeline.per_quarter))
        self._up.setRange(0, round(tall))
        self._up.setPageStep(round(timeline.height))
        self._up.setSingleStep(round(timeline.per_key))
        self._up.setValue(round(timeline.top * timeline.per_key))
        self._telling = False

    def _scrolled(self) -> None:
        if self._telling:
            return
        timeline = self._view.timeline
        dx = self._across.value() - round(timeline.left * timeline.per_quarter)
        dy = self._up.value() - round(timeline.top * timeline.per_key)
        self._view.place(timeline.scrolled(dx, dy))


class _Blank(QWidget):
    """What is left of the time line and right of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        QPainter(self).fillRect(self.rect(), self._theme.tokens.panel)


def _row(left: QWidget, middle: QWidget, right: QWidget) -> QWidget:
    """Something on the time line, between what belongs to it."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    left.setFixedWidth(WIDTH)
    right.setFixedWidth(_BAR_PX)
    row.addWidget(left)
    row.addWidget(middle, 1)
    row.addWidget(right)
    return box


def _column(*parts: QWidget, grows: int) -> QWidget:
    """Parts one below the other; number `grows` takes the height that is left."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for place, part in enumerate(parts):
        column.addWidget(part, int(place == grows))
    return box
