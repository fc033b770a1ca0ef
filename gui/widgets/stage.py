"""Where a figure is seen: its picture as large as there is room, and what is being done about it."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme

_BAR = 3
_LABEL = 26


class Stage(QWidget):
    """`clicked`: the user clicked on the picture."""

    clicked = pyqtSignal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._busy, self._share = "", -1.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(200, 200))
        theme.changed.connect(self.update)

    @property
    def image(self) -> QImage:
        """What is seen; null where nothing is."""
        return self._image

    def show_image(self, image: QImage) -> None:
        """Show another picture."""
        self._image = image
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._image = QImage()
        self.show_busy("")

    def show_busy(self, text: str, share: float = -1.0) -> None:
        """Say below what is being done, and how far it is (0 to 1, -1: not known); "" for nothing."""
        if (text, share) != (self._busy, self._share):
            self._busy, self._share = text, share
            self.setAccessibleDescription(text)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(512, 512)

    def picture_rect(self) -> QRectF:
        """Where the picture is seen, in the widget."""
        room = QRectF(self.rect())
        if self._image.isNull():
            return room
        scale = min(room.width() / self._image.width(), room.height() / self._image.height())
        width, height = self._image.width() * scale, self._image.height() * scale
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and event.button() == Qt.MouseButton.LeftButton and not self._image.isNull():
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        del event
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), tokens.measures.radius, tokens.measures.radius)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), tokens.field)
        if not self._image.isNull():
            painter.drawImage(self.picture_rect(), self._image)
        if self._busy:
            self._paint_busy(painter)

    def _paint_busy(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        band = QRectF(0, self.height() - _LABEL, self.width(), _LABEL)
        painter.fillRect(band, tokens.panel)
        painter.setFont(self._theme.font("small"))
        painter.setPen(tokens.text_soft)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(band.adjusted(10, 0, -10, -_BAR), flags, self._busy)
        if self._share >= 0:
            bar = QRectF(0, self.height() - _BAR, self.width(), _BAR)
            painter.fillRect(bar, tokens.line)
            bar.setWidth(bar.width() * min(1.0, self._share))
            painter.fillRect(bar, tokens.accent)
