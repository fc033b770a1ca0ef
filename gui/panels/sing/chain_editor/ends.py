"""Above and below the strips: what is edited, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.panels.sing.chain_editor.adding import add_button
from gui.texts import chains as text
from gui.theme import Theme
from gui.viewmodels.chain_edit import ChainEdit
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import icon_button, label, set_tone, text_button, tip

_UNDO_KEY, _REDO_KEY = "Ctrl+Z", "Ctrl+Shift+Z"


class Head(QFrame):
    """Name and description, undo, and the menu of effects."""

    def __init__(
        self,
        theme: Theme,
        add: Callable[[str], object],
        undo: Callable[[], object],
        redo: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        gap = theme.tokens.measures.gap
        self.name, self.whose, self.about = ElidedLabel(self), label(tone="small"), ElidedLabel(self)
        self.name.setProperty("tone", "title")
        self.about.setProperty("tone", "small")
        self.undo = icon_button(theme, "undo", text.UNDO, undo, _UNDO_KEY)
        self.redo = icon_button(theme, "redo", text.REDO, redo, _REDO_KEY)
        self.add = add_button(theme, add)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.about)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * gap, 2 * gap, 3 * gap, 2 * gap)
        row.setSpacing(gap)
        row.addLayout(words, 1)
        row.addWidget(self.whose)
        row.addSpacing(2 * gap)
        for button in (self.undo, self.redo, self.add):
            row.addWidget(button)

    def show_edit(self, edit: ChainEdit) -> None:
        """What it is called, whose it is, and what can be undone."""
        self.name.tell(edit.base.name)
        self.about.tell(edit.base.about)
        self.about.setVisible(bool(edit.base.about))
        self.whose.setText(text.YOURS if edit.base.yours else text.OURS if edit.base.id else "")
        undo, redo = edit.undo_label, edit.redo_label
        self.undo.setEnabled(bool(undo))
        self.undo.setToolTip(tip(text.UNDO_STEP.format(label=undo) if undo else text.UNDO, _UNDO_KEY))
        self.redo.setEnabled(bool(redo))
        self.redo.setToolTip(tip(text.REDO_STEP.format(label=redo) if redo else text.REDO, _REDO_KEY))


class Foot(QFrame):
    """A word about the state, and the buttons that save, delete and close."""

    save_wished = pyqtSignal()
    save_as_wished = pyqtSignal()
    delete_wished = pyqtSignal()
    leave_wished = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        gap = theme.tokens.measures.gap
        self.said = label(tone="small", wraps=True)
        self.delete = text_button(text.DELETE, self.delete_wished.emit, "", text.DELETE_TIP)
        self.save_as = text_button(text.SAVE_AS, self.save_as_wished.emit, "", tip(text.SAVE_AS_TIP, "Ctrl+Shift+S"))
        self.save = text_button(text.SAVE, self.save_wished.emit, "primary", tip(text.SAVE_TIP, "Ctrl+S"))
        close = text_button(text.CLOSE, self.leave_wished.emit, "", tip(text.CLOSE, "Esc"))
        row = QHBoxLayout()
        row.setSpacing(2 * gap)
        row.addWidget(self.delete)
        row.addStretch(1)
        for button in (close, self.save_as, self.save):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * gap, 2 * gap, 4 * gap, 3 * gap)
        column.setSpacing(2 * gap)
        column.addWidget(self.said)
        column.addLayout(row)
        # Enter in a knob must not save.
        for each in self.findChildren(QPushButton):
            each.setAutoDefault(False)

    def show_edit(self, edit: ChainEdit) -> None:
        """Ours are saved under another name only, and are not deleted."""
        yours = edit.base.yours
        self.delete.setVisible(yours)
        self.save.setVisible(yours)
        self.save.setEnabled(edit.modified)
        self.save_as.setProperty("kind", "" if yours else "primary")
        style = self.save_as.style()
        if style is not None:
            style.unpolish(self.save_as)
            style.polish(self.save_as)

    def say(self, told: str, tone: str) -> None:
        self.said.setText(told)
        set_tone(self.said, tone)
