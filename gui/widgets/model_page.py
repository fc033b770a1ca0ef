"""What is known of one model: its facts, its card, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from gui.texts import shell as texts
from gui.theme import Theme
from gui.viewmodels.model_facts import ModelLine
from gui.widgets.card import card_document
from gui.widgets.labels import label, text_button


class ModelPage(QWidget):
    """`verify`, `remove`, `show` are called for the model that is shown."""

    def __init__(
        self,
        theme: Theme,
        verify: Callable[[], object],
        remove: Callable[[], object],
        show: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line: ModelLine | None = None
        gap = theme.tokens.measures.gap
        self.name = label(tone="title")
        self.why = label(tone="bad", wraps=True)
        self.verify = text_button(texts.MODELS_VERIFY, verify, about=texts.MODELS_VERIFY_TIP)
        self.remove = text_button(texts.MODELS_REMOVE, remove)
        self.show_button = text_button(texts.MODELS_SHOW, show)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        for button in (self.show_button, self.verify, self.remove):
            head.addWidget(button)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(gap * 4)
        self._facts.setVerticalSpacing(gap)
        self._facts.setColumnStretch(1, 1)
        self._facts.setColumnStretch(3, 1)
        self.card = QTextBrowser()
        self.card.setOpenExternalLinks(True)
        self.card.setFrameShape(QFrame.Shape.NoFrame)
        self.card.setAccessibleName(texts.MODELS_CARD)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap * 4, gap * 3, gap * 4, gap * 4)
        column.setSpacing(gap * 3)
        column.addLayout(head)
        column.addWidget(self.why)
        column.addLayout(self._facts)
        column.addWidget(self.card, 1)
        theme.changed.connect(self._write_card)

    def show_model(self, line: ModelLine) -> None:
        """Its facts and its card."""
        self._line = line
        self.name.setText(line.name)
        self.why.setText(line.why)
        self.why.setVisible(bool(line.why))
        broken = line.role == "broken"
        self.verify.setEnabled(not broken)
        self.remove.setEnabled(not broken and not line.included)
        self.remove.setToolTip(texts.MODELS_INCLUDED_TIP if line.included else texts.MODELS_REMOVE_TIP)
        self._write_facts(line)
        self._write_card()

    def _write_facts(self, line: ModelLine) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        half = (len(line.facts) + 1) // 2
        for place, (name, value) in enumerate(line.facts):
            column = 0 if place < half else 2
            shown = label(value, wraps=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(f"{name}: {value}")
            self._facts.addWidget(label(name, "soft"), place % half, column, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(shown, place % half, column + 1, Qt.AlignmentFlag.AlignTop)

    def _write_card(self) -> None:
        if self._line is None:
            return
        self.card.setVisible(self._line.role != "broken")
        self.card.setDocument(card_document(self._line.card or texts.MODELS_NO_CARD, self._theme, self.card))
