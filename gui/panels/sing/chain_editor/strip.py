"""One effect of the chain: whether it is heard, its knobs, its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.panels.sing.chain_editor.knobs import span_of, tip_of
from gui.texts import chains as text
from gui.theme import Theme
from gui.viewmodels.chain_edit import Strip
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import flat_button, label, set_tone, tip
from gui.widgets.value_bar import ValueBar

if TYPE_CHECKING:
    from plugin_host.rendergraph import Effect

UP_KEY, DOWN_KEY, REMOVE_KEY, BYPASS_KEY = "Alt+Up", "Alt+Down", "Alt+Del", "Alt+B"
_COLUMNS = 2
_HAND = 3


class EffectStrip(QFrame):
    """Says what is wished; the editor edits the chain.  `in_hand`: new effects come behind it."""

    value_wished = pyqtSignal(int, str, float, int)  # strip, parameter, value, number of the drag
    bypass_wished = pyqtSignal(int, bool)
    move_wished = pyqtSignal(int, int)  # strip, by how many places
    remove_wished = pyqtSignal(int)

    def __init__(self, theme: Theme, strip: Strip, effect: Effect, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "raised")
        self.id, self._theme, self._name = strip.id, theme, text.EFFECT_NAMES[effect.name]
        self._in_hand = False
        self.heard = QCheckBox(self)
        self.heard.setAccessibleName(text.ON.format(effect=self._name))
        self.heard.setToolTip(tip(text.BYPASS_TIP, BYPASS_KEY))
        self.heard.clicked.connect(lambda on: self.bypass_wished.emit(self.id, not on))
        self.title = label()
        self.title.setFont(theme.font("bold"))
        about = ElidedLabel(self)
        about.setProperty("tone", "small")
        about.tell(text.EFFECT_ABOUT[effect.name])
        self.up = self._button("up", text.UP, UP_KEY)
        self.down = self._button("down", text.DOWN, DOWN_KEY)
        self.remove = self._button("trash", text.REMOVE, REMOVE_KEY)
        self.up.clicked.connect(lambda _: self.move_wished.emit(self.id, -1))
        self.down.clicked.connect(lambda _: self.move_wished.emit(self.id, 1))
        self.remove.clicked.connect(lambda _: self.remove_wished.emit(self.id))
        self.bars = {parameter.name: self._bar(effect, parameter.name) for parameter in effect.parameters}
        self._lay_out(about)

    def show_strip(self, strip: Strip, place: int, count: int) -> None:
        """Show what the chain has; nothing is emitted."""
        bypass = strip.settings.bypass
        self.title.setText(text.STRIP.format(number=place + 1, effect=self._name))
        set_tone(self.title, "soft" if bypass else "")
        spoken = text.STRIP_BYPASSED if bypass else text.STRIP
        self.setAccessibleName(spoken.format(number=place + 1, effect=self._name))
        self.heard.setChecked(not bypass)
        for name, value in strip.settings.values.items():
            self.bars[name].show_value(value)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)

    def take_in_hand(self, on: bool) -> None:
        """Show that the keys work here."""
        if on != self._in_hand:
            self._in_hand = on
            self.update()

    def first_bar(self) -> ValueBar:
        """Where the hands go first."""
        return next(iter(self.bars.values()))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self._in_hand:
            QPainter(self).fillRect(0, _HAND, _HAND, self.height() - 2 * _HAND, self._theme.tokens.accent)

    def _button(self, icon_name: str, words: str, key: str) -> QToolButton:
        name = words.format(effect=self._name)
        return flat_button(self._theme, icon_name, name, tip(name, key), small=True)

    def _bar(self, effect: Effect, name: str) -> ValueBar:
        parameter = effect.by_name[name]
        span = span_of(parameter)
        bar = ValueBar(self._theme, text.PARAMETER_NAMES[name], span, self)
        bar.setToolTip(tip_of(parameter, span))
        bar.changed.connect(lambda value: self.value_wished.emit(self.id, name, value, bar.grip))
        return bar

    def _lay_out(self, about: QWidget) -> None:
        gap = self._theme.tokens.measures.gap
        head = QHBoxLayout()
        head.setSpacing(gap)
        head.addWidget(self.heard)
        head.addWidget(self.title)
        head.addSpacing(gap)
        head.addWidget(about, 1)
        for button in (self.up, self.down, self.remove):
            head.addWidget(button)
        grid = QGridLayout()
        grid.setSpacing(gap)
        for number, bar in enumerate(self.bars.values()):
            grid.addWidget(bar, number // _COLUMNS, number % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * gap, gap, 2 * gap, 2 * gap)
        whole.setSpacing(gap)
        whole.addLayout(head)
        whole.addLayout(grid)
