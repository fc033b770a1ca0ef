"""Menus, actions and shortcuts, made of the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMainWindow, QMenu, QWidget

from gui.commands import Command, Commands
from gui.document.recent import Recent
from gui.texts import shell as texts


class Menus:
    """The menu bar.  A panel's commands stand in the panel's menu, and their shortcuts work while it is shown."""

    def __init__(
        self, window: QMainWindow, commands: Commands, recent: Recent, reopen: Callable[[Path], object]
    ) -> None:
        self._window, self._commands, self._recent, self._reopen = window, commands, recent, reopen
        self._actions: dict[str, QAction] = {}
        self._shown = ""
        names = (texts.MENU_FILE, texts.MENU_EDIT, texts.MENU_PANEL, texts.MENU_VIEW, texts.MENU_HELP)
        self._menus = {name: self._menu(name) for name in names}
        self._recent_menu = QMenu(texts.OPEN_RECENT, window)
        self._recent_menu.aboutToShow.connect(self._fill_recent)

    def add_window(self, commands: Sequence[Command]) -> None:
        """The window's own commands; "-" goes before those whose id ends a group, see `Command.menu`."""
        for command in commands:
            action = self._action(command, self._window)
            menu = self._menus.get(command.menu)
            if menu is not None:
                menu.addAction(action)
            if command.id == "file.open" and menu is not None:
                menu.addMenu(self._recent_menu)
            if command.id in _LAST_OF_GROUP and menu is not None:
                menu.addSeparator()

    def add_panel(self, panel: QWidget, commands: Sequence[Command]) -> None:
        """A panel's commands; hidden until `show_panel`."""
        for command in commands:
            # Also on the panel: Qt then sees that it is hidden.
            action = self._action(command, self._window)
            panel.addAction(action)
            action.setEnabled(False)
            self._menus[texts.MENU_PANEL].addAction(action)
            action.setVisible(False)

    def show_panel(self, panel_id: str) -> None:
        """Its commands stand in the menu and answer to their keys, those of others do not."""
        self._shown = panel_id
        for command in self._commands:
            scope, action = self._commands.scope_of(command.id), self._actions.get(command.id)
            if scope and action is not None:
                action.setVisible(scope == panel_id)
                action.setEnabled(scope == panel_id)
        self._menus[texts.MENU_PANEL].menuAction().setVisible(bool(self._commands.of(panel_id)))  # type: ignore[union-attr]

    def _menu(self, name: str) -> QMenu:
        bar = self._window.menuBar()
        assert bar is not None
        menu = bar.addMenu(name)
        assert menu is not None
        menu.aboutToShow.connect(lambda: self._refresh(menu))
        # Greyed only while it is seen: what a key does is asked when it is pressed.
        menu.aboutToHide.connect(lambda: self._wake(menu))
        return menu

    def _action(self, command: Command, parent: QWidget) -> QAction:
        action = QAction(command.text.replace("&", "&&"), parent)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(command.checked is not None)
        action.setData(command.id)
        action.triggered.connect(lambda _checked: self._commands.run(command.id))
        self._actions[command.id] = action
        if parent is self._window:
            self._window.addAction(action)
        return action

    def _refresh(self, menu: QMenu) -> None:
        for action in menu.actions():
            command = self._commands.find(str(action.data()))
            if command is not None:
                action.setEnabled(command.enabled())
                if command.checked is not None:
                    action.setChecked(command.checked())

    def _wake(self, menu: QMenu) -> None:
        for action in menu.actions():
            command = self._commands.find(str(action.data()))
            if command is not None:
                action.setEnabled(self._commands.scope_of(command.id) in ("", self._shown))

    def _fill_recent(self) -> None:
        menu = self._recent_menu
        menu.clear()
        files = self._recent.files()
        for entry in files:
            action = menu.addAction(entry.name.replace("&", "&&"))
            if action is not None:
                action.setToolTip(str(entry.path))
                action.triggered.connect(lambda _checked, path=entry.path: self._reopen(path))
        if not files:
            nothing = menu.addAction(texts.NO_RECENT)
            if nothing is not None:
                nothing.setEnabled(False)
            return
        menu.addSeparator()
        clear = menu.addAction(texts.CLEAR_RECENT)
        if clear is not None:
            clear.triggered.connect(lambda _checked: self._recent.clear())


_LAST_OF_GROUP = frozenset(
    ("file.mix", "file.renders", "file.settings", "edit.redo", "view.models", "view.light", "help.palette")
)
