"""One clip: its words in a field, whether they fit its notes, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QTextCursor
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gui.panels.connection.parts import Elided, card
from gui.texts import sing as sing_texts
from gui.texts import words as texts
from gui.theme import Theme
from gui.viewmodels.clip_lines import Again
from gui.viewmodels.clip_words import Words
from gui.widgets.combo import Combo
from gui.widgets.labels import label, set_tone, text_button, tip

SAVE_KEY = "Ctrl+Return"
_LEAST_FIELD = 120
_AUTO = sing_texts.LANGUAGE_AUTO


class WordsEditor(QWidget):
    """`typed` when the user changed words or language; the others are wishes."""

    typed = pyqtSignal()
    save_wished = pyqtSignal()
    sing_wished = pyqtSignal()
    forget_wished = pyqtSignal()
    drop_wished = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.name = Elided(tone="title")
        self.facts = Elided(tone="soft")
        self.field = QPlainTextEdit()
        self.field.setPlaceholderText(texts.PLACEHOLDER)
        self.field.setAccessibleName(texts.COMMAND)
        self.field.setToolTip(texts.FIELD_TIP)
        self.field.setTabChangesFocus(True)
        self.field.setMinimumHeight(_LEAST_FIELD)
        self.field.textChanged.connect(self._changed)
        self.language = Combo(texts.LANGUAGE, texts.LANGUAGE_TIP, self)
        self.language.offer((("", _AUTO), *sing_texts.LANGUAGES.items()))
        self.language.setMinimumWidth(130)
        self.language.setMaximumWidth(180)
        self.language.chosen.connect(lambda _value: self._changed())
        self.fit = label(tone="soft", wraps=True)
        self.told = label(tone="soft", wraps=True)
        self.why = label(tone="soft", wraps=True)
        self.remarks_title = label(texts.LAST_TIME, "soft")
        self.remarks = label(tone="warn", wraps=True)
        self.save = text_button(texts.SAVE, self.save_wished.emit, "primary", about=tip(texts.SAVE_TIP, SAVE_KEY))
        self.sing = text_button(texts.SING, self.sing_wished.emit)
        self.drop = text_button(texts.DROP, self.drop_wished.emit)
        self.forget = text_button(texts.FORGET, self.forget_wished.emit, about=texts.FORGET_TIP)
        self._showing = False
        self._given = self._taken = ""
        self._lay_out()
        self.show_state(unsaved=False, elsewhere=False, saving=False)
        self.show_again(Again(why=texts.BRIDGE_OFF))

    @property
    def words(self) -> Words:
        """As they stand in the fields."""
        text = _text_of(self.field)
        return Words.typed(self._given if text == self._taken else text, str(self.language.currentData() or ""))

    def show_clip(self, name: str, facts: str, read_only: bool) -> None:
        self.name.show_text(name)
        self.facts.show_text(facts)
        self.field.setAccessibleName(texts.FIELD.format(name=name))
        self.field.setReadOnly(read_only)
        self.language.setEnabled(not read_only)

    def show_words(self, words: Words) -> None:
        """Nothing is emitted, and the cursor stays, where they are those that are shown already."""
        self._showing = True
        if self.words.text != words.text:
            place = self.field.textCursor().position()
            self.field.setPlainText(words.text)
            cursor = self.field.textCursor()
            cursor.setPosition(min(place, self.field.document().characterCount() - 1))  # type: ignore[union-attr]
            self.field.setTextCursor(cursor)
            self._given, self._taken = words.text, _text_of(self.field)
        self.language.show_value(words.language)
        self._showing = False

    def to_start(self) -> None:
        """The cursor before the first word."""
        self.field.moveCursor(QTextCursor.MoveOperation.Start)

    def show_fit(self, line: str, tone: str) -> None:
        _say(self.fit, line, tone)

    def show_told(self, line: str, tone: str = "soft") -> None:
        """What was saved, or why not."""
        _say(self.told, line, tone)

    def show_remarks(self, remarks: Sequence[str]) -> None:
        """Of the last time."""
        self.remarks_title.setVisible(bool(remarks))
        _say(self.remarks, "\n".join(remarks), "warn")

    def show_state(self, unsaved: bool, elsewhere: bool, saving: bool) -> None:
        """What can be done with what was typed."""
        self.save.setEnabled(unsaved and not saving)
        self.drop.setVisible(unsaved)
        text, about = (texts.TAKE_THEIRS, texts.TAKE_THEIRS_TIP) if elsewhere else (texts.DROP, texts.DROP_TIP)
        self.drop.setText(text)
        self.drop.setAccessibleName(text)
        self.drop.setToolTip(about)

    def show_again(self, again: Again, saving: bool = False) -> None:
        """How the clip can be sung once more; not before what was typed is saved."""
        text = texts.SING if again.clip or not again.daw else texts.SING_SELECTED
        self.sing.setText(text)
        self.sing.setAccessibleName(text)
        self.sing.setEnabled(bool(again.daw) and not saving)
        self.sing.setToolTip(again.tip or again.why)
        _say(self.why, again.why, "soft")

    def _changed(self) -> None:
        if not self._showing:
            self.typed.emit()

    def _lay_out(self) -> None:
        gap = self._theme.tokens.measures.gap
        frame, column = card(self._theme)
        frame.setSizePolicy(frame.sizePolicy().horizontalPolicy(), frame.sizePolicy().Policy.Preferred)
        column.addWidget(self.name)
        column.addWidget(self.facts)
        column.addWidget(self.field, 1)
        column.addWidget(self.fit)
        column.addLayout(self._row(gap))
        told = QHBoxLayout()
        told.setSpacing(2 * gap)
        told.addWidget(self.told, 1)
        told.addWidget(self.drop)
        column.addLayout(told)
        for line in (self.why, self.remarks_title, self.remarks):
            column.addWidget(line)
        for part in (self.told, self.drop, self.why, self.remarks_title, self.remarks):
            part.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, gap, 0)
        outer.addWidget(frame)

    def _row(self, gap: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * gap)
        name = label(texts.LANGUAGE, "soft")
        name.setBuddy(self.language)
        row.addWidget(name)
        row.addWidget(self.language)
        row.addStretch(1)
        for button in (self.forget, self.sing, self.save):
            row.addWidget(button)
        return row


def _text_of(field: QPlainTextEdit) -> str:
    """With its no-break spaces, which `toPlainText` makes plain."""
    document = field.document()
    return "" if document is None else document.toRawText().replace("\u2029", "\n")


def _say(line: QLabel, text: str, tone: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))
    set_tone(line, tone)
