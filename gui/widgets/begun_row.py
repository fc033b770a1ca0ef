"""Trainings that were stopped, and what can be done with them."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from gui.texts import voice as text
from gui.theme import Theme
from gui.viewmodels.voice_wish import Begun, Options
from gui.widgets.combo import Combo
from gui.widgets.labels import label, text_button


class BegunRow(QWidget):
    """Not there while there are none.  `chosen` and `forgotten` with a `Begun`."""

    chosen = pyqtSignal(object)
    forgotten = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begun: dict[str, Begun] = {}
        self.which = Combo(text.BEGUN, text.BEGUN_TIP)
        self.go_on = text_button(text.GO_ON, lambda: self._tell(self.chosen.emit), about=text.GO_ON_TIP)
        self.forget = text_button(text.FORGET, lambda: self._tell(self.forgotten.emit), about=text.FORGET_TIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.tokens.measures.gap)
        self.title = label(text.BEGUN, "soft")
        row.addWidget(self.title)
        row.addWidget(self.which, 1)
        row.addWidget(self.go_on)
        row.addWidget(self.forget)
        self.hide()

    def offer(self, options: Options) -> None:
        """The newest first."""
        self._begun = {begun.id: begun for begun in options.begun}
        self.which.offer([(begun.id, begun.line(options.steps or {})) for begun in options.begun])
        if self.which.currentIndex() < 0:
            self.which.setCurrentIndex(0)
        self.setVisible(bool(options.begun))

    def _tell(self, tell: object) -> None:
        begun = self._begun.get(str(self.which.currentData()))
        if begun is not None and callable(tell):
            tell(begun)
