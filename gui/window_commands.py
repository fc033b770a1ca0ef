"""The commands that work everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.folders import data_folder, log_folder
from gui.commands import Command
from gui.desk import Desk
from gui.document.renders import renders_folder
from gui.helping import show_folder
from gui.panels.table import PANELS
from gui.texts import mixing as mixing_texts
from gui.texts import resing as resing_texts
from gui.texts import settings as settings_texts
from gui.texts import shell as texts
from gui.texts import voice as voice_texts
from gui.theme import CHOICES, Choice, Theme

SAVE, UNDO, REDO = "Ctrl+S", "Ctrl+Z", "Ctrl+Shift+Z; Ctrl+Y"


class WindowDoes(Protocol):
    """What the window does itself."""

    def new_song(self) -> None: ...
    def open_files(self) -> None: ...
    def open_demo(self) -> None: ...
    def save(self) -> None: ...
    def save_as(self) -> None: ...
    def undo(self) -> None: ...
    def redo(self) -> None: ...
    def undo_label(self) -> str: ...
    def redo_label(self) -> str: ...
    def play(self) -> None: ...
    def to_start(self) -> None: ...
    def end_loop(self) -> None: ...
    def show_palette(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def show_settings(self) -> None: ...
    def show_about(self) -> None: ...
    def toggle_full_screen(self) -> None: ...
    def full_screen(self) -> bool: ...
    def quit(self) -> None: ...
    def choose_theme(self, choice: Choice) -> None: ...
    def show_panel(self, panel_id: str) -> None: ...


def window_commands(window: WindowDoes, theme: Theme, desk: Desk) -> tuple[Command, ...]:
    """The table, in the order of the menus."""
    return (*_file(window, desk), *_edit(window), *_view(window, theme), *_help(window))


def _file(window: WindowDoes, desk: Desk) -> list[Command]:
    menu = texts.MENU_FILE
    return [
        Command("file.new", texts.NEW, window.new_song, "Ctrl+N", menu=menu),
        Command("file.open", texts.OPEN, window.open_files, "Ctrl+O", menu=menu),
        Command("file.demo", texts.DEMO, window.open_demo, menu=menu),
        Command("file.resing", resing_texts.COMMAND, desk.resing, menu=menu),
        Command("file.make_voice", voice_texts.COMMAND, desk.make_voice, menu=menu),
        Command("file.mix", mixing_texts.COMMAND, desk.mix, "Ctrl+Shift+B", menu=menu),
        Command("file.save", texts.SAVE, window.save, SAVE, menu=menu),
        Command("file.save_as", texts.SAVE_AS, window.save_as, "Ctrl+Shift+S", menu=menu),
        Command("file.renders", texts.OPEN_RENDERS, lambda: show_folder(renders_folder()), menu=menu),
        Command("file.settings", settings_texts.COMMAND, window.show_settings, "Ctrl+,", menu=menu),
        Command("file.quit", texts.QUIT, window.quit, "Ctrl+Q", menu=menu),
    ]


def _edit(window: WindowDoes) -> list[Command]:
    menu = texts.MENU_EDIT
    return [
        Command("edit.undo", texts.UNDO, window.undo, UNDO, lambda: bool(window.undo_label()), menu),
        Command("edit.redo", texts.REDO, window.redo, REDO, lambda: bool(window.redo_label()), menu),
        Command("edit.play", texts.PLAY, window.play, "Space", menu=menu),
        Command("edit.to_start", texts.TO_START, window.to_start, "Ctrl+Home", menu=menu),
        Command("edit.end_loop", texts.NO_LOOP, window.end_loop, menu=menu),
    ]


def _view(window: WindowDoes, theme: Theme) -> list[Command]:
    menu = texts.MENU_VIEW
    names = {"system": texts.THEME_SYSTEM, "dark": texts.THEME_DARK, "light": texts.THEME_LIGHT}
    panels = [
        Command(f"view.{entry.id}", entry.title, _showing(window, entry.id), f"Ctrl+{number}", menu=menu)
        for number, entry in enumerate(PANELS, 1)
    ]
    themes = [
        Command(
            f"view.{choice}",
            names[choice],
            _choosing(window, choice),
            menu=menu,
            checked=lambda choice=choice: theme.choice == choice,  # type: ignore[misc]
        )
        for choice in CHOICES
    ]
    full = Command(
        "view.full_screen", texts.FULL_SCREEN, window.toggle_full_screen, "F11", menu=menu, checked=window.full_screen
    )
    return [*panels, *themes, full]


def _help(window: WindowDoes) -> list[Command]:
    menu = texts.MENU_HELP
    return [
        Command("help.shortcuts", texts.SHORTCUTS, window.show_shortcuts, "F1", menu=menu),
        Command("help.palette", texts.PALETTE, window.show_palette, "Ctrl+K", menu=menu),
        Command("help.data", texts.OPEN_DATA, lambda: show_folder(data_folder()), menu=menu),
        Command("help.logs", texts.OPEN_LOGS, lambda: show_folder(log_folder()), menu=menu),
        Command("help.about", texts.ABOUT, window.show_about, menu=menu),
    ]


def _showing(window: WindowDoes, panel_id: str) -> Callable[[], object]:
    return lambda: window.show_panel(panel_id)


def _choosing(window: WindowDoes, choice: Choice) -> Callable[[], object]:
    return lambda: window.choose_theme(choice)
