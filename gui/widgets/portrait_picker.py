"""A portrait with its face: the landmarks that were found, and three marks that can be moved by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.texts import avatar as texts
from gui.theme import Theme

Point = tuple[float, float]
MARKS = (texts.LEFT_EYE, texts.RIGHT_EYE, texts.MOUTH)
USUAL: tuple[Point, Point, Point] = ((0.38, 0.40), (0.62, 0.40), (0.50, 0.64))
"""Where the marks stand while nobody knows better, as shares of the picture's width and height."""
_REACH, _MARK = 18.0, 6.0
_AROUND = 1.9
"""How much more than the face is seen, so that it can be told where it is."""
_STEP, _CLOSEST = 1.25, 8.0
_LINES = (
    range(17), range(17, 22), range(22, 27), range(27, 31), range(31, 36),
    (*range(36, 42), 36), (*range(42, 48), 42), (*range(48, 60), 48), (*range(60, 68), 60),
)  # fmt: skip
"""Of the 68 landmarks in iBUG's order: jaw, brows, nose, eyes, lips."""


class PortraitPicker(QWidget):
    """Points are in pixels of the picture as the engine works with it.  `placed(points)`: the user moved a mark."""

    placed = pyqtSignal(tuple)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._size = (1, 1)
        self._landmarks: tuple[Point, ...] = ()
        self.points: tuple[Point, Point, Point] = USUAL
        self._chosen, self._held = 0, False
        self._view = QRectF(0, 0, 1, 1)  # what is seen of the picture, in its pixels
        self._fitted = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(200, 200))
        self.setToolTip(texts.FACE_HINT)
        self._say()
        theme.changed.connect(self.update)

    @property
    def landmarks(self) -> tuple[Point, ...]:
        return self._landmarks

    def show_portrait(self, image: QImage, width: int, height: int) -> None:
        """A picture, and how large it is to the engine; the marks stand where most faces have eyes and mouth."""
        self._image, self._size = image, (width, height)
        (a, b), (c, d), (e, f) = USUAL
        self.points = ((a * width, b * height), (c * width, d * height), (e * width, f * height))
        self._landmarks = ()
        self._view, self._fitted = QRectF(0, 0, width, height), False
        self._say()
        self.update()

    def show_face(self, landmarks: Sequence[Point], points: Sequence[Point] = ()) -> None:
        """Landmarks [68][2] ((): none), and the three marks where they are known."""
        self._landmarks = tuple((float(x), float(y)) for x, y in landmarks)
        if len(points) == len(MARKS) and not self._held:
            left, right, mouth = ((float(x), float(y)) for x, y in points)
            self.points = (left, right, mouth)
        if self._landmarks and not self._fitted:
            self._fitted = True
            self.show_near()
        self._say()
        self.update()

    def show_near(self) -> None:
        """See the face from near, where it is small in its picture."""
        xs, ys = zip(*(self._landmarks or self.points), strict=True)
        side = _AROUND * max(max(xs) - min(xs), max(ys) - min(ys), 8.0)
        middle = QPointF((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
        self._see(QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side))

    def show_whole(self) -> None:
        """See the whole picture."""
        self._see(QRectF(0, 0, *self._size))

    def choose(self, mark: int) -> None:
        """The mark that the keyboard moves: 0, 1 the eyes, 2 the mouth."""
        self._chosen = mark
        self._say()
        self.update()

    def move_mark(self, mark: int, x: float, y: float) -> None:
        """Put a mark there, within the picture."""
        width, height = self._size
        points = list(self.points)
        points[mark] = (min(max(x, 0.0), width), min(max(y, 0.0), height))
        left, right, mouth = points
        self.points = (left, right, mouth)
        self._landmarks = ()  # they are laid anew over the marks
        self._say()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(512, 512)

    # What the user does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._image.isNull():
            return
        mark = self._mark_at(event.position())
        if mark is not None:
            self._held = True
            self.choose(mark)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is None:
            return
        if self._held:
            place = self._in_picture(event.position())
            self.move_mark(self._chosen, place.x(), place.y())
        else:
            over = self._mark_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        del event
        if self._held:
            self._held = False
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.placed.emit(self.points)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        del event
        if self._view.size() == QSizeF(*self._size):
            self.show_near()
        else:
            self.show_whole()

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        if event is not None and not self._image.isNull():
            self._zoom(1 / _STEP if event.angleDelta().y() > 0 else _STEP, self._in_picture(event.position()))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        if event is None:
            return
        marks = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1, Qt.Key.Key_3: 2}
        ways = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        key = Qt.Key(event.key())
        zooms = {Qt.Key.Key_Plus: 1 / _STEP, Qt.Key.Key_Equal: 1 / _STEP, Qt.Key.Key_Minus: _STEP}
        if key in zooms and not self._image.isNull():
            self._zoom(zooms[key], QPointF(*self.points[self._chosen]))
        elif key in marks:
            self.choose(marks[key])
        elif key in ways and not self._image.isNull():
            step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            (x, y), (dx, dy) = self.points[self._chosen], ways[key]
            self.move_mark(self._chosen, x + step * dx, y + step * dy)
            self.placed.emit(self.points)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        del event
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), tokens.field)
        if self._image.isNull():
            return
        scale = self._image.width() / self._size[0]
        seen = QRectF(self._view.topLeft() * scale, self._view.size() * scale)
        painter.drawImage(self._rect(), self._image, seen)
        painter.setClipRect(self._rect())
        # On any picture, bright or dark: each line once dark and wide, once in colour.
        for pen in (QPen(QColor(0, 0, 0, 130), 3.0), QPen(QColor(255, 255, 255, 210), 1.2)):
            painter.setPen(pen)
            if self._landmarks:
                for line in _LINES:
                    painter.drawPolyline(QPolygonF([self._on_widget(self._landmarks[number]) for number in line]))
        for number, point in enumerate(self.points):
            self._paint_mark(painter, self._on_widget(point), number == self._chosen)

    def _paint_mark(self, painter: QPainter, at: QPointF, chosen: bool) -> None:
        tokens = self._theme.tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 4.0))
        painter.drawEllipse(at, _MARK, _MARK)
        painter.setPen(QPen(tokens.accent, 2.0))
        painter.drawEllipse(at, _MARK, _MARK)
        painter.setBrush(tokens.accent)
        painter.drawEllipse(at, 1.0, 1.0)
        if chosen and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.focus, 1.0, Qt.PenStyle.DashLine))
            painter.drawEllipse(at, _MARK + 5, _MARK + 5)

    def _see(self, wanted: QRectF) -> None:
        """Part of the picture, as large as it can be within it."""
        width, height = self._size
        side = max(min(width, height) / _CLOSEST, wanted.width(), wanted.height())
        wide, high = min(float(width), side), min(float(height), side)
        left = min(max(0.0, wanted.center().x() - wide / 2), width - wide)
        top = min(max(0.0, wanted.center().y() - high / 2), height - high)
        self._view = QRectF(left, top, wide, high)
        self.update()

    def _zoom(self, factor: float, around: QPointF) -> None:
        view = self._view
        share = QPointF((around.x() - view.left()) / view.width(), (around.y() - view.top()) / view.height())
        wide, high = view.width() * factor, view.height() * factor
        self._see(QRectF(around.x() - share.x() * wide, around.y() - share.y() * high, wide, high))

    def _rect(self) -> QRectF:
        """Where the picture is seen."""
        room, view = QRectF(self.rect()), self._view
        scale = min(room.width() / view.width(), room.height() / view.height())
        wide, high = view.width() * scale, view.height() * scale
        return QRectF(room.center().x() - wide / 2, room.center().y() - high / 2, wide, high)

    def _on_widget(self, point: Point) -> QPointF:
        rect, view = self._rect(), self._view
        scale = rect.width() / view.width()
        return QPointF(
            rect.left() + (point[0] + 0.5 - view.left()) * scale, rect.top() + (point[1] + 0.5 - view.top()) * scale
        )

    def _in_picture(self, at: QPointF) -> QPointF:
        rect, view = self._rect(), self._view
        scale = view.width() / max(1.0, rect.width())
        return QPointF(
            (at.x() - rect.left()) * scale + view.left() - 0.5, (at.y() - rect.top()) * scale + view.top() - 0.5
        )

    def _mark_at(self, at: QPointF) -> int | None:
        away = [(self._on_widget(point) - at).manhattanLength() for point in self.points]
        nearest = min(range(len(away)), key=away.__getitem__)
        return nearest if away[nearest] <= _REACH else None

    def _say(self) -> None:
        x, y = self.points[self._chosen]
        self.setAccessibleName(texts.FACE)
        self.setAccessibleDescription(texts.MARK_AT.format(mark=MARKS[self._chosen], x=round(x), y=round(y)))
