"""F1: every shortcut there is, by panel, with a filter."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.commands import Command
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.labels import keys_text, label


class ShortcutsPage(QDialog):
    """`groups`: (heading, its commands), in order; commands without keys are listed too, so that they are found."""

    def __init__(
        self, theme: Theme, groups: Sequence[tuple[str, Sequence[Command]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts.SHORTCUTS_TITLE)
        self.resize(560, 620)
        self.field = QLineEdit()
        self.field.setPlaceholderText(texts.SHORTCUTS_FILTER)
        self.field.setAccessibleName(texts.SHORTCUTS_FILTER)
        self.field.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(texts.SHORTCUTS_TITLE)
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(12)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        header = self.tree.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._none = label(texts.SHORTCUTS_NONE, "soft")
        self._none.hide()
        for title, commands in groups:
            self._add(theme, title, commands)
        column = QVBoxLayout(self)
        gap = theme.tokens.measures.gap
        column.setContentsMargins(gap * 4, gap * 4, gap * 4, gap * 4)
        column.setSpacing(gap * 2)
        for part in (self.field, self.tree, self._none):
            column.addWidget(part)

    def rows(self) -> list[tuple[str, str]]:
        """(text, keys) of what is shown now."""
        groups = [self.tree.topLevelItem(place) for place in range(self.tree.topLevelItemCount())]
        items = [group.child(place) for group in groups if group for place in range(group.childCount())]
        return [(item.text(0), item.text(1)) for item in items if item and not item.isHidden()]

    def _add(self, theme: Theme, title: str, commands: Sequence[Command]) -> None:
        if not commands:
            return
        group = QTreeWidgetItem([title])
        group.setFont(0, theme.font("bold"))
        self.tree.addTopLevelItem(group)
        for command in sorted(commands, key=lambda one: not one.shortcut):
            keys = ", ".join(map(keys_text, command.shortcuts))
            item = QTreeWidgetItem([command.text, keys])
            item.setForeground(1, theme.tokens.text_soft)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            group.addChild(item)
        group.setExpanded(True)

    def _filter(self, typed: str) -> None:
        wanted = typed.lower().strip()
        for place in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(place)
            if group is None:
                continue
            shown = 0
            for number in range(group.childCount()):
                item = group.child(number)
                if item is not None:
                    fits = wanted in item.text(0).lower() or wanted in item.text(1).lower()
                    item.setHidden(not fits)
                    shown += fits
            group.setHidden(not shown)
        self._none.setVisible(not self.rows())
