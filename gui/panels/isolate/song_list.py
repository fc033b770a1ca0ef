"""The songs to isolate, each with its state."""

from __future__ import annotations

from html import escape
from typing import Any

from PyQt6.QtCore import QAbstractListModel, QItemSelectionModel, QModelIndex, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QPainter
from PyQt6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.icons import paint_icon
from gui.panels.isolate.batch import Batch, Song
from gui.texts import isolate as text
from gui.theme import Theme
from gui.tokens import Tokens

_SONG = Qt.ItemDataRole.UserRole
_ROW = 44
_SIGNS = {
    "new": ("wave", "text_soft"),
    "waiting": ("waiting", "text_soft"),
    "running": ("again", "accent_text"),
    "done": ("good", "good"),
    "failed": ("bad", "bad"),
    "cancelled": ("cancel", "text_soft"),
}


def told_state(song: Song) -> str:
    """A song's state in a few words."""
    if song.state == "running" and song.share > 0:
        percent = round(100 * song.share)
        if song.left_s is None:
            return text.RUNNING.format(percent=percent)
        return text.RUNNING_LEFT.format(percent=percent, left=told_time(song.left_s))
    if song.state == "failed" and song.failure:
        return song.failure
    if song.state == "done" and song.stems is not None:
        return f"{text.STATES['done']} · {told_null(song.stems.null_db)}"
    return text.STATES[song.state]


def told_time(seconds: float) -> str:
    """Minutes and seconds, rounded up: it is never there before."""
    whole = max(1, -int(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"


def told_null(null_db: float) -> str:
    """What is left of mix - (vocals + instrumental)."""
    if null_db <= -199.9:
        return text.NULL_EQUAL
    return text.NULL.format(level=f"{null_db:.0f}".replace("-", "−"))


class SongList(QListView):
    """`chosen` with the id of the song to be seen and heard, 0 for none; `removed` with ids that Del was pressed on."""

    chosen = pyqtSignal(int)
    removed = pyqtSignal(list)
    started = pyqtSignal(list)

    def __init__(self, theme: Theme, batch: Batch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Songs(batch)
        self._told = 0
        self.setModel(self._model)
        self.setItemDelegate(_Row(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(text.LIST)
        self.setToolTip(text.LIST_TIP)
        selection = self.selectionModel()
        assert selection is not None
        self._selection: QItemSelectionModel = selection
        selection.currentChanged.connect(self._tell)
        theme.changed.connect(self._repaint)

    def renew(self) -> None:
        """Songs came or went; what was chosen stays chosen."""
        current, ids = self.current_id(), self.selected_ids()
        self._model.renew()
        flags = QItemSelectionModel.SelectionFlag
        for row, song in enumerate(self._model.songs):
            if song.id in ids:
                self._selection.select(self._model.index(row), flags.Select)
            if song.id == current:
                self._selection.setCurrentIndex(self._model.index(row), flags.NoUpdate)
        if self.current_id() == 0 and self._model.songs:
            self.choose(self._model.songs[0].id)
        self._tell()

    def renew_song(self, song_id: int) -> None:
        """One song is further."""
        self._model.renew_song(song_id)

    def choose(self, song_id: int) -> None:
        row = self._model.row_of(song_id)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))

    def current_id(self) -> int:
        song = self.currentIndex().data(_SONG)
        return song.id if isinstance(song, Song) else 0

    def selected_ids(self) -> list[int]:
        """In the list's order."""
        rows = sorted(index.row() for index in self._selection.selectedRows())
        return [self._model.songs[row].id for row in rows]

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.selected_ids())
        elif event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.started.emit(self.selected_ids())
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        # A list that grows is built anew: that is no reason to begin the song again.
        if self.current_id() != self._told:
            self._told = self.current_id()
            self.chosen.emit(self._told)

    def _repaint(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()


class _Songs(QAbstractListModel):
    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self._batch = batch
        self.songs: list[Song] = list(batch)

    def renew(self) -> None:
        self.beginResetModel()
        self.songs = list(self._batch)
        self.endResetModel()

    def renew_song(self, song_id: int) -> None:
        row, song = self.row_of(song_id), self._batch.get(song_id)
        if row >= 0 and song is not None:
            self.songs[row] = song
            self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, song_id: int) -> int:
        return next((row for row, song in enumerate(self.songs) if song.id == song_id), -1)

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self.songs)

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if not index.isValid():
            return None
        song = self.songs[index.row()]
        if role == _SONG:
            return song
        if role == Qt.ItemDataRole.DisplayRole:
            return song.path.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return text.ROW_SPOKEN.format(name=song.path.name, state=told_state(song))
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<qt>{escape(str(song.path))}<br>{escape(told_state(song))}</qt>"  # names may look like tags
        return None


class _Row(QStyledItemDelegate):
    """Sign, name, state, and how much is done."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        del option, index
        return QSize(120, _ROW)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        song = index.data(_SONG)
        if painter is None or not isinstance(song, Song):
            return
        tokens, area = self._theme.tokens, option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, tokens.selection)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, tokens.hover)
        sign, colour = _SIGNS[song.state]
        paint_icon(painter, QRectF(area.left() + 10, area.top() + 13, 18, 18), sign, getattr(tokens, colour))
        self._line(painter, area, 5, song.path.stem, "body", tokens.text)
        tone = tokens.bad if song.state == "failed" else tokens.text_soft
        self._line(painter, area, 23, told_state(song), "figures_small", tone)
        if song.state == "running":
            self._bar(painter, area, song.share, tokens)

    def _line(self, painter: QPainter, area: QRect, top: int, shown: str, font: Any, colour: QColor) -> None:
        painter.setFont(self._theme.font(font))
        painter.setPen(colour)
        room = QRect(area.left() + 38, area.top() + top, area.width() - 46, 17)
        elided = painter.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)

    def _bar(self, painter: QPainter, area: QRect, share: float, tokens: Tokens) -> None:
        room = QRectF(area.left(), area.bottom() - 2, area.width(), 3)
        painter.fillRect(room, tokens.line)
        painter.fillRect(QRectF(room.left(), room.top(), room.width() * share, 3), tokens.accent)
