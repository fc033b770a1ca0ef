"""A knob over time, below the roll: drawn by hand, or set point by point."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from engine.score import KNOBS, Curve, Knob
from gui.texts import sing as text
from gui.theme import Theme
from gui.tokens import Tokens
from gui.viewmodels.timeline import Doubles
from gui.widgets.focus_ring import paint_focus
from gui.widgets.qt_arrays import polygon
from gui.widgets.roll_view import RollView
from gui.widgets.wheel import turned

Mode = Literal["free", "points"]
LANES = ("dynamics", "breathiness", "tension", "gender", "vibrato", "consonants")
"""The knobs that may change over time."""
_EDGE_PX = 6.0
_NEAR_PX = 7.0


def lane_colour(tokens: Tokens, knob: str) -> QColor:
    """What a knob is drawn with."""
    own: QColor | None = getattr(tokens, knob, None)
    return own or tokens.accent_text


class Lane(QWidget):
    """Says what is wished; the owner edits the song.

    `drawn`: the whole stroke so far, [(quarters, value)], again at each move; `wiped`: quarters from, to;
    `point_added`, `point_moved` (index, quarters, value), `point_deleted` (index).  `released` ends a drag,
    `abandoned` takes it back.
    """

    drawn = pyqtSignal(object)
    wiped = pyqtSignal(float, float)
    point_added = pyqtSignal(float, float)
    point_moved = pyqtSignal(int, float, float)
    point_deleted = pyqtSignal(int)
    released = pyqtSignal()
    abandoned = pyqtSignal()
    pointed = pyqtSignal(str)  # the value under the mouse, as it is read; "" when it is gone

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self._knob = KNOBS["dynamics"]
        self._curve: Curve | None = None
        self._steps: tuple[tuple[float, float, float], ...] = ()
        self.mode: Mode = "free"
        self._stroke: list[tuple[float, float]] = []
        self._wiped_from: float | None = None
        self._held = -1
        self._chosen = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(40)
        theme.changed.connect(self.update)
        view.moved.connect(self.update)
        view.cursor_moved.connect(self._cursor_moved)
        self._say()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(400, 96)

    @property
    def knob(self) -> str:
        return self._knob.name

    def show_curve(self, knob: str, curve: Curve | None, steps: tuple[tuple[float, float, float], ...] = ()) -> None:
        """Show a knob's curve, None where there is none; `steps`: what notes have of it, (start, end, value)."""
        if self._knob.name != knob:
            self._knob, self._chosen = KNOBS[knob], -1
            self._say()
        self._curve, self._steps = curve, steps
        if curve is None or self._chosen >= len(curve.points):
            self._chosen = -1
        self.update()

    def _say(self) -> None:
        self.setAccessibleName(f"{text.LANE}: {text.KNOB_NAMES[self._knob.name]}")
        self.setAccessibleDescription(text.LANE_HELP)

    # Places

    def y_of(self, value: float) -> float:
        """Pixels of a value."""
        share = (value - self._knob.low) / (self._knob.high - self._knob.low)
        return _EDGE_PX + (1 - share) * (self.height() - 2 * _EDGE_PX)

    def value(self, y: float) -> float:
        """The inverse of `y_of`, within the knob's range; near its neutral value that value itself."""
        share = 1 - (y - _EDGE_PX) / max(1.0, self.height() - 2 * _EDGE_PX)
        value = self._knob.low + share * (self._knob.high - self._knob.low)
        neutral = self._knob.neutral or 0.0
        if abs(self.y_of(neutral) - y) < 3:
            return neutral
        return min(max(value, self._knob.low), self._knob.high)

    def _place(self, event: QMouseEvent) -> tuple[float, float]:
        at = event.position()
        return max(0.0, self._view.timeline.quarters(at.x())), self.value(at.y())

    def _point_near(self, at: QPointF) -> int:
        """Index of the point under the mouse; -1: none."""
        if self._curve is None:
            return -1
        points = np.array(self._curve.points)
        xs, ys = self._view.timeline.xs(points[:, 0]), np.array([self.y_of(value) for value in points[:, 1]])
        far = np.hypot(xs - at.x(), ys - at.y())
        nearest = int(far.argmin())
        return nearest if far[nearest] <= _NEAR_PX else -1

    # What the user does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        quarters, value = self._place(event)
        erases = event.button() == Qt.MouseButton.RightButton or event.modifiers() & Qt.KeyboardModifier.AltModifier
        if erases:
            self._wiped_from = quarters
        elif event.button() != Qt.MouseButton.LeftButton:
            return
        elif self.mode == "free":
            self._stroke = [(quarters, value)]
        else:
            self._held = self._point_near(event.position())
            self._chosen = self._held
            if self._held < 0:
                self.point_added.emit(quarters, value)
                self._held = self._chosen = self._point_near(event.position())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        quarters, value = self._place(event)
        unit = text.UNITS.get(self._knob.unit, self._knob.unit)
        self.pointed.emit(f"{value:+.2f} {unit}".rstrip().replace("-", "−"))
        if self._wiped_from is not None:
            begin, end = sorted((self._wiped_from, quarters))
            if end > begin:
                self.wiped.emit(begin, end)
        elif self._stroke:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._stroke = [self._stroke[0], (quarters, value)]  # a straight line
            else:
                self._stroke.append((quarters, value))
            self.drawn.emit(tuple(self._stroke))
        elif self._held >= 0:
            self.point_moved.emit(self._held, quarters, value)

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if len(self._stroke) == 1:
            self.drawn.emit(tuple(self._stroke))
        self._let_go()
        self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and self.mode == "points":
            point = self._point_near(event.position())
            if point >= 0:
                self._delete(point)

    def leaveEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        self.pointed.emit("")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape and (self._stroke or self._held >= 0 or self._wiped_from is not None):
            self._let_go()
            self.abandoned.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen >= 0:
            self._delete(self._chosen)
        elif self._curve is not None and self.mode == "points":
            self._step(event)
        else:
            super().keyPressEvent(event)

    def _step(self, event: QKeyEvent) -> None:
        """Left and right choose a point, up and down move it."""
        assert self._curve is not None
        key, points = event.key(), self._curve.points
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by = 1 if key == Qt.Key.Key_Right else -1
            self._chosen = min(max(self._chosen + by, 0), len(points) - 1)
            self._view.place(self._view.timeline.showing(points[self._chosen][0]))
            self.update()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._chosen >= 0:
            quarters, value = points[self._chosen]
            step = (self._knob.high - self._knob.low) / 100 * (1 if key == Qt.Key.Key_Up else -1)
            self.point_moved.emit(self._chosen, quarters, min(max(value + step, self._knob.low), self._knob.high))
            self.released.emit()  # each press of a key is a step of its own
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self._view.place(turned(self._view.timeline, event))

    def _delete(self, point: int) -> None:
        self._let_go()
        self._chosen = -1
        self.point_deleted.emit(point)

    def _let_go(self) -> None:
        self._stroke, self._held, self._wiped_from = [], -1, None

    def _cursor_moved(self, before_s: float, now_s: float) -> None:
        for seconds in (before_s, now_s):
            self.update(QRect(round(self._view.timeline.x_of_s(seconds)) - 2, 0, 5, self.height()))

    # What the user sees

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        tokens, timeline, area = self._theme.tokens, self._view.timeline, QRectF(event.rect())
        painter = QPainter(self)
        painter.fillRect(area, tokens.row_black)
        for line in timeline.grid():
            colour = {"bar": tokens.grid_bar, "beat": tokens.grid_beat, "part": tokens.grid_fine}[line.level]
            painter.fillRect(QRectF(round(line.x), 0, 1, self.height()), colour)
        zero = round(self.y_of(self._knob.neutral or 0.0))
        painter.fillRect(QRectF(area.left(), zero, area.width(), 1), tokens.grid_bar)
        self._paint_steps(painter, area)
        if self._curve is not None:
            self._paint_curve(painter, self._curve, area)
        x = round(timeline.x_of_s(self._view.cursor_s))
        painter.fillRect(x, 0, 1, self.height(), tokens.cursor)
        paint_focus(painter, self, self._theme)

    def _paint_steps(self, painter: QPainter, area: QRectF) -> None:
        """What notes have of the knob, as bars from the neutral line."""
        colour = QColor(lane_colour(self._theme.tokens, self.knob))
        colour.setAlpha(110)
        zero = self.y_of(self._knob.neutral or 0.0)
        for start, end, value in self._steps:
            left, right = self._view.timeline.x(start), self._view.timeline.x(end)
            if right >= area.left() and left <= area.right():
                painter.fillRect(
                    QRectF(left, min(zero, self.y_of(value)), right - left - 1, abs(self.y_of(value) - zero)), colour
                )

    def _paint_curve(self, painter: QPainter, curve: Curve, area: QRectF) -> None:
        timeline = self._view.timeline
        first, last = timeline.quarters(area.left() - 8), timeline.quarters(area.right() + 8)
        seen = np.array(curve.within(first, last).points if last > first else curve.points)
        xs, ys = timeline.xs(seen[:, 0]), _heights(self._knob, seen[:, 1], self.height())
        colour = lane_colour(self._theme.tokens, self.knob)
        soft = QColor(colour)
        soft.setAlpha(36)
        zero = self.y_of(self._knob.neutral or 0.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawPolygon(polygon(np.concatenate([xs[:1], xs, xs[-1:]]), np.concatenate([[zero], ys, [zero]])))
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(polygon(xs, ys))
        if self.mode == "points":
            self._paint_points(painter, curve, first, last, colour)

    def _paint_points(self, painter: QPainter, curve: Curve, first: float, last: float, colour: QColor) -> None:
        for index, (quarters, value) in enumerate(curve.points):
            if first <= quarters <= last:
                chosen = index == self._chosen
                painter.setPen(QPen(self._theme.tokens.text if chosen else colour, 1.5))
                painter.setBrush(colour if chosen else self._theme.tokens.field)
                at = QPointF(self._view.timeline.x(quarters), self.y_of(value))
                painter.drawEllipse(at, 4.5 if chosen else 3.5, 4.5 if chosen else 3.5)


def _heights(knob: Knob, values: Doubles, height: int) -> Doubles:
    """As `Lane.y_of`, of [N]."""
    share = (values - knob.low) / (knob.high - knob.low)
    return np.asarray(_EDGE_PX + (1 - share) * (height - 2 * _EDGE_PX), np.float64)
