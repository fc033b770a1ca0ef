"""Small parts that many places use: labels by their tone, flat buttons with an icon, tooltips with the shortcut."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QLabel, QPushButton, QToolButton

from gui.icons import icon
from gui.theme import Theme


def label(text: str = "", tone: str = "", wraps: bool = False) -> QLabel:
    """`tone` as the style sheet knows it: soft, small, title, good, warn, bad."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)  # names come from files of strangers
    made.setProperty("tone", tone)
    made.setWordWrap(wraps)
    return made


def set_tone(shown: QLabel, tone: str) -> None:
    """Another tone for a label that is shown already."""
    if shown.property("tone") != tone:
        shown.setProperty("tone", tone)
        style = shown.style()
        if style is not None:
            style.unpolish(shown)
            style.polish(shown)


def keys_text(shortcut: str) -> str:
    """A shortcut as this system writes it; the first of several."""
    first = shortcut.split("; ", maxsplit=1)[0]
    return QKeySequence(first).toString(QKeySequence.SequenceFormat.NativeText)


def tip(text: str, shortcut: str = "") -> str:
    """A tooltip with its shortcut: `Undo (Ctrl+Z)`."""
    return f"{text} ({keys_text(shortcut)})" if shortcut else text


def flat_button(theme: Theme, icon_name: str, name: str, about: str = "", small: bool = False) -> QToolButton:
    """A flat button with an icon alone; `name` is for screen readers, `about` its tooltip where that says more."""
    button = QToolButton()
    size = theme.tokens.measures.small_icon if small else theme.tokens.measures.icon
    button.setIcon(icon(icon_name, theme))
    button.setIconSize(QSize(size, size))
    button.setProperty("kind", "flat")
    button.setToolTip(about or name)
    button.setAccessibleName(name)
    return button


def icon_button(theme: Theme, icon_name: str, text: str, run: Callable[[], object], shortcut: str = "") -> QToolButton:
    """As `flat_button`, with what it does; `text` is its tooltip and its name."""
    button = flat_button(theme, icon_name, text, tip(text, shortcut))
    button.clicked.connect(lambda _checked: run())
    theme.changed.connect(button.update)
    return button


def text_button(text: str, run: Callable[[], object], kind: str = "", about: str = "") -> QPushButton:
    """A button with words; `about` is its tooltip."""
    button = QPushButton(text)
    button.setProperty("kind", kind)
    button.setToolTip(about)
    button.setAccessibleName(text)
    button.clicked.connect(lambda _checked: run())
    return button
