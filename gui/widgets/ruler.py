"""The ruler above the roll: bars and beats, the loop, and where playback stands."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.roll_view import RollView
from gui.widgets.wheel import turned

HEIGHT = 26
_DRAG_PX = 5


class Ruler(QWidget):
    """A click seeks, a drag chooses a loop, a double click takes the loop away."""

    sought = pyqtSignal(float)  # seconds

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self._pressed_x: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text.RULER)
        self.setToolTip(text.RULER)
        theme.changed.connect(self.update)
        view.moved.connect(self.update)
        view.loop_changed.connect(self.update)
        view.cursor_moved.connect(self._cursor_moved)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(400, HEIGHT)

    def _cursor_moved(self, before_s: float, now_s: float) -> None:
        for seconds in (before_s, now_s):
            x = round(self._view.timeline.x_of_s(seconds))
            self.update(QRect(x - 7, 0, 15, self.height()))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_x = event.position().x()
            self.sought.emit(max(0.0, self._view.timeline.seconds(self._pressed_x)))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or self._pressed_x is None:
            return
        x = event.position().x()
        if abs(x - self._pressed_x) > _DRAG_PX:
            begin, end = sorted(max(0.0, self._view.timeline.seconds(at)) for at in (self._pressed_x, x))
            self._view.choose_loop((begin, end))

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self._pressed_x = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self._view.choose_loop(None)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self._view.place(turned(self._view.timeline, event))

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        tokens, timeline = self._theme.tokens, self._view.timeline
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.panel)
        if self._view.loop_s is not None:
            begin, end = (timeline.x_of_s(seconds) for seconds in self._view.loop_s)
            painter.fillRect(QRectF(begin, 0, end - begin, HEIGHT), tokens.loop)
        painter.setFont(self._theme.font("figures_small"))
        for line in timeline.grid():
            bar = line.level == "bar"
            top = 4 if bar else (HEIGHT - 8 if line.level == "beat" else HEIGHT - 4)
            x = round(line.x) + 0.5
            painter.setPen(tokens.grid_bar if bar else tokens.grid_beat)
            painter.drawLine(QPointF(x, top), QPointF(x, HEIGHT))
            if line.label:
                painter.setPen(tokens.text if bar else tokens.text_soft)
                painter.drawText(QPointF(x + 4, 15), line.label)
        painter.fillRect(0, HEIGHT - 1, self.width(), 1, tokens.line)
        self._paint_cursor(painter, timeline.x_of_s(self._view.cursor_s))

    def _paint_cursor(self, painter: QPainter, x: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.tokens.accent)
        painter.drawPolygon(QPolygonF([QPointF(x - 6, HEIGHT - 9), QPointF(x + 6, HEIGHT - 9), QPointF(x, HEIGHT - 1)]))
