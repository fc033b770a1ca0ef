"""A list to choose one of, with a value behind every text."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QWidget

_LETTERS = 8


class Combo(QComboBox):
    """`chosen` with the value when the user chooses, never when the song does."""

    chosen = pyqtSignal(str)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._activated)
        shown = self.view()
        if shown is not None:
            shown.setAccessibleName(name)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (value, text); what is chosen stays chosen where it is still there."""
        offered = [(self.itemData(place), self.itemText(place)) for place in range(self.count())]
        if offered == list(choices):
            return
        value = self.currentData()
        self.clear()
        for entry, shown in choices:
            self.addItem(shown, entry)
        self.setCurrentIndex(self.findData(value))

    def show_value(self, value: str, missing: str = "") -> None:
        """Show a value that the song has; one that is not offered is added as `missing`."""
        place = self.findData(value)
        if place < 0:
            self.addItem(missing or value, value)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self._narrow(super().sizeHint())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self._narrow(super().minimumSizeHint())

    def _narrow(self, hint: QSize) -> QSize:
        """As wide as a short word, whatever it offers.  Qt's own policy of that kind makes the whole list that pops
        up, a millisecond for each."""
        option, metrics, style = QStyleOptionComboBox(), self.fontMetrics(), self.style()
        self.initStyleOption(option)
        assert style is not None
        word = QSize(_LETTERS * metrics.horizontalAdvance("X"), metrics.height())
        narrow = style.sizeFromContents(QStyle.ContentsType.CT_ComboBox, option, word, self)
        return QSize(narrow.width(), hint.height())

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        # Scrolling a long form must not choose another voice.
        if event is not None:
            event.ignore()

    def _activated(self, place: int) -> None:
        self.chosen.emit(str(self.itemData(place)))
