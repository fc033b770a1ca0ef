"""The theme that is in use: tokens and fonts, by the system or by choice, changed while the window is open."""

from __future__ import annotations

from typing import Literal, get_args

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QFontDatabase, QGuiApplication

from gui.tokens import Tokens, dark, light

Choice = Literal["system", "dark", "light"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

FontKind = Literal["body", "bold", "small", "title", "big", "figures", "figures_small", "figures_big"]


class Theme(QObject):
    """Tokens and fonts for whoever paints; `changed` when dark becomes light or back.

    `choice` "system" follows the desktop, and is dark where that does not say.
    """

    changed = pyqtSignal()

    def __init__(self, choice: Choice = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._tokens = self._wanted()
        self._fonts: dict[str, QFont] = {}
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    @property
    def choice(self) -> Choice:
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Dark, light, or as the desktop has it from now on."""
        self._choice = choice
        self._take(self._wanted())

    def font(self, kind: FontKind = "body") -> QFont:
        """The font of a kind of text; "figures" are as wide as each other, for times that run."""
        if kind not in self._fonts:
            self._fonts[kind] = _font(kind, self._tokens)
        return QFont(self._fonts[kind])

    def _wanted(self) -> Tokens:
        if self._choice == "system":
            hints = QGuiApplication.styleHints()
            bright = hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
            return light() if bright else dark()
        return light() if self._choice == "light" else dark()

    def _system_changed(self) -> None:
        if self._choice == "system":
            self._take(self._wanted())

    def _take(self, tokens: Tokens) -> None:
        if tokens.name != self._tokens.name:
            self._tokens = tokens
            self.changed.emit()


def _font(kind: FontKind, tokens: Tokens) -> QFont:
    measures = tokens.measures
    sizes = {
        "small": measures.small,
        "figures_small": measures.small,
        "title": measures.title,
        "big": measures.big,
        "figures_big": measures.title,
    }
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(sizes.get(kind, measures.body))
    if kind in ("bold", "title", "big"):
        font.setWeight(QFont.Weight.DemiBold)
    if kind.startswith("figures"):
        font.setFeature(QFont.Tag(b"tnum"), 1)
    return font
