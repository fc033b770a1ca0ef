"""Whose voice it will be, what it is called, and how long it learns."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QFormLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from gui.texts import sing as sing_text
from gui.texts import voice as text
from gui.theme import Theme
from gui.viewmodels.voice_wish import QUALITIES, Checked, Options, VoiceWish
from gui.widgets.combo import Combo
from gui.widgets.labels import label

_LONGEST, _MOST_MINUTES = 200, 6000
_FIELDS = (
    ("name", text.NAME, text.NAME_TIP, ""),
    ("singer", text.SINGER, text.SINGER_TIP, ""),
    ("consent", text.CONSENT, text.CONSENT_TIP, text.CONSENT_EXAMPLE),
    ("licence", text.LICENCE, text.LICENCE_TIP, text.LICENCE_EXAMPLE),
)


class VoiceForm(QWidget):
    """`edited` when the user changed something; `language_chosen` besides, for it changes what is heard."""

    edited = pyqtSignal()
    language_chosen = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles: list[QLabel] = []
        self._options = Options()
        self._checked: Checked | None = None
        self.fields = {name: _field(title, tip, example) for name, title, tip, example in _FIELDS}
        for field in self.fields.values():
            field.textEdited.connect(lambda _: self.edited.emit())
        self.language = Combo(text.LANGUAGE, text.LANGUAGE_TIP)
        self.language.chosen.connect(lambda _: self.edited.emit())
        self.language.chosen.connect(lambda _: self.language_chosen.emit())
        self.quality = Combo(text.QUALITY, text.QUALITY_TIP)
        self.quality.chosen.connect(lambda _: self.edited.emit())
        self.minutes = _Minutes()
        self.minutes.valueChanged.connect(self._minutes_changed)
        self._offer_qualities()
        self.quality.show_value("normal")
        self._lay_out(theme.tokens.measures.gap)

    def offer(self, options: Options) -> None:
        """What the base voice knows."""
        self._options = options
        names = [(language, sing_text.LANGUAGES.get(language, language)) for language in options.languages]
        self.language.offer(names)
        if self.language.currentIndex() < 0 and names:
            self.language.show_value(names[0][0])

    def show_costs(self, checked: Checked | None) -> None:
        """How long each training takes here, once that is known."""
        self._checked = checked
        self._offer_qualities()

    def fill(self, wish: VoiceWish) -> None:
        """What was asked for earlier."""
        for name, field in self.fields.items():
            field.setText(getattr(wish, name))
        self.language.show_value(wish.language, sing_text.LANGUAGES.get(wish.language, wish.language))
        self.quality.show_value(wish.quality)
        self.minutes.setValue(wish.minutes or 0)

    def wish(self, recordings: Path | None) -> VoiceWish:
        """As it stands."""
        said = {name: field.text().strip() for name, field in self.fields.items()}
        return VoiceWish(
            recordings=recordings,
            language=str(self.language.currentData() or ""),
            quality=str(self.quality.currentData()),
            minutes=self.minutes.value() or None,
            **said,
        )

    def _minutes_changed(self, _minutes: int) -> None:
        self._offer_qualities()
        self.edited.emit()

    def _offer_qualities(self) -> None:
        self.quality.offer([(quality, self._told(quality)) for quality in QUALITIES])

    def _told(self, quality: str) -> str:
        told, steps = text.QUALITIES[quality], self._options.steps
        if self._checked is None or not steps:
            return told
        time = self._checked.time(steps[quality], self.minutes.value() or None)
        return text.QUALITY_TIMED.format(quality=told, time=time)

    def _title(self, title: str) -> QLabel:
        made = label(title, "soft")
        self.titles.append(made)
        return made

    def _lay_out(self, gap: int) -> None:
        rows = QFormLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(4 * gap)
        rows.setVerticalSpacing(gap + 2)
        why = label(text.CONSENT_WHY, "small", wraps=True)
        for name, title, _tip, _example in _FIELDS:
            rows.addRow(self._title(title), self.fields[name])
        rows.addRow("", why)
        rows.addRow(self._title(text.LANGUAGE), self.language)
        rows.addRow(self._title(text.QUALITY), self.quality)
        rows.addRow(self._title(text.MINUTES), self.minutes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(rows)


class _Minutes(QSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, _MOST_MINUTES)
        self.setSpecialValueText(text.MINUTES_NONE)
        self.setSuffix(text.MINUTES_UNIT)
        self.setAccessibleName(text.MINUTES)
        self.setToolTip(text.MINUTES_TIP)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        # Scrolling a long form must not change it.
        if event is not None:
            event.ignore()


def _field(title: str, tip: str, example: str) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(_LONGEST)
    field.setPlaceholderText(example)
    field.setAccessibleName(title)
    field.setToolTip(tip)
    return field
