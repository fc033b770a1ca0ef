"""Tokens: readable in both themes, told when they change."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PyQt6.QtGui import QColor, QFontMetricsF
from PyQt6.QtWidgets import QApplication, QPushButton

from gui.style import dress, style_sheet
from gui.theme import Theme
from gui.tokens import Tokens, dark, light

SURFACES = ("window", "panel", "raised", "field", "hover", "pressed", "selection")
SOUNDS = ("vocals", "again", "instrumental")
TEXTS = ("text", "text_soft", "accent_text", "good", "warn", "bad")


def luminance(colour: QColor) -> float:
    """Relative luminance, as WCAG 2.1 has it."""
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [dark(), light()], ids=lambda tokens: tokens.name)
class TestTokens:
    def test_text_is_readable_on_every_surface(self, tokens: Tokens) -> None:
        poor = [
            f"{text} on {surface}: {ratio:.2f}"
            for surface in SURFACES
            for text in TEXTS
            if (ratio := contrast(getattr(tokens, text), getattr(tokens, surface))) < 4.5
            and not (text not in ("text", "text_soft") and surface in ("pressed", "selection"))
        ]
        assert poor == []

    @pytest.mark.parametrize(
        ("text", "surface"),
        [
            ("on_accent", "accent"),
            ("on_accent", "accent_hover"),
            ("note_text", "note"),
            ("note_selected_text", "note_selected"),
            ("key_text", "key_white"),
        ],
    )
    def test_text_is_readable_on_its_own_colour(self, tokens: Tokens, text: str, surface: str) -> None:
        assert contrast(getattr(tokens, text), getattr(tokens, surface)) >= 4.5

    @pytest.mark.parametrize("line", ["f0", "f0_drawn", "cursor", "wave", "accent", "focus", *SOUNDS])
    def test_lines_stand_out_from_the_rows(self, tokens: Tokens, line: str) -> None:
        """3 to 1 is what graphics need."""
        for row in ("row_white", "row_black", "field"):
            assert contrast(getattr(tokens, line), getattr(tokens, row)) >= 3

    def test_sheet_has_no_gap(self, tokens: Tokens) -> None:
        assert "$" not in style_sheet(tokens)


def test_a_colour_that_is_none_is_refused() -> None:
    values = {field.name: getattr(dark(), field.name) for field in fields(Tokens)}
    with pytest.raises(ValueError, match="line"):
        Tokens(**(values | {"line": QColor("nothing")}))


def test_a_change_is_told_once(dark_theme: Theme) -> None:
    changes: list[str] = []
    dark_theme.changed.connect(lambda: changes.append(dark_theme.tokens.name))
    for choice in ("light", "light", "dark"):
        dark_theme.choose(choice)  # type: ignore[arg-type]
    assert changes == ["light", "dark"]


def test_figures_are_as_wide_as_each_other(dark_theme: Theme) -> None:
    metrics = QFontMetricsF(dark_theme.font("figures"))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_the_window_changes_with_the_theme(qapp: QApplication, dark_theme: Theme, qtbot: object) -> None:
    dress(qapp, dark_theme)
    button = QPushButton("A")
    before = button.grab().toImage().pixelColor(button.width() // 2, 3)
    dark_theme.choose("light")
    after = button.grab().toImage().pixelColor(button.width() // 2, 3)
    assert luminance(after) > luminance(before) + 0.3
    button.deleteLater()
