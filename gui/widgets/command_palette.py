"""Find a command by some of its letters: Ctrl+K, type, Enter."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt
from PyQt6.QtGui import QKeyEvent, QPainter, QTextDocument
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.commands import Command, Match, search
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.labels import keys_text, label

_WIDE, _ROWS = 560, 10
_ROLE = Qt.ItemDataRole.UserRole
_OFF = _ROLE + 2


class CommandPalette(QDialog):
    """The commands that can be done now, and for who searches also those that cannot, which are seen to be so.

    `where` says of each in which panel it works ("" everywhere)."""

    def __init__(
        self,
        theme: Theme,
        commands: Sequence[Command],
        where: Callable[[Command], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._commands = [command for command in commands if command.enabled()]
        self._others = [command for command in commands if not command.enabled()]
        self._where = where
        self.setAccessibleName(texts.PALETTE)
        self.setFixedWidth(_WIDE)
        self.field = QLineEdit()
        self.field.setPlaceholderText(texts.PALETTE_HINT)
        self.field.setAccessibleName(texts.PALETTE_HINT)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(texts.PALETTE_LIST)
        self.list.setItemDelegate(_Row(theme, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setFixedHeight(theme.tokens.measures.row * _ROWS + 4)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self.run_chosen())
        self._none = label(texts.PALETTE_NONE, "soft")
        frame = QFrame()
        frame.setProperty("surface", "raised")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(8, 8, 8, 8)
        for part in (self.field, self.list, self._none):
            inner.addWidget(part)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self._search("")

    def open_over(self, window: QWidget) -> None:
        """In the upper middle of the window."""
        self.adjustSize()
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, 80)))
        self.show()
        self.field.setFocus()

    def run_chosen(self) -> None:
        """Do what is marked, after the palette has gone: a command may open a dialog."""
        item = self.list.currentItem()
        if item is None:
            return
        command: Command = item.data(_ROLE).command
        if command in self._others:
            return
        self.accept()
        command.run()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
            if event.key() in steps:
                self._step(steps[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.run_chosen()
                return True
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        count = self.list.count()
        if count:
            row = self.list.currentRow() + by
            self.list.setCurrentRow(row % count if abs(by) == 1 else min(max(row, 0), count - 1))

    def _search(self, typed: str) -> None:
        self.list.clear()
        for match in search(typed, self._commands):
            self._add(match, self._where(match.command))
        for match in search(typed, self._others) if typed.strip() else ():
            item = self._add(match, texts.PALETTE_NOT_NOW)
            item.setToolTip(texts.PALETTE_NOT_NOW_TIP)
            item.setData(_OFF, True)
        found = self.list.count() > 0
        self.list.setVisible(found)
        self._none.setVisible(not found)
        self.list.setCurrentRow(0 if found else -1)

    def _add(self, match: Match, beside: str) -> QListWidgetItem:
        item = QListWidgetItem(match.command.text)
        item.setData(_ROLE, match)
        item.setData(_ROLE + 1, beside)
        self.list.addItem(item)
        return item


class _Row(QStyledItemDelegate):
    """Text with the letters that fit marked, the panel, and the keys at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:  # noqa: N802
        del option, index
        return QSize(100, self._theme.tokens.measures.row)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: object) -> None:
        if painter is None:
            return
        tokens = self._theme.tokens
        match: Match = index.data(_ROLE)  # type: ignore[attr-defined]
        where: str = index.data(_ROLE + 1)  # type: ignore[attr-defined]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.selection)
            painter.drawRoundedRect(QRectF(option.rect), tokens.measures.radius, tokens.measures.radius)
        box = QRectF(option.rect).adjusted(10, 0, -10, 0)
        painter.setFont(self._theme.font())
        painter.setPen(tokens.text_soft)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, keys_text(match.command.shortcut))
        text = QTextDocument()
        text.setDocumentMargin(0)
        text.setDefaultFont(self._theme.font())
        plain = tokens.text_soft if index.data(_OFF) else tokens.text  # type: ignore[attr-defined]
        text.setHtml(_marked(match, where, plain.name(), tokens.accent_text.name(), tokens.text_soft.name()))
        painter.translate(box.left(), box.top() + (box.height() - text.size().height()) / 2)
        text.drawContents(painter, QRectF(0, 0, box.width() - 90, box.height()))
        painter.restore()


def _marked(match: Match, where: str, plain: str, mark: str, soft: str) -> str:
    letters = []
    for place, letter in enumerate(match.command.text):
        safe = html.escape(letter)
        letters.append(f'<span style="color:{mark}">{safe}</span>' if place in match.places else safe)
    panel = f'<span style="color:{soft}">&nbsp;&nbsp;{html.escape(where)}</span>' if where else ""
    return f'<span style="color:{plain}">{"".join(letters)}</span>{panel}'
