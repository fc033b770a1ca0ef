"""The page on which the face of a portrait is seen and put right."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.panels.avatar.portrait import Portrait
from gui.texts import avatar as texts
from gui.theme import Theme
from gui.widgets.labels import label, set_tone, text_button
from gui.widgets.portrait_picker import PortraitPicker


class FacePage(QWidget):
    """Shows `portrait`.  `used`: the user agrees with the face; `left`: back without it."""

    used = pyqtSignal()
    left = pyqtSignal()

    def __init__(self, portrait: Portrait, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._portrait = portrait
        self._shown = 0
        self._title = label("", "title")
        self.picker = PortraitPicker(theme)
        self.picker.placed.connect(portrait.place)
        self.find_again = text_button(texts.FIND_AGAIN, portrait.find, about=texts.FIND_AGAIN_TIP)
        self.back = text_button(texts.BACK, self.left.emit, about=texts.BACK_TIP)
        self.use = text_button(texts.USE_FACE, self._use, "primary", about=texts.USE_FACE_TIP)
        gap = theme.tokens.measures.gap
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * gap)
        column.addWidget(self._title)
        column.addWidget(label(texts.FACE_HINT, "soft", wraps=True))
        column.addWidget(self.picker, 1)
        row = QHBoxLayout()
        row.setSpacing(2 * gap)
        row.addWidget(self.find_again)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.use)
        column.addLayout(row)
        portrait.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the portrait as it is now."""
        portrait = self._portrait
        if portrait.image.cacheKey() != self._shown and not portrait.image.isNull():
            self._shown = portrait.image.cacheKey()
            self.picker.show_portrait(portrait.image, portrait.width, portrait.height)
        self.picker.show_face(portrait.landmarks, portrait.marks)
        self.use.setEnabled(portrait.usable)
        told, how = told_of(portrait)
        self._title.setText(told)
        set_tone(self._title, how or "title")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        key = event.key() if event is not None else None
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._use()
        else:
            super().keyPressEvent(event)

    def _use(self) -> None:
        if self._portrait.usable:
            self.used.emit()


def told_of(portrait: Portrait) -> tuple[str, str]:
    """(sentence, tone) about the face of a portrait."""
    if portrait.busy and not portrait.usable:
        return texts.SEEKING, "soft"
    if not portrait.usable:
        return texts.FACE_MISSING, "warn"
    return (texts.FACE_BY_HAND, "good") if portrait.by_hand else (texts.FACE_FOUND, "good")
