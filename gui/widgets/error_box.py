"""An error that must be read before work goes on."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from gui.widgets.questions import ErrorBox


def show_error(parent: QWidget | None, failure: Any) -> ErrorBox:
    """Show anything with `message` and `hint` (and `details`) in a box of its own; waits for nobody."""
    box = ErrorBox(parent, failure)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box
