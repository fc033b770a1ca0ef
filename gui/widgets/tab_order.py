"""In which order Tab goes: as the eye does, and not as things were made."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget


def in_order(*parts: QWidget) -> None:
    """Tab goes through these one after the other, and through what each holds in the order in which it was laid out."""
    window = parts[0].window()
    stops = [
        stop
        for part in parts
        for stop in (part, *part.findChildren(QWidget))
        if stop.focusPolicy() != Qt.FocusPolicy.NoFocus and stop.window() is window  # the list of a combo is its own
    ]
    for one, following in pairwise(stops):
        QWidget.setTabOrder(one, following)
