"""The list of bundled figures, asked of the engine once, with thumbnails read beside the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from gui.panels.avatar.gallery import THUMBNAIL, FigureRow
from gui.panels.avatar.pictures import read_thumbnails
from gui.panels.avatar.show import Engine
from gui.widgets.off_thread import OffThread


class Figures(QObject):
    """`told(rows, images)`: a list of `FigureRow`, and as many pairs of a thumbnail and a still.  `failed(failure)`."""

    told = pyqtSignal(list, list)
    failed = pyqtSignal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._off = OffThread(self)
        self._asked = self._waits = False
        self._side = THUMBNAIL

    @property
    def busy(self) -> bool:
        return self._waits or self._off.busy

    def ask(self, scale: float) -> None:
        """Once; again only where the engine died under it.  `scale`: pixels of the screen per logical pixel."""
        if self._asked:
            return
        self._asked = self._waits = True
        self._side = round(THUMBNAIL * scale)
        ask = self._engine.ask("avatars", {})
        ask.done.connect(self._listed)
        ask.failed.connect(self._not_listed)
        ask.lost.connect(self._lost)

    def close(self) -> None:
        """Read nothing more."""
        self._off.close()

    def _listed(self, answer: Mapping[str, Any]) -> None:
        self._waits = False
        rows = [FigureRow(row["id"], row["name"], Path(row["thumbnail"])) for row in answer["figures"]]
        paths, side = tuple(row.thumbnail for row in rows), self._side
        self._off.run("thumbnails", lambda: read_thumbnails(paths, side), lambda images: self._read(rows, images))

    def _read(self, rows: Sequence[FigureRow], images: Sequence[tuple[QImage, QImage]]) -> None:
        self.told.emit(list(rows), list(images))

    def _not_listed(self, failure: object) -> None:
        self._waits = False
        self.failed.emit(failure)

    def _lost(self) -> None:
        """The engine died under it: it is asked again when the panel is shown the next time."""
        self._asked = self._waits = False
