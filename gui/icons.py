"""Icons that are sharp at any scale and take the theme's colours as they are painted."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_VERSION, QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from gui.theme import Theme

if TYPE_CHECKING:
    from PyQt6.QtSvg import QSvgRenderer

_LOGICAL_SINCE = 0x060800
BESIDE = 4
"""Logical pixels that an icon keeps free at its right for words, besides what the style does."""


def icon(name: str, theme: Theme, colour: str = "") -> QIcon:
    """An icon by name.  `colour` names a token; without one it is as bright as text, and the accent when it is on.

    Raises `KeyError` for a name that there is not.
    """
    return QIcon(_Shape(_shapes()[name], theme, colour))


def beside_words(measure: int) -> QSize:
    """The size of an icon with words at its right, which must not touch it."""
    return QSize(measure + BESIDE, measure)


def icon_names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(_shapes())


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Paint an icon by itself, for widgets that draw their own rows."""
    _paint(painter, rect, _shapes()[name], colour.name())


class _Shape(QIconEngine):
    def __init__(self, shape: str, theme: Theme, colour: str) -> None:
        super().__init__()
        self._shape, self._theme, self._colour = shape, theme, colour

    def clone(self) -> QIconEngine:
        return _Shape(self._shape, self._theme, self._colour)

    def paint(self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        if painter is not None:
            _paint(painter, QRectF(rect), self._shape, self._colour_of(mode, state).name())

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:  # noqa: N802
        if QT_VERSION >= _LOGICAL_SINCE:  # before, `size` came in the pixels of the screen
            size = (size.toSizeF() * scale).toSize()
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def _colour_of(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        tokens = self._theme.tokens
        if mode == QIcon.Mode.Disabled:
            return tokens.text_disabled
        if self._colour:
            found = getattr(tokens, self._colour)
            assert isinstance(found, QColor)
            return found
        return tokens.accent_text if state == QIcon.State.On else tokens.text


def _paint(painter: QPainter, rect: QRectF, shape: str, colour: str) -> None:
    """Square, at the left of `rect`."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(shape, colour).render(painter, QRectF(rect.left(), rect.top(), side, side))
    painter.restore()


@cache
def _shapes() -> dict[str, str]:
    """What stands in each group of the file of icons, by the group's id."""
    text = (Path(__file__).parent / "art" / "icons.svg").read_text(encoding="utf-8")
    return dict(re.findall(r'<g id="(\w+)">(.*?)</g>', text, re.DOTALL))


@cache
def _renderer(shape: str, colour: str) -> QSvgRenderer:
    from PyQt6.QtSvg import QSvgRenderer

    shape = shape.replace('class="f"', f'fill="{colour}" stroke="none"')
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><g fill="none" stroke="{colour}" '
        f'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">{shape}</g></svg>'
    )
    return QSvgRenderer(QByteArray(text.encode()))
