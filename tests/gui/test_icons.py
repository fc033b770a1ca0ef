"""Icons: all there, in the theme's colours, sharp."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QIcon, QImage

from gui.app_icon import app_icon
from gui.icons import icon, icon_names
from gui.panels.table import PANELS
from gui.theme import Theme


def part(colour: QColor) -> tuple[int, ...]:
    return tuple((value + 1) // 2 for value in (colour.red(), colour.green(), colour.blue()))


def colours(image: QImage) -> set[tuple[int, ...]]:
    """Of the pixels that are fully drawn, to seven bits a part: blended edges round."""
    seen = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {part(colour) for colour in seen if colour.alpha() == 255}


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_is_drawn_in_its_colour_and_stays_inside(name: str, dark_theme: Theme) -> None:
    image = icon(name, dark_theme, "bad").pixmap(QSize(60, 60)).toImage()
    assert colours(image) == {part(dark_theme.tokens.bad)}
    edge = [(x, y) for x in range(60) for y in (0, 59)] + [(x, y) for x in (0, 59) for y in range(60)]
    assert not any(image.pixelColor(x, y).alpha() for x, y in edge)


def test_the_panels_have_icons() -> None:
    assert {entry.icon for entry in PANELS} <= set(icon_names())


def test_an_icon_follows_the_theme_and_its_state(dark_theme: Theme) -> None:
    shape = icon("stop", dark_theme)

    def colour(mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> QColor:
        return shape.pixmap(QSize(20, 20), mode, state).toImage().pixelColor(10, 10)

    assert colour() == dark_theme.tokens.text
    assert colour(QIcon.Mode.Disabled) == dark_theme.tokens.text_disabled
    assert colour(state=QIcon.State.On) == dark_theme.tokens.accent_text
    dark_theme.choose("light")
    assert colour() == dark_theme.tokens.text


def test_an_icon_is_sharp_on_a_dense_screen(dark_theme: Theme) -> None:
    pixmap = icon("stop", dark_theme).pixmap(QSize(20, 20), 2.0)
    image = pixmap.toImage()
    assert (image.width(), image.height()) == (40, 40)
    assert image.pixelColor(20, 20).alpha() == 255
    assert image.pixelColor(11, 11).alpha() == 255  # painted at 40 pixels: the square begins at 10
    assert image.pixelColor(8, 8).alpha() == 0


@pytest.mark.parametrize("size", [16, 48, 256])
def test_the_programs_own_icon_is_drawn_at_every_size(size: int, qapp: object) -> None:
    image = app_icon().pixmap(QSize(size, size)).toImage()
    assert (image.width(), image.height()) == (size, size)
    assert image.pixelColor(size // 2, size // 8).alpha() == 255
    assert image.pixelColor(0, 0).alpha() == 0
    assert len(colours(image)) > 2
