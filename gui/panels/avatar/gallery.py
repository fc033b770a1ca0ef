"""The bundled figures to choose from, and the user's own portrait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QIcon, QImage, QKeyEvent, QPixmap
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QToolButton, QWidget

from gui.icons import icon
from gui.texts import avatar as texts
from gui.theme import Theme

COLUMNS = 3
THUMBNAIL = 64
_SIGN = 28


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A bundled figure, as the engine lists it."""

    id: str
    name: str
    thumbnail: Path


class Gallery(QWidget):
    """`chosen(id)`: a bundled figure; `portrait_wanted`: the user wants to choose, or see, a portrait."""

    chosen = pyqtSignal(str)
    portrait_wanted = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.figures: tuple[FigureRow, ...] = ()
        self._tiles: dict[str, QToolButton] = {}
        self._stills: dict[str, QImage] = {}
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.tokens.measures.gap)
        self.portrait = self._tile(texts.PORTRAIT, texts.PORTRAIT_TIP)
        self.portrait.setIcon(icon("image", theme, "text_soft"))
        self.portrait.setIconSize(QSize(_SIGN, _SIGN))
        self.portrait.clicked.connect(self.portrait_wanted)
        self._grid.addWidget(self.portrait, 0, 0)
        self.setAccessibleName(texts.WHO)

    def show_figures(self, figures: Sequence[FigureRow], images: Sequence[tuple[QImage, QImage]]) -> None:
        """All that can be chosen, each with thumbnail and still; the portrait's tile comes last."""
        for tile in self._tiles.values():
            self._group.removeButton(tile)
            tile.hide()
            tile.deleteLater()
        self.figures = tuple(figures)
        self._tiles, self._stills = {}, {}
        for number, (figure, (image, still)) in enumerate(zip(figures, images, strict=True)):
            tile = self._tile(figure.name, texts.FIGURE_TIP.format(name=figure.name))
            tile.setIcon(QIcon(QPixmap.fromImage(image)))
            tile.clicked.connect(lambda _on, name=figure.id: self.chosen.emit(name))
            self._tiles[figure.id] = tile
            self._stills[figure.id] = still
            self._grid.addWidget(tile, number // COLUMNS, number % COLUMNS)
        self._grid.addWidget(self.portrait, len(figures) // COLUMNS, len(figures) % COLUMNS)

    def show_portrait(self, name: str, image: QImage) -> None:
        """The user's portrait on its tile."""
        self.portrait.setIcon(QIcon(QPixmap.fromImage(image)))
        self.portrait.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        metrics = self.portrait.fontMetrics()
        self.portrait.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, THUMBNAIL + 10))

    def mark(self, avatar: str, portrait: bool) -> None:
        """Show who is chosen."""
        chosen = self.portrait if portrait else self._tiles.get(avatar)
        if chosen is not None:
            chosen.setChecked(True)

    def name_of(self, avatar: str) -> str:
        """For people."""
        return next((figure.name for figure in self.figures if figure.id == avatar), avatar.title())

    def still(self, avatar: str) -> QImage:
        """The figure at rest; null while it is not there."""
        return self._stills.get(avatar, QImage())

    def tile(self, avatar: str) -> QToolButton:
        """The button of a figure.  Raises `KeyError`."""
        return self._tiles[avatar]

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Arrows go to the neighbour above and below, too; a group of buttons knows left and right only."""
        step = {Qt.Key.Key_Up: -COLUMNS, Qt.Key.Key_Down: COLUMNS}.get(Qt.Key(event.key())) if event else None
        tiles = [*self._tiles.values(), self.portrait]
        here = next((number for number, tile in enumerate(tiles) if tile.hasFocus()), None)
        if step is None or here is None:
            super().keyPressEvent(event)
            return
        there = tiles[min(max(here + step, 0), len(tiles) - 1)]
        there.setFocus(Qt.FocusReason.TabFocusReason)

    def _tile(self, name: str, tip: str) -> QToolButton:
        tile = QToolButton()
        tile.setProperty("kind", "flat")
        tile.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        tile.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        tile.setFixedSize(QSize(THUMBNAIL + 18, THUMBNAIL + 30))
        tile.setFont(self._theme.font("small"))
        tile.setText(name)
        tile.setCheckable(True)
        tile.setToolTip(tip)
        tile.setAccessibleName(name)
        tile.setAccessibleDescription(tip)
        self._group.addButton(tile)
        return tile
