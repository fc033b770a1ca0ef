"""A level meter: both sides in dB below full scale, the highest held for a moment."""

from __future__ import annotations

import math

from PyQt6.QtCore import QElapsedTimer, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.texts import isolate as text
from gui.theme import Theme

FLOOR_DB = -60.0
_FALL_DB_S = 24.0
_HOLD_MS = 1_500
_ZONES = ((-12.0, "meter_low"), (-3.0, "meter_mid"), (0.0, "meter_high"))


def in_db(peak: float) -> float:
    """A peak in dB of full scale, `FLOOR_DB` and less being that."""
    return max(FLOOR_DB, 20 * math.log10(peak)) if peak > 0 else FLOOR_DB


class Meter(QWidget):
    """Two bars above each other.  `show_peaks` as often as the player moves; it falls by itself in between."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._now = [FLOOR_DB, FLOOR_DB]
        self._held = [FLOOR_DB, FLOOR_DB]
        self._shown = QElapsedTimer()
        self._risen = QElapsedTimer()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text.METER)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(140, 14)

    def show_peaks(self, left: float, right: float) -> None:
        """Highest of both sides since the last call, full scale being 1."""
        passed_ms = self._shown.restart() if self._shown.isValid() else 0
        if not self._shown.isValid():
            self._shown.start()
        if self._risen.isValid() and self._risen.elapsed() > _HOLD_MS:
            self._held = [FLOOR_DB, FLOOR_DB]
        for side, peak in enumerate((left, right)):
            level = in_db(peak)
            self._now[side] = max(level, self._now[side] - _FALL_DB_S * passed_ms / 1_000)
            if level >= self._held[side]:
                self._held[side] = level
                self._risen.start()
        self.update()

    def rest(self) -> None:
        """Nothing plays."""
        self._now, self._held = [FLOOR_DB, FLOOR_DB], [FLOOR_DB, FLOOR_DB]
        self._shown.invalidate()
        self.update()

    def levels_db(self) -> tuple[float, float]:
        """What is shown."""
        return self._now[0], self._now[1]

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, N802 - Qt's name
        tokens = self._theme.tokens
        painter = QPainter(self)
        height = (self.height() - 2) / 2
        for side in (0, 1):
            bar = QRectF(0, side * (height + 2), self.width(), height)
            painter.fillRect(bar, tokens.field)
            begin_db = FLOOR_DB
            for end_db, name in _ZONES:
                self._fill(painter, bar, begin_db, min(end_db, self._now[side]), getattr(tokens, name))
                begin_db = end_db
            if self._held[side] > FLOOR_DB:
                x = min(bar.right() - 1, self._x(self._held[side]))
                painter.fillRect(QRectF(x - 1, bar.top(), 2, height), tokens.text)
        painter.setPen(Qt.PenStyle.NoPen)

    def _fill(self, painter: QPainter, bar: QRectF, begin_db: float, end_db: float, colour: QColor) -> None:
        if end_db > begin_db:
            left, right = self._x(begin_db), self._x(end_db)
            painter.fillRect(QRectF(left, bar.top(), right - left, bar.height()), colour)

    def _x(self, level_db: float) -> float:
        return self.width() * (min(level_db, 0.0) - FLOOR_DB) / -FLOOR_DB
