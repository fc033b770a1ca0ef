"""What helps to find one's way: the palette, the page of shortcuts, and our folders."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtWidgets import QWidget

from gui.commands import Command, Commands
from gui.document.leftovers import MARKS, shown
from gui.pages import Pages
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.command_palette import CommandPalette
from gui.widgets.shortcuts_page import ShortcutsPage
from gui.widgets.show_file import open_file


def open_palette(window: QWidget, theme: Theme, commands: Commands, pages: Pages) -> None:
    """What can be done now, the commands of the panel that is seen first."""

    def where(command: Command) -> str:
        scope = commands.scope_of(command.id)
        return pages.title(scope) if scope else ""

    seen = [*commands.of(pages.current), *commands.of("")]
    palette = CommandPalette(theme, seen, where, window)
    palette.finished.connect(palette.deleteLater)
    palette.open_over(window)


def open_shortcuts(window: QWidget, theme: Theme, commands: Commands, pages: Pages) -> None:
    """The commands of the window and of every panel."""
    # No command, but nobody guesses it: Space, which presses buttons elsewhere, plays.
    enter = Command("help.enter", texts.ENTER_PRESSES, lambda: None, "Return")
    groups = [(texts.SHORTCUTS_WINDOW, (*commands.of(""), enter))]
    groups += [(panel.title, commands.of(panel.id)) for panel in pages.panels]
    page = ShortcutsPage(theme, groups, window)
    page.finished.connect(page.deleteLater)
    page.open()


def show_folder(folder: Path) -> None:
    """In the system's own program; made first, as a new user has none of them yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for marks in folder.glob(f"*/{MARKS}"):
        shown(marks.parent)
    open_file(folder)
