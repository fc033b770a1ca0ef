"""Above the lanes: mix or stems, equal loudness, the level, waveforms or spectrograms, zoom."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QCheckBox, QPushButton, QToolButton, QWidget

from gui.panels.isolate import keys
from gui.panels.isolate.listening import Listening, Side
from gui.texts import isolate as text
from gui.theme import Theme
from gui.widgets.fitting_bar import FittingBar
from gui.widgets.labels import icon_button, label, tip
from gui.widgets.meter import Meter
from gui.widgets.sound_lane import Mode

_LEAST = 440


class ListenBar(FittingBar):
    """`side_chosen`, `matched`, `mode_chosen` when the user chooses; `zoomed` with a factor, 0 for all of it."""

    side_chosen = pyqtSignal(str)
    matched = pyqtSignal(bool)
    mode_chosen = pyqtSignal(str)
    zoomed = pyqtSignal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(_LEAST, parent)
        self._theme = theme
        self.side_mix = _choice(text.SIDE_MIX)
        self.side_stems = _choice(text.SIDE_STEMS)
        self.match = QCheckBox(text.MATCHED)
        self.match.setToolTip(tip(text.MATCHED_TIP, keys.MATCH))
        self.match.setAccessibleName(text.MATCHED)
        self.gain = label(tone="soft")
        self.gain.setFont(theme.font("figures"))
        self.meter = Meter(theme)
        self.device = label(tone="warn")
        self.waves = self._mode_button("wave", text.SHOW_WAVES_TIP, "wave")
        self.spectrograms = self._mode_button("spectrogram", text.SHOW_SPECTROGRAMS_TIP, "spectrogram")
        self._zooms = [
            icon_button(theme, "zoom_out", text.ZOOM_OUT, lambda: self.zoomed.emit(1 / 1.5), keys.ZOOM_OUT),
            icon_button(theme, "zoom_in", text.ZOOM_IN, lambda: self.zoomed.emit(1.5), keys.ZOOM_IN),
            icon_button(theme, "fit", text.ZOOM_FIT, lambda: self.zoomed.emit(0.0), keys.FIT),
        ]
        self._connect()
        self._lay_out()

    def show_listening(self, listening: Listening, gain: str, stems: bool) -> None:
        """As it is now; `stems`: whether there is anything to compare with."""
        for button, on in ((self.side_mix, listening.side == "mix"), (self.side_stems, listening.side == "stems")):
            button.setChecked(on)
        self.match.blockSignals(True)
        self.match.setChecked(listening.matched)
        self.match.blockSignals(False)
        if gain != self.gain.text():
            self.gain.setText(gain)
            self.fit()
        for control in (self.side_stems, self.match):
            control.setEnabled(stems)

    def show_mode(self, mode: Mode) -> None:
        self.waves.setChecked(mode == "wave")
        self.spectrograms.setChecked(mode == "spectrogram")

    def show_device(self, name: str | None) -> None:
        """ "" when there is none; nothing is said as long as nobody has looked."""
        self.device.setText(text.NO_DEVICE if name == "" else "")
        self.fit()

    def _mode_button(self, sign: str, name: str, mode: Mode) -> QToolButton:
        button = icon_button(self._theme, sign, name, lambda: self.mode_chosen.emit(mode), keys.VIEW)
        button.setCheckable(True)
        return button

    def _connect(self) -> None:
        sides: Sequence[tuple[QPushButton, Side]] = ((self.side_mix, "mix"), (self.side_stems, "stems"))
        for side_button, side in sides:
            side_button.clicked.connect(lambda _=False, side=side: self.side_chosen.emit(side))
        self.match.toggled.connect(self.matched)
        for pair in ((self.side_mix, self.side_stems), (self.waves, self.spectrograms)):
            group = QButtonGroup(self)
            for button in pair:
                group.addButton(button)

    def _lay_out(self) -> None:
        gap = self._theme.tokens.measures.gap
        row = self.row
        row.setContentsMargins(2 * gap, gap + 2, 2 * gap, gap + 2)
        row.setSpacing(2)
        row.addWidget(self.side_mix)
        row.addWidget(self.side_stems)
        row.addSpacing(3 * gap)
        row.addWidget(self.match)
        row.addSpacing(2 * gap)
        row.addWidget(self.gain)
        row.addStretch(1)
        row.addSpacing(2 * gap)
        row.addWidget(self.device)
        row.addSpacing(2 * gap)
        row.addWidget(self.meter)
        row.addSpacing(3 * gap)
        row.addWidget(self.waves)
        row.addWidget(self.spectrograms)
        row.addSpacing(2 * gap)
        for button in self._zooms:
            row.addWidget(button)
        self.may_go(self.gain.setVisible, self.meter.setVisible)


def _choice(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setCheckable(True)
    button.setToolTip(tip(text.SIDE_TIP, keys.SIDE))
    button.setAccessibleName(f"{text.COMPARE}: {name}")
    return button
