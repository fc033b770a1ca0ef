"""Our scripts in DAWs: installed, to be repaired, or not there yet; with the buttons that change that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.panels.connection.parts import Dot
from gui.panels.connection.scripts import ScriptRow
from gui.texts import connection as texts
from gui.theme import Theme
from gui.viewmodels.told_path import told_path
from gui.widgets.labels import label, text_button

_TONES = {
    "not installed": ("text_soft", True),
    "up to date": ("good", False),
    "of another version": ("warn", False),
    "changed by hand": ("warn", False),
    "not found": ("text_disabled", True),
    "never started": ("text_soft", True),
    "unreadable": ("bad", False),
}
_INSTALLS = {"not installed": texts.INSTALL, "up to date": texts.REINSTALL}
Change = Callable[[str, ScriptRow, Path], None]


class ScriptList(QWidget):
    """`change(verb, row, folder)`: the user wants "install" or "remove"; `steps(daw)`: wants to read what to click."""

    def __init__(
        self, theme: Theme, change: Change, steps: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._change, self._steps = theme, change, steps
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3 * theme.tokens.measures.gap)
        self.setAccessibleName(texts.SCRIPTS)

    def show_rows(self, rows: tuple[ScriptRow, ...]) -> None:
        """One entry for each installation of each DAW."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._column.addWidget(self._entry(row))

    def _entry(self, row: ScriptRow) -> QWidget:
        gap = self._theme.tokens.measures.gap
        entry = QWidget()
        entry.setAccessibleName(f"{row.name}: {texts.SCRIPT_STATES[row.state]}")
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        head = QHBoxLayout()
        head.setSpacing(2 * gap)
        dot = Dot(self._theme)
        dot.show_as(*_TONES[row.state])
        head.addWidget(dot)
        head.addWidget(label(row.name))
        head.addWidget(label(texts.SCRIPT_STATES[row.state], "soft"), 1)
        column.addLayout(head)
        if row.root is not None:
            place = label(told_path(row.root), "small", wraps=True)
            place.setToolTip(str(row.root))
            column.addWidget(place)
        if row.why:
            column.addWidget(label(row.why, "bad", wraps=True))
        column.addLayout(self._buttons(row))
        return entry

    def _buttons(self, row: ScriptRow) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * self._theme.tokens.measures.gap)
        root = row.root
        if root is None:
            tip = texts.CHOOSE_TIP.format(daw=row.name, folder=row.folder_name)
            buttons.addWidget(text_button(texts.CHOOSE, lambda: self._choose(row), about=tip))
        elif row.state != "unreadable":
            text = _INSTALLS.get(row.state, texts.REPAIR)
            kind = "" if row.state == "up to date" else "primary"
            tip = texts.INSTALL_TIP.format(folder=root)
            buttons.addWidget(text_button(text, lambda: self._change("install", row, root), kind, about=tip))
            if row.state != "not installed":
                buttons.addWidget(
                    text_button(texts.REMOVE, lambda: self._change("remove", row, root), about=texts.REMOVE_TIP)
                )
        if root is not None and row.state != "unreadable":
            tip = texts.STEPS_TIP.format(daw=row.name)
            buttons.addWidget(text_button(texts.STEPS_BUTTON, lambda: self._steps(row.daw), "flat", about=tip))
        buttons.addStretch(1)
        return buttons

    def _choose(self, row: ScriptRow) -> None:
        title = texts.CHOOSE_TIP.format(daw=row.name, folder=row.folder_name)
        chosen = QFileDialog.getExistingDirectory(self, title, str(Path.home()))
        if chosen:
            self._change("install", row, Path(chosen))
