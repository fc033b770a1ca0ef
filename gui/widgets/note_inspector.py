"""How the selected notes are sung: their words' phones, and every knob that a note has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from engine.score import KNOBS, Knob
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.value_bar import Range, ValueBar

_SECTIONS = (
    (text.NOTE_SECTION_PITCH, ("vibrato_depth", "vibrato_rate", "vibrato_onset", "portamento")),
    (text.NOTE_SECTION_SOUND, ("dynamics", "breathiness", "tension", "gender")),
    (text.NOTE_SECTION_WORD, ("consonants", "timing")),
)
_FINE = {"dB": (0.5, 1), "": (0.05, 2), "semitones": (0.1, 1), "cents": (5, 0), "Hz": (0.1, 1), "s": (0.01, 2)}


@dataclass(frozen=True, slots=True)
class ShownNotes:
    """What is told of the selected notes: `facts` are lines (name, value); `values` the knobs that are set on the
    first of them; `phones` its word's own pronunciation."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    phones: str = ""
    spoken: str = ""
    """How the word is said without phones of its own."""


def span_of(knob: Knob) -> Range:
    """A knob as a bar shows it."""
    step, decimals = _FINE.get(knob.unit, (0.05, 2))
    unit = text.UNITS.get(knob.unit, knob.unit)
    return Range(knob.low, knob.high, knob.neutral, step, decimals, unit, text.AS_VOICE)


class NoteInspector(QWidget):
    """Says what is wished; the owner edits the song.  `set_wished` with a knob's name and value (None: taken back)."""

    set_wished = pyqtSignal(str, object)
    phones_wished = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._title.setFont(theme.font("title"))
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(2)
        self._facts.setColumnStretch(1, 1)
        self._phones = QLineEdit(self)
        self._phones.setAccessibleName(text.NOTE_PHONES)
        self._phones.setToolTip(text.NOTE_PHONES_TIP)
        self._phones.editingFinished.connect(self._phones_typed)
        self._shown = ShownNotes("")
        self._bars: dict[str, ValueBar] = {}
        none = QLabel(text.NOTE_NONE, self)
        none.setProperty("tone", "soft")
        none.setWordWrap(True)
        none.setMargin(16)
        none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(none)
        self._pages.addWidget(self._form(theme))

    def _form(self, theme: Theme) -> QScrollArea:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addLayout(self._facts)
        column.addSpacing(4)
        column.addWidget(_head(text.NOTE_PHONES, theme))
        column.addWidget(self._phones)
        for title, names in _SECTIONS:
            column.addSpacing(4)
            column.addWidget(_head(title, theme))
            for name in names:
                bar = ValueBar(theme, text.KNOB_NAMES[name], span_of(KNOBS[name]), inside)
                bar.changed.connect(lambda value, name=name: self.set_wished.emit(name, value))
                column.addWidget(bar)
                self._bars[name] = bar
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def show_notes(self, shown: ShownNotes | None) -> None:
        """Show these notes (None: nothing is selected); nothing is emitted."""
        self._pages.setCurrentIndex(0 if shown is None else 1)
        if shown is None or shown == self._shown:
            return
        if shown.facts != self._shown.facts:
            self._show_facts(shown.facts)
        self._shown = shown
        self._title.setText(shown.title)
        if not self._phones.hasFocus() or not self._phones.isModified():
            self._phones.setText(shown.phones)
        self._phones.setPlaceholderText(shown.spoken or text.NOTE_PHONES_NONE)
        for name, bar in self._bars.items():
            bar.show_value(shown.values.get(name, KNOBS[name].neutral))

    def bar(self, knob: str) -> ValueBar:
        """The bar of a knob.  Raises `KeyError`."""
        return self._bars[knob]

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, (name, value) in enumerate(facts):
            label = QLabel(name, self)
            label.setProperty("tone", "soft")
            self._facts.addWidget(label, row, 0)
            self._facts.addWidget(QLabel(value, self), row, 1)

    def _phones_typed(self) -> None:
        if self._phones.isModified():
            self._phones.setModified(False)
            if self._phones.text().strip() != self._shown.phones:
                self.phones_wished.emit(self._phones.text().strip())


def _head(title: str, theme: Theme) -> QLabel:
    label = QLabel(title)
    label.setFont(theme.font("small"))
    label.setProperty("tone", "soft")
    return label
