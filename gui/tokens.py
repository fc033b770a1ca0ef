"""What the window is painted with: every colour and measure, dark and light.

Lengths are in logical pixels: Qt scales them for dense screens.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from PyQt6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths that both themes share, in logical pixels."""

    gap: int = 4  # the grid that everything stands on: half, one, two, three or four gaps
    radius: int = 4
    row: int = 28  # height of a control and of a row in a list
    rail: int = 76
    transport: int = 48
    status: int = 26
    icon: int = 18
    small_icon: int = 14
    body: int = 13  # heights of letters
    small: int = 11
    title: int = 15
    big: int = 20


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by what they are for.  Text tokens have a contrast of 4.5 to 1 at least on the surfaces they stand on."""

    name: str
    # surfaces, from the back to the front
    window: QColor
    panel: QColor
    raised: QColor
    field: QColor
    line: QColor
    hover: QColor
    pressed: QColor
    selection: QColor
    # text on any of them
    text: QColor
    text_soft: QColor
    text_disabled: QColor
    accent_text: QColor
    good: QColor
    warn: QColor
    bad: QColor
    # the one accent, as a surface
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    focus: QColor
    shadow: QColor
    # piano roll: rows, grid, notes and what lies on them
    row_white: QColor
    row_black: QColor
    grid_bar: QColor
    grid_beat: QColor
    grid_fine: QColor
    key_white: QColor
    key_black: QColor
    key_text: QColor
    note: QColor
    note_edge: QColor
    note_selected: QColor
    note_text: QColor
    note_selected_text: QColor
    note_problem: QColor
    f0: QColor
    f0_drawn: QColor
    phone: QColor
    cursor: QColor
    loop: QColor
    # sound
    wave: QColor
    wave_quiet: QColor
    mix: QColor
    vocals: QColor
    again: QColor
    instrumental: QColor
    meter_low: QColor
    meter_mid: QColor
    meter_high: QColor
    # lanes
    dynamics: QColor
    breathiness: QColor
    tension: QColor
    gender: QColor
    # a phrase's state
    clean: QColor
    waiting: QColor
    rendering: QColor
    done: QColor
    failed: QColor
    measures: Measures

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, QColor) and not value.isValid():
                raise ValueError(f"{self.name}: {field.name} is no colour")


def dark() -> Tokens:
    """The theme of a dim studio: neutral greys, one warm accent."""
    return _tokens("dark", _DARK)


def light() -> Tokens:
    """The theme of a bright room."""
    return _tokens("light", _LIGHT)


def _tokens(name: str, colours: dict[str, str]) -> Tokens:
    return Tokens(name=name, measures=Measures(), **{key: QColor(value) for key, value in colours.items()})


_DARK = {
    "window": "#17181B",
    "panel": "#1E2024",
    "raised": "#282B30",
    "field": "#131417",
    "line": "#363A41",
    "hover": "#31353C",
    "pressed": "#3B4048",
    "selection": "#4A3A2B",
    "text": "#E8E9EB",
    "text_soft": "#A6ABB4",
    "text_disabled": "#6B707A",
    "accent_text": "#FFA55C",
    "good": "#7CCB86",
    "warn": "#E9C65A",
    "bad": "#FF8A80",
    "accent": "#F5924A",
    "accent_hover": "#FFA561",
    "on_accent": "#1A1206",
    "focus": "#FFB47A",
    "shadow": "#99000000",
    "row_white": "#212328",
    "row_black": "#1B1D21",
    "grid_bar": "#4A4F58",
    "grid_beat": "#31353C",
    "grid_fine": "#282B31",
    "key_white": "#D5D7DB",
    "key_black": "#2A2C31",
    "key_text": "#3A3D44",
    "note": "#4F6791",
    "note_edge": "#8AA3D0",
    "note_selected": "#A9C1EC",
    "note_text": "#F4F6FA",
    "note_selected_text": "#10182A",
    "note_problem": "#FF8A80",
    "f0": "#C9CED8",
    "f0_drawn": "#FFA55C",
    "phone": "#A6ABB4",
    "cursor": "#FFFFFF",
    "loop": "#40F5924A",
    "wave": "#8AA3D0",
    "wave_quiet": "#4A5468",
    "mix": "#A6ABB4",
    "vocals": "#FFA55C",
    "again": "#D59BEA",
    "instrumental": "#7FA8E8",
    "meter_low": "#7CCB86",
    "meter_mid": "#E9C65A",
    "meter_high": "#FF6B5E",
    "dynamics": "#FFA55C",
    "breathiness": "#7CC9D6",
    "tension": "#F08AA8",
    "gender": "#B79CF0",
    "clean": "#5B616C",
    "waiting": "#8B919C",
    "rendering": "#FFA55C",
    "done": "#7CCB86",
    "failed": "#FF8A80",
}

_LIGHT = {
    "window": "#E6E7EA",
    "panel": "#F2F3F5",
    "raised": "#FFFFFF",
    "field": "#FFFFFF",
    "line": "#C6CAD1",
    "hover": "#E4E7EC",
    "pressed": "#D5DAE1",
    "selection": "#F6DEC9",
    "text": "#1B1D21",
    "text_soft": "#4F5661",
    "text_disabled": "#8C929C",
    "accent_text": "#974509",
    "good": "#1B6A2C",
    "warn": "#735400",
    "bad": "#B3261E",
    "accent": "#B9540F",
    "accent_hover": "#A34809",
    "on_accent": "#FFFFFF",
    "focus": "#B9540F",
    "shadow": "#40000000",
    "row_white": "#F8F9FA",
    "row_black": "#ECEEF1",
    "grid_bar": "#A4ABB6",
    "grid_beat": "#D0D4DA",
    "grid_fine": "#E0E3E7",
    "key_white": "#FFFFFF",
    "key_black": "#3A3E46",
    "key_text": "#5A606B",
    "note": "#9DB5E2",
    "note_edge": "#4A69A8",
    "note_selected": "#2F539B",
    "note_text": "#10182A",
    "note_selected_text": "#FFFFFF",
    "note_problem": "#B3261E",
    "f0": "#3F4654",
    "f0_drawn": "#B9540F",
    "phone": "#4F5661",
    "cursor": "#000000",
    "loop": "#33B9540F",
    "wave": "#4A69A8",
    "wave_quiet": "#A9B5CC",
    "mix": "#626A77",
    "vocals": "#B9540F",
    "again": "#8B3FA8",
    "instrumental": "#2F66B8",
    "meter_low": "#2E8B45",
    "meter_mid": "#B58900",
    "meter_high": "#C62F22",
    "dynamics": "#B9540F",
    "breathiness": "#0F7384",
    "tension": "#B02F5B",
    "gender": "#6B46C1",
    "clean": "#A4ABB6",
    "waiting": "#767D89",
    "rendering": "#B9540F",
    "done": "#1B6A2C",
    "failed": "#B3261E",
}
