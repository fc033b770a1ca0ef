"""The ruler above whole files: minutes and seconds, the loop, and where playback stands."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.texts import isolate as text
from gui.theme import Theme
from gui.widgets.sound_lane import turn
from gui.widgets.time_view import TimeView

HEIGHT = 26
_DRAG_PX = 5


class SecondsRuler(QWidget):
    """A click goes there, a drag chooses a loop, a double click ends it."""

    sought = pyqtSignal(float)
    looped = pyqtSignal(object)  # (begin, end) in seconds, or None

    def __init__(self, theme: Theme, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self._cursor_s = 0.0
        self._loop: tuple[float, float] | None = None
        self._pressed_x: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text.RULER)
        self.setToolTip(text.LANE_TIP)
        theme.changed.connect(self.update)
        view.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(400, HEIGHT)

    def show_cursor(self, seconds: float) -> None:
        before, self._cursor_s = self._cursor_s, seconds
        for place in (before, seconds):
            self.update(QRect(round(self._view.x(place)) - 7, 0, 15, HEIGHT))

    def show_loop(self, loop: tuple[float, float] | None) -> None:
        if loop != self._loop:
            self._loop = loop
            self.update()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_x = event.position().x()
            self.sought.emit(self._view.inside(self._view.seconds(self._pressed_x)))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or self._pressed_x is None:
            return
        x = event.position().x()
        if abs(x - self._pressed_x) > _DRAG_PX:
            self.looped.emit(self._view.between(self._pressed_x, x))

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self._pressed_x = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self.looped.emit(None)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            turn(self._view, event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        tokens, view = self._theme.tokens, self._view
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.panel)
        if self._loop is not None:
            left, right = (view.x(seconds) for seconds in self._loop)
            painter.fillRect(QRectF(left, 0, right - left, HEIGHT), tokens.loop)
        painter.setFont(self._theme.font("figures_small"))
        for tick in view.ticks() if view.duration_s > 0 else ():
            x = round(view.x(tick.seconds)) + 0.5
            painter.setPen(tokens.grid_bar if tick.label else tokens.grid_beat)
            painter.drawLine(QPointF(x, 4 if tick.label else HEIGHT - 6), QPointF(x, HEIGHT))
            if tick.label:
                painter.setPen(tokens.text_soft)
                painter.drawText(QPointF(x + 4, 15), tick.label)
        painter.fillRect(0, HEIGHT - 1, self.width(), 1, tokens.line)
        if view.duration_s > 0:
            self._paint_cursor(painter, view.x(self._cursor_s))

    def _paint_cursor(self, painter: QPainter, x: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.tokens.accent)
        painter.drawPolygon(QPolygonF([QPointF(x - 6, HEIGHT - 9), QPointF(x + 6, HEIGHT - 9), QPointF(x, HEIGHT - 1)]))
