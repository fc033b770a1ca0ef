"""The strips of a chain, from the top down."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.panels.sing.chain_editor.strip import EffectStrip
from gui.texts import chains as text
from gui.theme import Theme
from gui.viewmodels.chain_edit import Strip
from gui.widgets.labels import label


class StripColumn(QScrollArea):
    """`made` tells of each new strip; `in_hand` is the id of the one that had the focus last, 0 for none."""

    made = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.in_hand = 0
        self.by_id: dict[int, EffectStrip] = {}
        gap = theme.tokens.measures.gap
        inside = QWidget(self)
        inside.setAccessibleName(text.STRIPS)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(3 * gap, 3 * gap, 3 * gap, 3 * gap)
        self._column.setSpacing(2 * gap)
        self._empty = QFrame(inside)
        nothing = QVBoxLayout(self._empty)
        nothing.addWidget(label(text.EMPTY, "title", wraps=True))
        nothing.addWidget(label(text.EMPTY_HINT, "soft", wraps=True))
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)

    def clear(self) -> None:
        """Another chain comes: its strips have other ids."""
        for strip in self.by_id.values():
            self._drop(strip)
        self.by_id, self.in_hand = {}, 0

    def show_strips(self, strips: Sequence[Strip]) -> None:
        """Make, drop and order them as the chain is."""
        for gone in self.by_id.keys() - {strip.id for strip in strips}:
            self._drop(self.by_id.pop(gone))
        for place, strip in enumerate(strips):
            shown = self.by_id.get(strip.id) or self._make(strip)
            if self._column.indexOf(shown) != place:
                self._column.insertWidget(place, shown)
            shown.show_strip(strip, place, len(strips))
        self._empty.setVisible(not strips)
        if self.in_hand not in self.by_id:
            self._take(0)

    def reach(self, strip: int) -> None:
        """Bring the focus there."""
        self.by_id[strip].first_bar().setFocus()
        self._take(strip)
        self.show_whole(strip)

    def show_whole(self, strip: int) -> None:
        """Scroll until it can be seen."""
        inside = self.widget()
        if inside is not None:
            # The layout knows of a new strip only when it is asked.
            inside.adjustSize()
        self._column.activate()
        self.ensureWidgetVisible(self.by_id[strip], 0, self._theme.tokens.measures.gap)

    def follow_focus(self, widget: QWidget) -> None:
        """The focus is there now."""
        for strip in self.by_id.values():
            if strip.isAncestorOf(widget):
                self._take(strip.id)

    def _make(self, strip: Strip) -> EffectStrip:
        from plugin_host.rendergraph import EFFECTS

        made = self.by_id[strip.id] = EffectStrip(self._theme, strip, EFFECTS[strip.settings.effect], self.widget())
        self.made.emit(made)
        return made

    def _drop(self, strip: EffectStrip) -> None:
        self._column.removeWidget(strip)
        strip.hide()
        strip.deleteLater()

    def _take(self, strip: int) -> None:
        self.in_hand = strip
        for strip_id, shown in self.by_id.items():
            shown.take_in_hand(strip_id == strip)
