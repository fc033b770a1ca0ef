"""Who sings: the gallery, and what is known of the portrait's face."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from gui.panels.avatar.boxes import Box
from gui.panels.avatar.face_page import told_of
from gui.panels.avatar.gallery import THUMBNAIL, Gallery
from gui.panels.avatar.pictures import portrait_thumbnail
from gui.panels.avatar.portrait import Portrait
from gui.texts import avatar as texts
from gui.theme import Theme
from gui.widgets.labels import label, set_tone, text_button


class WhoBox(Box):
    """`gallery` and the portrait's state; `adjust` is the button that shows its face."""

    def __init__(self, portrait: Portrait, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, texts.WHO, parent)
        self._portrait = portrait
        self._shown = 0
        self.gallery = Gallery(theme)
        self.column.addWidget(self.gallery)
        self._face = label("", "soft", wraps=True)
        self.adjust = text_button(texts.ADJUST, lambda: None, about=texts.ADJUST_TIP)
        self._hint = label(texts.PORTRAIT_HINT, "small", wraps=True)
        for widget in (self._face, self.adjust, self._hint):
            self.column.addWidget(widget)
        portrait.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known of the portrait."""
        portrait = self._portrait
        there = portrait.path is not None
        for widget in (self._face, self.adjust):
            widget.setVisible(there)
        if not there or portrait.path is None:
            return
        told, how = told_of(portrait)
        self._face.setText(told)
        set_tone(self._face, how)
        self.adjust.setEnabled(not portrait.image.isNull())
        if not portrait.image.isNull() and portrait.image.cacheKey() != self._shown:
            self._shown = portrait.image.cacheKey()
            self.gallery.show_portrait(portrait.path.stem, portrait_thumbnail(portrait.image, THUMBNAIL, 6))
