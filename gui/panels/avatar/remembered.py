"""What of the choices is kept from one start to the next: habits, not files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.panels.avatar.choices import MOTION_SUFFIXES, RATES, Choices, parsed_size
from gui.texts import avatar as texts

if TYPE_CHECKING:
    from gui.document.settings import Settings

_PREFIX = "avatar."


def remembered(settings: Settings) -> Choices:
    """The choices to begin with."""
    motion = tuple(kind for kind in settings.texts(_PREFIX + "motion") if kind in MOTION_SUFFIXES)
    return Choices(
        avatar=settings.text(_PREFIX + "figure"),
        expressive=settings.number(_PREFIX + "expressive", 0.6, 0.0, 1.0),
        size=_size(settings.text(_PREFIX + "size")),
        fps=settings.text(_PREFIX + "fps", "25", RATES),
        format=settings.text(_PREFIX + "format", "mp4", tuple(texts.FORMATS)),
        motion=motion,
    )


def remember(settings: Settings, choices: Choices) -> None:
    """Keep what changed."""
    for name, value in (
        ("figure", choices.avatar),
        ("expressive", choices.expressive),
        ("size", choices.size),
        ("fps", choices.fps),
        ("format", choices.format),
        ("motion", choices.motion),
    ):
        settings.put(_PREFIX + name, value)


def _size(text: str) -> str:
    try:
        parsed_size(text)
    except ValueError:
        return ""
    return text
