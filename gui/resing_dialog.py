"""Sing a recording again: which one, by whom, how, and where to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from gui.document.renders import renders_folder
from gui.document.settings import Settings
from gui.document.sound_names import SUFFIXES
from gui.texts import resing as text
from gui.theme import Theme
from gui.viewmodels.resing_wish import ResingWish, Speaker, out_file
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import label, set_tone, text_button
from gui.widgets.resing_form import ResingForm
from gui.widgets.save_dialog import ask_save
from gui.widgets.sound_files import ask_sound

_WIDE = 460
_PLACES = ("renders", "beside")


class ResingDialog(QDialog):
    """`wished` with a `ResingWish`; `mix_wished` with the file that is to be isolated first.

    Voice, format and place are remembered.  `promised`: files that other jobs will write.
    """

    wished = pyqtSignal(object)
    mix_wished = pyqtSignal(object)

    def __init__(
        self, recording: Path, theme: Theme, settings: Settings, promised: Collection[Path], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(text.TITLE)
        self.setMinimumWidth(_WIDE)
        self._recording, self._settings, self._promised = recording, settings, promised
        self._own: Path | None = None
        self.name = ElidedLabel()
        self.choose = text_button(text.CHOOSE, self._choose)
        self.isolate = text_button(text.ISOLATE_FIRST, self._isolate, "flat", text.ISOLATE_FIRST_TIP)
        self.said = label(text.VOICES_ASKING, "soft", wraps=True)
        self.start = text_button(text.START, self._start, "primary")
        self.start.setDefault(True)
        self.form = ResingForm(theme)
        self.form.format.show_value(settings.text("resing.format", "PCM_24", ("FLOAT", "PCM_24", "PCM_16")))
        self.form.out.show_value(settings.text("resing.out", "renders", _PLACES))
        self.form.out_chosen.connect(self._out_chosen)
        self.form.voice.chosen.connect(lambda _: self._renew())
        self._lay_out(theme.tokens.measures.gap)
        self._renew()

    def show_speakers(self, found: Sequence[Speaker]) -> None:
        """Who can sing, once the engine has said it."""
        self.form.show_speakers(found, self._settings.text("resing.voice"))
        self.said.setText("" if found else f"{text.NO_VOICE} {text.NO_VOICE_HINT}")
        set_tone(self.said, "soft" if found else "bad")
        self.said.setVisible(not found)
        self._renew()

    def show_failure(self, sentence: str) -> None:
        """The engine could not say who there is."""
        self.said.setText(sentence)
        set_tone(self.said, "bad")

    def out(self, speaker: Speaker) -> Path:
        """The file that will be written."""
        if self._own is not None:
            return self._own
        beside = self.form.out.currentData() == "beside"
        folder = self._recording.parent if beside else renders_folder()
        return out_file(folder, self._recording, speaker, self._promised)

    def _renew(self) -> None:
        self.name.tell(self._recording.name)
        self.start.setEnabled(self.form.speaker is not None)

    def _choose(self) -> None:
        chosen = ask_sound(self, text.CHOOSE_TITLE, self._recording.parent)
        if chosen is not None:
            self._recording = chosen
            self._renew()

    def _isolate(self) -> None:
        self.reject()
        self.mix_wished.emit(self._recording)

    def _out_chosen(self, value: str) -> None:
        before, self._own = self._own, None
        speaker = self.form.speaker
        if value != "file" or speaker is None:
            return
        begun = before or out_file(self._recording.parent, self._recording, speaker, self._promised)
        self._own = ask_save(self, text.OUT_TITLE, begun, text.OUT_FILTER, ".wav", SUFFIXES) or before
        if self._own is None:
            self.form.out.show_value("renders")
            self.form.out.setToolTip(text.OUT_TIP)
        else:
            self.form.out.setToolTip(str(self._own))

    def _start(self) -> None:
        speaker = self.form.speaker
        if speaker is None:
            return
        settings, form = self._settings, self.form
        settings.put("resing.voice", speaker.voice)
        settings.put("resing.format", str(form.format.currentData()))
        if form.out.currentData() in _PLACES:
            settings.put("resing.out", str(form.out.currentData()))
        wish = ResingWish(recording=self._recording, out=self.out(speaker), speaker=speaker, **form.chosen())
        self.accept()
        self.wished.emit(wish)

    def _lay_out(self, gap: int) -> None:
        which = QHBoxLayout()
        which.setSpacing(2 * gap)
        which.addWidget(label(text.RECORDING, "soft"))
        which.addWidget(self.name, 1)
        which.addWidget(self.choose)
        mix = QHBoxLayout()
        mix.addWidget(label(text.DRY, "small"), 1)
        mix.addWidget(self.isolate)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(text_button(text.CANCEL, self.reject))
        foot.addWidget(self.start)
        hint = label(text.HINT, "soft", wraps=True)
        hint.setMinimumWidth(_WIDE - 10 * gap)
        column = QVBoxLayout(self)
        column.setContentsMargins(5 * gap, 4 * gap, 5 * gap, 4 * gap)
        column.setSpacing(2 * gap)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # it grows with what is chosen
        column.addWidget(hint)
        column.addLayout(which)
        column.addLayout(mix)
        column.addWidget(self.form)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addLayout(foot)
