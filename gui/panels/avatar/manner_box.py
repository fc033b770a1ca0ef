"""How it is sung: how much the face moves, and which take of head, brows and lids."""

from __future__ import annotations

import random

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from gui.panels.avatar.boxes import Box, tool
from gui.panels.avatar.choices import Choices
from gui.texts import avatar as texts
from gui.theme import Theme
from gui.widgets.value_bar import Range, ValueBar

MOST_SEED = 9999
"""Of those that are offered; a project or a command line may name any."""


class MannerBox(Box):
    """`expressive_chosen(share)`, `seed_chosen(number)`: what the user wants."""

    expressive_chosen = pyqtSignal(float)
    seed_chosen = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, texts.MANNER, parent)
        self.expressive = ValueBar(theme, texts.EXPRESSIVE, Range(0.0, 1.0, 0.6, 0.05, 2))
        self.expressive.setToolTip(texts.EXPRESSIVE_TIP)
        self.expressive.changed.connect(lambda value: self.expressive_chosen.emit(0.6 if value is None else value))
        self.seed = ValueBar(theme, texts.SEED, Range(0.0, float(MOST_SEED), 0.0, 1.0, 0))
        self.seed.setToolTip(texts.SEED_TIP)
        self.seed.changed.connect(lambda value: self.seed_chosen.emit(0 if value is None else round(value)))
        self.dice = tool(theme, texts.RESEED, "dice", texts.SEED_TIP, self.reseed)
        self.row("", self.expressive)
        self.row("", self.seed, self.dice)

    def reseed(self) -> None:
        """Another take, by chance."""
        number = random.randint(1, MOST_SEED)
        self.seed.show_value(float(number))
        self.seed_chosen.emit(number)

    def show_choices(self, choices: Choices) -> None:
        self.expressive.show_value(choices.expressive)
        self.seed.show_value(float(choices.seed))
