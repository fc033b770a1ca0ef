"""A position in a video: dragged, clicked or stepped; what is already known of it is brighter."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.theme import Theme
from gui.viewmodels.clock_text import clock

DECIMALS = 2
"""Of a second: a picture lasts a few hundredths."""
_SIDE, _GROOVE, _KNOB = 8, 4, 12


class Scrubber(QWidget):
    """`frames` pictures at `fps`.  `sought(frame)`: the user wants to see that one."""

    sought = pyqtSignal(int)

    def __init__(self, theme: Theme, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._name = theme, name
        self._frames, self._fps, self._known, self._frame = 0, 25.0, 0, 0
        self._hover: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setToolTip(tip)
        self._say()
        theme.changed.connect(self.update)

    @property
    def frame(self) -> int:
        return self._frame

    def set_length(self, frames: int, fps: float) -> None:
        """Another show."""
        self._frames, self._fps, self._known = frames, fps, 0
        self.setEnabled(frames > 0)
        self.set_frame(self._frame)
        self.update()

    def set_known(self, frames: int) -> None:
        """So many pictures are final."""
        if frames != self._known:
            self._known = frames
            self.update()

    def set_frame(self, frame: int) -> None:
        """Show that position; nothing is emitted."""
        limited = max(0, min(frame, self._frames - 1))
        if limited != self._frame:
            self._frame = limited
            self._say()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 22)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, 22)

    # What the user does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._seek_x(event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is None:
            return
        self._hover = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek_x(event.position())
        elif self._frames:
            told = clock(self._frame_at(self._hover) / self._fps, DECIMALS)
            QToolTip.showText(event.globalPosition().toPoint(), told, self)
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:  # noqa: N802
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        if event is None:
            return
        second = round(self._fps)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageUp: -second,
            Qt.Key.Key_PageDown: second,
            Qt.Key.Key_Home: -self._frames,
            Qt.Key.Key_End: self._frames,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._seek(self._frame + step)

    def _seek_x(self, at: QPointF) -> None:
        self._seek(self._frame_at(at.x()))

    def _seek(self, frame: int) -> None:
        if self._frames:
            self.set_frame(frame)
            self.sought.emit(self._frame)

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        del event
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        groove = QRectF(_SIDE, middle - _GROOVE / 2, self.width() - 2 * _SIDE, _GROOVE)
        x = self._x_of(self._frame)
        for width, colour in (
            (groove.width(), tokens.line),
            (self._x_of(self._known) - _SIDE, tokens.text_disabled),
            (x - _SIDE, tokens.accent),
        ):
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(groove.left(), groove.top(), max(0.0, width), _GROOVE), 2, 2)
        if not self._frames:
            return
        if self._hover is not None:
            painter.setBrush(tokens.text_soft)
            painter.drawRect(QRectF(self._hover - 0.5, middle - 6, 1, 12))
        painter.setBrush(tokens.text)
        if self.hasFocus():
            painter.setPen(tokens.focus)
        painter.drawEllipse(QRectF(x - _KNOB / 2, middle - _KNOB / 2, _KNOB, _KNOB))

    def _x_of(self, frame: int) -> float:
        share = min(1.0, frame / max(1, self._frames - 1)) if self._frames else 0.0
        return _SIDE + share * (self.width() - 2 * _SIDE)

    def _frame_at(self, x: float) -> int:
        share = (x - _SIDE) / max(1, self.width() - 2 * _SIDE)
        return round(min(1.0, max(0.0, share)) * max(0, self._frames - 1))

    def _say(self) -> None:
        self.setAccessibleName(f"{self._name}: {clock(self._frame / self._fps, DECIMALS)}")
