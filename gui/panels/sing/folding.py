"""The side column of notes, takes and problems: folded away in a narrow window, and whenever the user wants."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QSplitter, QToolButton, QWidget

_ROOMY = 1000
"""Pixels of all columns from which on there is room for this one."""
_WIDE = 252


class Folding(QObject):
    """`side` is the last column of `columns`; `button` shows and changes whether it is there."""

    def __init__(self, columns: QSplitter, side: QWidget, button: QToolButton) -> None:
        super().__init__(columns)
        self._columns, self._side, self._button = columns, side, button
        self._roomy = True
        button.setCheckable(True)
        button.setChecked(True)
        button.clicked.connect(self.set_open)
        columns.splitterMoved.connect(self._show)
        for watched in (columns, side):
            watched.installEventFilter(self)

    @property
    def open(self) -> bool:
        """Whether the column is there; one that was dragged shut is not."""
        return not self._side.isHidden() and self._columns.sizes()[-1] > 0

    def toggle(self) -> None:
        """Fold it away, or unfold it."""
        self.set_open(not self.open)

    def set_open(self, on: bool) -> None:
        """Until the window becomes narrow, or roomy again."""
        self._side.setVisible(on)
        self._make_room()
        self._show()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        kind = event.type() if event is not None else None
        if watched is self._columns and kind == QEvent.Type.Resize:
            roomy = self._columns.width() >= _ROOMY
            if roomy != self._roomy:
                self._roomy = roomy
                self.set_open(roomy)
        elif watched is self._side and kind == QEvent.Type.ShowToParent:
            self._make_room()
            self._show()
        return False

    def _make_room(self) -> None:
        """For a column that was dragged shut, or was folded away when the sizes were kept."""
        sizes = self._columns.sizes()
        if self._columns.isVisible() and not self._side.isHidden() and sizes[-1] == 0:
            sizes[1], sizes[-1] = max(1, sizes[1] - _WIDE), _WIDE
            self._columns.setSizes(sizes)

    def _show(self) -> None:
        laid_out = self._columns.isVisible()
        self._button.setChecked(self.open if laid_out else not self._side.isHidden())
