"""The sign of the program in title bars and task bars."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap

_FILE = Path(__file__).parent / "art" / "melisma.svg"
_SIZES = (16, 24, 32, 48, 64, 128, 256)


def app_icon() -> QIcon:
    """Painted at every size that a desktop asks for: no plugin that reads SVG need come along."""
    from PyQt6.QtSvg import QSvgRenderer

    drawn = QSvgRenderer(str(_FILE))
    icon = QIcon()
    for size in _SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawn.render(painter)
        painter.end()
        icon.addPixmap(pixmap)
    return icon
