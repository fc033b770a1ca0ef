"""The stage with its scrubber and the button that plays."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QImage, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.icons import icon
from gui.panels.avatar.boxes import tool
from gui.texts import avatar as texts
from gui.theme import Theme
from gui.viewmodels.clock_text import clock
from gui.widgets.labels import label, set_tone, text_button
from gui.widgets.scrubber import DECIMALS, Scrubber
from gui.widgets.stage import Stage

_ROOM_FOR_TOTAL = 320
"""In a narrower window the scrubber needs the place that the whole length would take."""


class StagePage(QWidget):
    """`play_wanted`, `sought(frame)`, `again_wanted`: what the user wants."""

    play_wanted = pyqtSignal()
    sought = pyqtSignal(int)
    again_wanted = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._frames, self._fps, self._known = 0, 25.0, 0
        self._opening = self._loading = ""
        self._share = -1.0
        self.stage = Stage(theme, texts.STAGE)
        self.stage.clicked.connect(self.play_wanted)
        self.scrubber = Scrubber(theme, texts.POSITION, texts.SCRUB_TIP)
        self.scrubber.sought.connect(self._sought)
        self.play = tool(theme, texts.PLAY, "play", texts.PLAY_TIP, self.play_wanted.emit)
        self.start = tool(theme, texts.TO_START, "to_start", texts.TO_START, lambda: self._sought(0))
        self._time = label()
        self._time.setFont(theme.font("figures"))
        self._fault = label("", "bad", wraps=True)
        self.again = text_button(texts.TRY_AGAIN, self.again_wanted.emit, about=texts.TRY_AGAIN)
        self._lay_out(theme.tokens.measures.gap)
        self.show_failure("")
        self.show_length(0, 25.0)

    def show_length(self, frames: int, fps: float) -> None:
        """A show was opened: so many pictures."""
        self._frames, self._fps, self._known = frames, fps, 0
        self.scrubber.set_length(frames, fps)
        for button in (self.play, self.start):
            button.setEnabled(frames > 0)
        self._tell_time()

    def show_picture(self, image: QImage, frame: int) -> None:
        """A picture came."""
        del frame  # the scrubber shows what is wished, which may be further
        self.stage.show_image(image)

    def show_frame(self, frame: int) -> None:
        """Where it stands."""
        self.scrubber.set_frame(frame)
        self._tell_time()

    def show_known(self, frames: int) -> None:
        """So many pictures are final."""
        self._known = frames
        self.scrubber.set_known(frames)
        self._tell_busy()

    def show_opening(self, stage: str, share: float) -> None:
        """What is being done before there is a first picture; "" when nothing is."""
        self._opening, self._share = stage, share
        self._tell_busy()

    def show_loading(self, text: str) -> None:
        """What is missing for playing; "" when nothing is."""
        self._loading = text
        self._tell_busy()

    def show_playing(self, playing: bool) -> None:
        """Which sign the button has."""
        self.play.setIcon(icon("pause" if playing else "play", self._theme))
        self.play.setAccessibleName(texts.PAUSE if playing else texts.PLAY)

    def show_failure(self, text: str) -> None:
        """Why there is no picture; "" when there is none to tell."""
        self._fault.setText(text)
        set_tone(self._fault, "bad")
        self._fault.setVisible(bool(text))
        self.again.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._tell_time()

    def _sought(self, frame: int) -> None:
        self.show_frame(frame)
        self.sought.emit(frame)

    def _tell_time(self) -> None:
        place = clock(self.scrubber.frame / self._fps if self._frames else 0.0, DECIMALS)
        whole = texts.AT.format(time=place, total=clock(self._frames / self._fps, DECIMALS))
        self._time.setText(whole if self.width() >= _ROOM_FOR_TOTAL else place)
        self._time.setToolTip(whole)

    def _tell_busy(self) -> None:
        if self._opening:
            self.stage.show_busy(self._opening, self._share)
        elif self._frames and self._known < self._frames:
            share = self._known / self._frames
            self.stage.show_busy(texts.MOVING.format(percent=int(100 * share)), share)
        else:
            self.stage.show_busy(self._loading)

    def _lay_out(self, gap: int) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * gap)
        column.addWidget(self.stage, 1)
        fault = QHBoxLayout()
        fault.setSpacing(2 * gap)
        fault.addWidget(self._fault, 1)
        fault.addWidget(self.again)
        column.addLayout(fault)
        row = QHBoxLayout()
        row.setSpacing(2 * gap)
        for widget in (self.start, self.play):
            row.addWidget(widget)
        row.addWidget(self.scrubber, 1)
        row.addWidget(self._time)
        column.addLayout(row)
