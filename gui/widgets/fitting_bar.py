"""A bar that keeps its words whole: where it is too narrow, parts of it go, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QWidget


class FittingBar(QFrame):
    """`row` is its layout.  No narrower than `least` pixels: then all has gone that may."""

    def __init__(self, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self.setMinimumWidth(least)
        self.row = QHBoxLayout(self)
        self._parts: list[Callable[[bool], object]] = []

    def may_go(self, *parts: Callable[[bool], object]) -> None:
        """Each is called with whether there is room for its part; the first goes first."""
        self._parts += parts

    def fit(self) -> None:
        """Look anew what there is room for."""
        for show in self._parts:
            show(True)
        for show in self._parts:
            if self.row.sizeHint().width() <= self.width():
                return
            show(False)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        # Only now is it as wide as the style wants it.
        super().showEvent(event)
        self.fit()
