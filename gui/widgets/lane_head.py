"""Above a lane: which knob it shows, how it is drawn; and at its left the values."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from engine.score import KNOBS
from gui.icons import icon
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.lane import LANES, Lane, Mode, lane_colour


class LaneHead(QFrame):
    """`knob_chosen` with a knob of `LANES`; `reset_wished`: its whole curve is to go."""

    knob_chosen = pyqtSignal(str)
    mode_chosen = pyqtSignal(str)
    reset_wished = pyqtSignal()

    def __init__(self, theme: Theme, lane: Lane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self._theme, self._lane = theme, lane
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(2)
        knobs = QButtonGroup(self)
        self._knobs: dict[str, QToolButton] = {}
        for knob in LANES:
            button = _text_button(text.KNOB_NAMES[knob], text.LANE_CHOOSE, self)
            button.clicked.connect(lambda _, knob=knob: self.knob_chosen.emit(knob))
            knobs.addButton(button)
            self._knobs[knob] = button
            row.addWidget(button)
        self._value = QLabel("", self)
        self._value.setFont(theme.font("figures_small"))
        self._value.setProperty("tone", "soft")
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
            button = self._icon_button(shape, f"{name}\n{text.LANE_MODE_TIP}", name)
            button.setCheckable(True)
            button.clicked.connect(lambda _, mode=mode: self.mode_chosen.emit(mode))
            modes.addButton(button)
            self._modes[mode] = button
            row.addWidget(button)
        reset = self._icon_button("trash", text.LANE_RESET_TIP, text.LANE_RESET)
        reset.clicked.connect(self.reset_wished)
        row.addWidget(reset)
        lane.pointed.connect(self._value.setText)
        self.show_choice("dynamics", "free")

    def show_choice(self, knob: str, mode: str) -> None:
        """Show what the lane shows, and how it is drawn."""
        self._knobs[knob].setChecked(True)
        self._modes[mode].setChecked(True)

    def mark_used(self, knobs: frozenset[str]) -> None:
        """Show which knobs have a curve."""
        for knob, button in self._knobs.items():
            button.setText(f"{text.KNOB_NAMES[knob]} •" if knob in knobs else text.KNOB_NAMES[knob])

    def _icon_button(self, shape: str, tip: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "flat")
        button.setIcon(icon(shape, self._theme))
        size = self._theme.tokens.measures.small_icon
        button.setIconSize(QSize(size, size))
        button.setToolTip(tip)
        button.setAccessibleName(name)
        return button


def _text_button(name: str, tip: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("kind", "flat")
    button.setText(name)
    button.setCheckable(True)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    return button


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


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
