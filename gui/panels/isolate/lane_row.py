"""A lane and what stands at its left: name, solo, mute, a grip to drag the file out by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.texts import isolate as text
from gui.theme import Theme
from gui.widgets.file_drag import DragHandle
from gui.widgets.labels import icon_button, label, tip
from gui.widgets.sound_lane import SoundLane
from gui.widgets.time_view import TimeView

HEADER_PX = 132
_SMALL = 22
_SUNG = ("mix", "vocals")
"""What may be one voice alone: a song in the list can be a vocal already."""


class LaneRow(QWidget):
    """`name` is "mix", "vocals", "again" or "instrumental".  `soloed`, `muted` when the user turns them, `revealed` and
    `copied` of the file; `resing_wished`: another voice is to sing it."""

    soloed = pyqtSignal(str, bool)
    muted = pyqtSignal(str, bool)
    revealed = pyqtSignal(str)
    copied = pyqtSignal(str)
    resing_wished = pyqtSignal(str)

    def __init__(
        self,
        theme: Theme,
        view: TimeView,
        name: str,
        files: Callable[[], Sequence[Path]],
        keys: tuple[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name, self._theme = name, theme
        told = text.NAMES[name]
        self.lane = SoundLane(theme, view, told, name)
        self.solo = _toggle(text.SOLO, text.SOLO_TIP.format(name=told.lower()), keys[0] if keys else "")
        self.mute = _toggle(text.MUTE, text.MUTE_TIP.format(name=told.lower()), keys[1] if keys else "")
        self.grip = DragHandle(theme, told.lower(), files)
        self.reveal = icon_button(theme, "folder", text.REVEAL.format(name=told.lower()), self._reveal)
        told_again = text.SING_AGAIN.format(name=told.lower())
        self.again = icon_button(theme, "choir", told_again, lambda: self.resing_wished.emit(name))
        if name not in _SUNG:
            self.again.setVisible(False)
            policy = self.again.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            self.again.setSizePolicy(policy)
        self.loudness = label(tone="small")
        self.loudness.setToolTip(text.LOUDNESS_TIP)
        self.solo.toggled.connect(lambda on: self.soloed.emit(name, on))
        self.mute.toggled.connect(lambda on: self.muted.emit(name, on))
        self.grip.copied.connect(lambda: self.copied.emit(name))
        self._lay_out(told, with_switches=name != "mix")

    def show_listening(self, solo: bool, mute: bool, heard: bool) -> None:
        """As it is now; nothing is emitted."""
        for button, on in ((self.solo, solo), (self.mute, mute)):
            button.blockSignals(True)
            button.setChecked(on)
            button.blockSignals(False)
        self.lane.show_heard(heard)

    def show_file(self, there: bool, loudness_lufs: float | None = None) -> None:
        """Whether there is a file to hear, drag and reveal, and how loud it is as a whole."""
        told = "" if loudness_lufs is None else text.LOUDNESS.format(level=f"{loudness_lufs:.1f}".replace("-", "−"))
        self.loudness.setText(told)
        for button in (self.solo, self.mute, self.grip, self.reveal, self.again):
            button.setEnabled(there)

    def _reveal(self) -> None:
        self.revealed.emit(self.name)

    def _lay_out(self, told: str, with_switches: bool) -> None:
        gap = self._theme.tokens.measures.gap
        header = _Header(self._theme, self.name)
        column = QVBoxLayout(header)
        column.setContentsMargins(3 * gap, gap + 2, gap, gap)
        column.setSpacing(gap)
        title = label(told)
        title.setFont(self._theme.font("bold"))
        column.addWidget(title)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        shown = (self.solo, self.mute) if with_switches else ()
        for button in (*shown, self.grip, self.reveal):
            button.setFixedSize(QSize(_SMALL + 4, _SMALL))
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        foot = QHBoxLayout()
        foot.addWidget(self.loudness, 1)
        self.again.setFixedSize(QSize(_SMALL + 4, _SMALL))
        foot.addWidget(self.again)
        column.addLayout(foot)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(header)
        row.addWidget(self.lane, 1)


class _Header(QWidget):
    """A surface with the sound's colour at its edge."""

    def __init__(self, theme: Theme, colour: str) -> None:
        super().__init__()
        self._theme, self._colour = theme, colour
        self.setFixedWidth(HEADER_PX)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, N802 - Qt's name
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), tokens.raised)
        painter.fillRect(QRectF(0, 0, 3, self.height()), getattr(tokens, self._colour))


def _toggle(letter: str, name: str, shortcut: str) -> QToolButton:
    button = QToolButton()
    button.setText(letter)
    button.setCheckable(True)
    button.setToolTip(tip(name, shortcut))
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
