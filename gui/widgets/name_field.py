"""A name that is typed where it stands."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit, QWidget

_LONGEST = 100


class NameField(QLineEdit):
    """`done` with the name, once; then the field goes away.  Esc gives back the one that was there."""

    done = pyqtSignal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._before = name
        self._told = False
        self.setMaxLength(max(_LONGEST, len(name)))
        self.selectAll()
        self.editingFinished.connect(lambda: self._finish(self.text().strip()))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self._finish(self._before)
        else:
            super().keyPressEvent(event)

    def _finish(self, name: str) -> None:
        if not self._told:
            self._told = True
            self.hide()
            self.deleteLater()
            self.done.emit(name)
