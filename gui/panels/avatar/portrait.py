"""The user's portrait: read beside the window, its face found by the engine or placed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from engine.errors import MelismaError
from gui.engine_process import Ask
from gui.panels.avatar.choices import Points
from gui.panels.avatar.pictures import WORKING_SIDE, read_image
from gui.panels.avatar.show import Engine
from gui.widgets.off_thread import OffThread
from gui.widgets.portrait_picker import Point


class Portrait(QObject):
    """`changed`: picture, face or state.  `found(bool)`: the search is over.  `failed`: it is no picture.

    `width`, `height`: as the engine works with the picture; `landmarks` and `marks` in its pixels.
    """

    changed = pyqtSignal()
    found = pyqtSignal(bool)
    failed = pyqtSignal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._off = OffThread(self)
        self._ask: Ask | None = None
        self.path: Path | None = None
        self.image = QImage()
        self.width = self.height = 0
        self.landmarks: tuple[Point, ...] = ()
        self.marks: tuple[Point, ...] = ()
        self.by_hand = False

    @property
    def busy(self) -> bool:
        return self._ask is not None or self._off.busy

    @property
    def usable(self) -> bool:
        """Whether it is known where the face is."""
        return bool(self.landmarks)

    @property
    def points(self) -> Points | None:
        """For the engine: where the user put the face; None where it finds it itself."""
        if not self.by_hand or len(self.marks) != 3:
            return None
        left, right, mouth = self.marks
        return left, right, mouth

    def take(self, path: Path) -> None:
        """Another picture; its face is looked for."""
        self.path, self.image = path, QImage()
        self.landmarks, self.marks, self.by_hand = (), (), False
        self._off.run("image", lambda: read_image(path), self._read, self.failed.emit)
        self.changed.emit()

    def find(self) -> None:
        """Look for the face again, wherever it was put."""
        self.by_hand = False
        self._seek({"portrait": str(self.path)})

    def place(self, points: Points) -> None:
        """The user says where eyes and mouth are."""
        self.by_hand, self.marks = True, points
        self._seek({"portrait": str(self.path), "points": [list(point) for point in points]})

    def close(self) -> None:
        """Ask for nothing more."""
        self._off.close()
        if self._ask is not None:
            ask, self._ask = self._ask, None
            ask.cancel()

    def _read(self, image: QImage) -> None:
        self.image = image
        scale = min(1.0, WORKING_SIDE / max(image.width(), image.height(), 1))
        self.width, self.height = round(image.width() * scale), round(image.height() * scale)
        self.changed.emit()
        self.find()

    def _seek(self, args: Mapping[str, Any]) -> None:
        if self.path is None:
            return
        ask = self._ask = self._engine.ask("face", args, key="avatar.face")
        ask.done.connect(lambda answer: self._told(ask, answer))
        ask.failed.connect(lambda failure: self._refused(ask, failure))
        ask.cancelled.connect(lambda: self._refused(ask, None))
        ask.lost.connect(lambda: self._refused(ask, None))
        self.changed.emit()

    def _told(self, ask: Ask, answer: Mapping[str, Any]) -> None:
        if ask is not self._ask:
            return
        self._ask = None
        self.width, self.height = int(answer["width"]), int(answer["height"])
        self.landmarks = tuple((float(x), float(y)) for x, y in answer["landmarks"])
        if answer["found"] and not self.by_hand:
            self.marks = tuple((float(x), float(y)) for x, y in answer["points"])
        self.changed.emit()
        self.found.emit(bool(answer["found"]))

    def _refused(self, ask: Ask, failure: MelismaError | None) -> None:
        if ask is not self._ask:
            return
        self._ask = None
        self.landmarks = ()
        self.changed.emit()
        if self.by_hand:
            self.found.emit(False)  # three points that make no face: the user goes on moving them
        elif failure is not None:
            self.failed.emit(failure)
