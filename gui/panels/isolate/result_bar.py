"""Below the lanes: whether both stems add up to the mix, what made them, and where they go from here."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from gui.icons import beside_words, icon
from gui.panels.isolate.batch import Song, Stems
from gui.panels.isolate.song_list import told_null
from gui.texts import isolate as text
from gui.texts import shell
from gui.theme import Theme
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import label, set_tone

GOOD_NULL_DB = -90.0


class ResultBar(QFrame):
    """`placed`, `revealed` and `asked_why` (what went wrong) when the user wants that."""

    asked_why = pyqtSignal()
    placed = pyqtSignal()
    revealed = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self.null = label()
        self.null.setFont(theme.font("figures"))
        self.null.setToolTip(text.NULL_TIP)
        self.made = ElidedLabel()
        self.made.setProperty("tone", "soft")
        self.reveal = _button(text.OPEN_FOLDER, text.OPEN_FOLDER_TIP, "folder", theme)
        self.place = _button(text.PLACE, text.PLACE_TIP, "connection", theme)
        self.details = _button(shell.DETAILS, shell.JOB_DETAILS_TIP, "info", theme)
        self.details.clicked.connect(self.asked_why)
        self.reveal.clicked.connect(self.revealed)
        self.place.clicked.connect(self.placed)
        gap = theme.tokens.measures.gap
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * gap, gap + 2, 2 * gap, gap + 2)
        row.setSpacing(2 * gap)
        row.addWidget(self.null)
        row.addWidget(self.made, 1)
        row.addWidget(self.details)
        row.addWidget(self.reveal)
        row.addWidget(self.place)
        self.show_song(None)

    def show_song(self, song: Song | None) -> None:
        """What became of the song that is shown."""
        stems = song.stems if song else None
        self.details.setVisible(song is not None and song.fault is not None)
        self.null.setText(text.NULL_NONE if stems is None else told_null(stems.null_db))
        good = stems is not None and stems.null_db <= GOOD_NULL_DB
        tone = "soft" if stems is None else "good" if good else "warn"
        set_tone(self.null, tone)
        self.made.tell("" if stems is None else _made(stems))
        self.reveal.setEnabled(stems is not None)
        self.place.setEnabled(stems is not None)


def _made(stems: Stems) -> str:
    return text.RESULT.format(separator=stems.separator, provider=stems.provider, speed=f"{stems.speed:.2f}")


def _button(name: str, tip: str, sign: str, theme: Theme) -> QPushButton:
    button = QPushButton(name)
    button.setIcon(icon(sign, theme))
    button.setIconSize(beside_words(theme.tokens.measures.small_icon))
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    return button
