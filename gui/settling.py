"""What is still being typed counts before the song is saved or left."""

from __future__ import annotations

from PyQt6.QtWidgets import QLineEdit, QWidget


def settle(window: QWidget) -> None:
    """Take over the text of the field in which somebody types in `window`; the field stays as it is.

    The window is asked and not the application: that one knows no field while another program is in front.
    """
    field = window.focusWidget()
    if isinstance(field, QLineEdit) and field.isVisible():
        field.editingFinished.emit()
