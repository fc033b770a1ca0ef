"""How Qt's own controls look: a palette and a style sheet made of the theme's tokens."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PyQt6.QtGui import QColor, QPalette

from gui.tokens import Tokens

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QApplication

    from gui.theme import Theme

_ART = Path(__file__).parent / "art"


def dress(app: QApplication, theme: Theme) -> None:
    """Give the application the theme's style, palette, font and sheet; and again whenever the theme changes."""
    app.setStyle("Fusion")

    def paint() -> None:
        app.setPalette(palette(theme.tokens))
        app.setFont(theme.font())
        app.setStyleSheet(style_sheet(theme.tokens))

    paint()
    theme.changed.connect(paint)


def palette(tokens: Tokens) -> QPalette:
    """For what the sheet does not reach: text in item views, links, tooltips."""
    roles = QPalette.ColorRole
    made = QPalette()
    colours = {
        roles.Window: tokens.panel,
        roles.WindowText: tokens.text,
        roles.Base: tokens.field,
        roles.AlternateBase: tokens.panel,
        roles.Text: tokens.text,
        roles.Button: tokens.raised,
        roles.ButtonText: tokens.text,
        roles.BrightText: tokens.bad,
        roles.Highlight: tokens.selection,
        roles.HighlightedText: tokens.text,
        roles.ToolTipBase: tokens.raised,
        roles.ToolTipText: tokens.text,
        roles.PlaceholderText: tokens.text_soft,
        roles.Link: tokens.accent_text,
        roles.LinkVisited: tokens.accent_text,
        roles.Mid: tokens.line,
        roles.Dark: tokens.line,
        roles.Light: tokens.hover,
        roles.Accent: tokens.accent,
    }
    for role, colour in colours.items():
        made.setColor(role, colour)
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, tokens.text_disabled)
    return made


def style_sheet(tokens: Tokens) -> str:
    """The sheet for the whole application.

    Controls say what they are by properties: a QPushButton with `kind` "primary" or "flat", a QLabel with `tone`
    "soft", "title", "good", "warn" or "bad", a QFrame with `surface` "raised", "bar" or "window".
    """
    names = {name: _css(value) for name, value in _colours(tokens).items()}
    measures = tokens.measures
    return Template((_ART / "sheet.qss").read_text(encoding="utf-8")).substitute(
        names,
        name=tokens.name,
        art=_ART.as_posix(),
        radius=f"{measures.radius}px",
        row=f"{measures.row - 2}px",
        small=f"{measures.small}px",
        title=f"{measures.title}px",
        inside=f"{measures.row - 8}px",
    )


def _colours(tokens: Tokens) -> dict[str, QColor]:
    values = {name: getattr(tokens, name) for name in tokens.__slots__}
    return {name: value for name, value in values.items() if isinstance(value, QColor)}


def _css(colour: QColor) -> str:
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alpha()})"
