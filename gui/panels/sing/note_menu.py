"""What a right click on the roll offers."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtWidgets import QMenu, QWidget

from gui.commands import Command

OFFERED = (
    "cut", "copy", "paste", "duplicate", "delete", "",
    "lyric", "join", "split", "quantise", "octave_up", "octave_down", "smooth", "plain_pitch", "",
    "retake", "retake_pitch", "retake_timbre", "compare",
)  # fmt: skip
"""Commands of the panel, without its name; "" is a line between them."""


def note_menu(commands: Sequence[Command], parent: QWidget) -> QMenu:
    """The menu, with what cannot be done now greyed."""
    menu = QMenu(parent)
    by_id = {command.id: command for command in commands}
    for name in OFFERED:
        if not name:
            menu.addSeparator()
            continue
        command = by_id[f"sing.{name}"]
        shortcut = command.shortcuts[0] if command.shortcuts else ""
        action = menu.addAction(f"{command.text}\t{shortcut}" if shortcut else command.text)
        if action is not None:
            action.setEnabled(command.enabled())
            action.triggered.connect(lambda _, run=command.run: run())
    return menu
