"""Which folders programs may name files in, and which are watched for clips."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.panels.connection.parts import Elided
from gui.texts import connection as texts
from gui.theme import Theme
from gui.viewmodels.told_path import told_path
from gui.widgets.labels import label, text_button

Changed = Callable[[tuple[Path, ...], tuple[Path, ...]], None]


class FolderList(QWidget):
    """`changed(folders, watched)` after every change by the user."""

    def __init__(self, theme: Theme, changed: Changed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._changed = theme, changed
        self.folders: tuple[Path, ...] = ()
        self.watched: tuple[Path, ...] = ()
        gap = theme.tokens.measures.gap
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * gap)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(gap)
        column.addLayout(self._rows)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * gap)
        buttons.addWidget(text_button(texts.ADD_WATCH, lambda: self._choose(watch=True), about=texts.ADD_WATCH_TIP))
        buttons.addWidget(text_button(texts.ADD_FOLDER, lambda: self._choose(watch=False), about=texts.ADD_FOLDER_TIP))
        buttons.addStretch(1)
        column.addLayout(buttons)
        self._fill()

    def show_folders(self, folders: tuple[Path, ...], watched: tuple[Path, ...]) -> None:
        self.folders, self.watched = folders, watched
        self._fill()

    def add(self, folder: Path, watch: bool) -> None:
        """One more; nothing happens for one that is there."""
        if folder in (self.watched if watch else self.folders):
            return
        if watch:
            self.watched = (*self.watched, folder)
        else:
            self.folders = (*self.folders, folder)
        self._fill()
        self._changed(self.folders, self.watched)

    def remove(self, folder: Path, watch: bool) -> None:
        if watch:
            self.watched = tuple(path for path in self.watched if path != folder)
        else:
            self.folders = tuple(path for path in self.folders if path != folder)
        self._fill()
        self._changed(self.folders, self.watched)

    def _choose(self, watch: bool) -> None:
        title = texts.ADD_WATCH if watch else texts.ADD_FOLDER
        chosen = QFileDialog.getExistingDirectory(self, title, str(Path.home()))
        if chosen:
            self.add(Path(chosen), watch)

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for watch, paths in ((True, self.watched), (False, self.folders)):
            for path in paths:
                self._rows.addWidget(self._row(path, watch))
        if not self.watched and not self.folders:
            self._rows.addWidget(label(texts.NO_FOLDERS, "soft"))

    def _row(self, path: Path, watch: bool) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * self._theme.tokens.measures.gap)
        kind = label(texts.IS_WATCHED if watch else texts.MAY_READ, "small")
        kind.setFixedWidth(72)
        line.addWidget(kind)
        line.addWidget(Elided(told_path(path), how=Qt.TextElideMode.ElideMiddle), 1)
        remove = QToolButton()
        remove.setProperty("kind", "flat")
        remove.setIcon(icon("close", self._theme))
        told = texts.REMOVE_FOLDER.format(folder=path)
        remove.setToolTip(told)
        remove.setAccessibleName(told)
        remove.clicked.connect(lambda: self.remove(path, watch))
        line.addWidget(remove)
        return row
