"""One sound on the time line: its waveform or its spectrogram, the loop, and where it is played."""

from __future__ import annotations

from typing import Literal

from PyQt6.QtCore import QRect, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.texts import isolate as text
from gui.theme import Theme
from gui.widgets.heat_colours import heat_colours
from gui.widgets.spectrogram import SpectrogramRows, paint_spectrogram, share_of
from gui.widgets.time_view import TimeView
from gui.widgets.wave_lane import Waveform, paint_waveform
from gui.widgets.wheel import ZOOM

Mode = Literal["wave", "spectrogram"]
_DRAG_PX = 5
_NOTCH = 120.0
_SCROLL_PX = 60.0
_LINES_HZ = ((100, "100"), (1_000, "1k"), (10_000, "10k"))


class SoundLane(QWidget):
    """A click goes there, a drag chooses a loop, a double click ends it; Ctrl and wheel zoom, Alt and wheel stretch.

    `colour` names the token of its waveform.  `sought` in seconds; `looped` with (begin, end) or None.
    """

    sought = pyqtSignal(float)
    looped = pyqtSignal(object)

    def __init__(self, theme: Theme, view: TimeView, name: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view, self._colour = theme, view, colour
        self._wave: Waveform | None = None
        self._rows: SpectrogramRows | None = None
        self._mode: Mode = "wave"
        self._heard, self._note = True, ""
        self._cursor_s = 0.0
        self._loop: tuple[float, float] | None = None
        self._pressed_x: float | None = None
        self._picture: QPixmap | None = None
        self._name = name
        self.setAccessibleName(text.LANE.format(name=name))
        self.setToolTip(text.LANE_TIP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(56)
        theme.changed.connect(self._renew)
        view.changed.connect(self._renew)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(480, 120)

    # What is shown

    def show_sound(self, wave: Waveform | None, rows: SpectrogramRows | None) -> None:
        """What there is of the sound by now."""
        self._wave, self._rows = wave, rows
        self._renew()

    def show_mode(self, mode: Mode) -> None:
        self._mode = mode
        shown = text.LANE if mode == "wave" else text.LANE_SPECTROGRAM
        self.setAccessibleName(shown.format(name=self._name))
        self._renew()

    def show_heard(self, heard: bool) -> None:
        """Dimmed when it is not heard."""
        if heard != self._heard:
            self._heard = heard
            self._renew()

    def show_note(self, note: str) -> None:
        """A few words where nothing is yet; "" takes them away."""
        if note != self._note:
            self._note = note
            self._renew()

    def show_cursor(self, seconds: float) -> None:
        """Only the two places that change are painted."""
        before, self._cursor_s = self._cursor_s, seconds
        for place in (before, seconds):
            self.update(QRect(round(self._view.x(place)) - 2, 0, 5, self.height()))

    def show_loop(self, loop: tuple[float, float] | None) -> None:
        if loop != self._loop:
            self._loop = loop
            self.update()

    def _renew(self) -> None:
        self._picture = None
        self.update()

    # What the user does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_x = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or self._pressed_x is None:
            return
        x = event.position().x()
        if abs(x - self._pressed_x) > _DRAG_PX:
            self.looped.emit(self._view.between(self._pressed_x, x))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        pressed, self._pressed_x = self._pressed_x, None
        if event is None or pressed is None:
            return
        begin = min(pressed, event.position().x()) if abs(event.position().x() - pressed) > _DRAG_PX else pressed
        self.sought.emit(self._view.inside(self._view.seconds(begin)))

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: ARG002, N802 - Qt's name
        self.looped.emit(None)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            turn(self._view, event)

    # What is seen

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: ARG002, N802 - Qt's name
        self._view.set_width(self.width())
        self._renew()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        scale = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != scale:
            self._picture = self._painted(scale)
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._picture)
        if self._loop is not None:
            left, right = (self._view.x(seconds) for seconds in self._loop)
            shade = QColor(tokens.loop)
            shade.setAlpha(shade.alpha() // 2)  # what lies below is to be read
            painter.fillRect(QRectF(left, 0, right - left, self.height()), shade)
            for edge in (left, right - 1):
                painter.fillRect(QRectF(round(edge), 0, 1, self.height()), tokens.accent)
        if self._view.duration_s > 0:
            on_heat = self._mode == "spectrogram" and self._rows is not None
            colour = QColor(tokens.accent if on_heat and tokens.name == "light" else tokens.cursor)
            painter.fillRect(round(self._view.x(self._cursor_s)), 0, 1, self.height(), colour)

    def _painted(self, scale: float) -> QPixmap:
        """Everything but loop and cursor, which move more often."""
        picture = QPixmap(max(1, round(self.width() * scale)), max(1, round(self.height() * scale)))
        tokens = self._theme.tokens
        picture.fill(tokens.field)
        painter = QPainter(picture)
        # In the screen's own pixels, so that a dense screen shows twice as much.
        area = QRectF(0, 0, picture.width(), picture.height())
        s_per_px = 1 / (self._view.px_per_s * scale)
        if self._mode == "spectrogram" and self._rows is not None:
            self._paint_rows(painter, area, s_per_px, scale)
        elif self._mode == "wave" and self._wave is not None:
            painter.fillRect(QRectF(0, picture.height() // 2, picture.width(), 1), tokens.grid_fine)
            colour = getattr(tokens, self._colour) if self._heard else tokens.wave_quiet
            paint_waveform(painter, self._wave, area.toRect(), self._view.start_s, s_per_px, self._view.tall, colour)
        painter.end()
        picture.setDevicePixelRatio(scale)
        if self._note:
            self._paint_note(picture)
        return picture

    def _paint_rows(self, painter: QPainter, area: QRectF, s_per_px: float, scale: float) -> None:
        assert self._rows is not None
        tokens = self._theme.tokens
        colours = heat_colours(tokens.name == "dark")
        painter.fillRect(area, QColor.fromRgba(colours[0]))
        if not self._heard:
            painter.setOpacity(0.4)
        complete = paint_spectrogram(painter, self._rows, area, self._view.start_s, s_per_px, colours)
        painter.setOpacity(1.0)
        font = self._theme.font("figures_small")
        font.setPixelSize(round(font.pixelSize() * scale))
        painter.setFont(font)
        painter.setPen(tokens.text)
        behind = QColor(tokens.field)
        behind.setAlpha(190)
        for hz, label in _LINES_HZ:
            y = area.height() * (1 - share_of(hz))
            box = QRectF(0, y - 7 * scale, 12 * scale + painter.fontMetrics().horizontalAdvance(label), 14 * scale)
            painter.fillRect(box, behind)
            painter.fillRect(QRectF(0, y, 4 * scale, max(1.0, scale)), tokens.text)
            painter.drawText(box.adjusted(7 * scale, 0, 0, 0), _LEFT, label)
        if not complete:
            QTimer.singleShot(0, self._renew)

    def _paint_note(self, picture: QPixmap) -> None:
        painter = QPainter(picture)
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.tokens.text_soft)
        painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), _CENTRED, self._note)
        painter.end()


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


def turn(view: TimeView, event: QWheelEvent) -> None:
    """The wheel over a time line: scroll; Ctrl: zoom; Alt: stretch waveforms.  A touchpad scrolls by pixels."""
    keys, angle, pixels = event.modifiers(), event.angleDelta(), event.pixelDelta()
    notches = (angle.y() or angle.x()) / _NOTCH
    event.accept()
    if keys & Qt.KeyboardModifier.ControlModifier:
        view.zoom(ZOOM**notches, event.position().x())
    elif keys & Qt.KeyboardModifier.AltModifier:
        view.set_tall(view.tall * ZOOM**notches)
    elif not pixels.isNull():
        view.scroll(-(pixels.x() or pixels.y()))
    else:
        view.scroll(-_SCROLL_PX * notches)
