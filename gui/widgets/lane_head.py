"""Above a lane: which knob it shows, how it is drawn; and at its left the values."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QButtonGroup, QLabel, QSizePolicy, QToolButton, QWidget

from engine.score import KNOBS
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.fitting_bar import FittingBar
from gui.widgets.knob_choice import KnobChoice
from gui.widgets.labels import flat_button
from gui.widgets.lane import Lane, Mode, lane_colour

_LEAST = 260
_WIDEST = "−00.00 dB"


class LaneHead(FittingBar):
    """`knob_chosen` with a knob of `LANES`; `reset_wished`: its whole curve is to go."""

    knob_chosen = pyqtSignal(str)
    mode_chosen = pyqtSignal(str)
    reset_wished = pyqtSignal()

    def __init__(self, theme: Theme, lane: Lane, parent: QWidget | None = None) -> None:
        super().__init__(_LEAST, parent)
        row = self.row
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(2)
        self._knobs = KnobChoice(self)
        self._knobs.chosen.connect(self.knob_chosen)
        row.addWidget(self._knobs)
        self._value = QLabel("", self)
        self._value.setFont(theme.font("figures_small"))
        self._value.setProperty("tone", "soft")
        # The widest it gets: what stands beside it must not move with the mouse.
        self._value.setFixedWidth(QFontMetrics(self._value.font()).horizontalAdvance(_WIDEST))
        row.addSpacing(8)
        row.addWidget(self._value)
        row.addStretch(1)
        modes = QButtonGroup(self)
        shown: tuple[tuple[Mode, str, str], ...] = (
            ("free", "pencil", text.LANE_MODE_FREE),
            ("points", "points", text.LANE_MODE_POINTS),
        )
        self._modes: dict[str, QToolButton] = {}
        for mode, shape, name in shown:
            button = flat_button(theme, shape, name, f"{name}\n{text.LANE_MODE_TIP}", small=True)
            button.setCheckable(True)
            button.clicked.connect(lambda _, mode=mode: self.mode_chosen.emit(mode))
            modes.addButton(button)
            self._modes[mode] = button
            row.addWidget(button)
        reset = flat_button(theme, "trash", text.LANE_RESET, text.LANE_RESET_TIP, small=True)
        reset.clicked.connect(self.reset_wished)
        row.addWidget(reset)
        lane.pointed.connect(self._value.setText)
        self.may_go(self._knobs.show_names, self._value.setVisible)
        self.show_choice("dynamics", "free")

    def show_choice(self, knob: str, mode: str) -> None:
        """Show what the lane shows, and how it is drawn."""
        self._knobs.show_knob(knob)
        self._modes[mode].setChecked(True)

    def mark_used(self, knobs: frozenset[str]) -> None:
        """Show which knobs have a curve."""
        if self._knobs.mark_used(knobs):
            self.fit()


class LaneScale(QWidget):
    """The highest, the neutral and the lowest value of the lane's knob, at their heights."""

    def __init__(self, theme: Theme, lane: Lane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._lane = theme, lane
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        tokens, knob = self._theme.tokens, KNOBS[self._lane.knob]
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.panel)
        painter.fillRect(0, 0, 3, self.height(), lane_colour(tokens, knob.name))
        painter.setFont(self._theme.font("figures_small"))
        unit = text.UNITS.get(knob.unit, knob.unit)
        neutral = knob.neutral or 0.0
        taken: list[float] = []
        for value in (neutral, knob.high, knob.low):
            y = min(max(self._lane.y_of(value), 8.0), self.height() - 8.0)
            if all(abs(y - other) >= 14 for other in taken):
                taken.append(y)
                told = f"{value:+g}" if value != neutral else f"{value:g} {unit}".rstrip()
                painter.setPen(tokens.text_soft)
                place = QRectF(0, y - 8, self.width() - 6, 16)
                painter.drawText(
                    place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told.replace("-", "−")
                )
        painter.fillRect(self.width() - 1, 0, 1, self.height(), tokens.line)
