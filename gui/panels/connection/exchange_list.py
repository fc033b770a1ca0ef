"""The last exchanges, newest first, each with its time and how it went."""

from __future__ import annotations

import time

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter
from PyQt6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.bridge_link import Exchange
from gui.bridge_link.exchanges import Exchanges
from gui.texts import connection as texts
from gui.theme import Theme

_TONES = {"good": "good", "bad": "bad", "info": "text_soft"}
_TIME_WIDTH, _WHO_WIDTH = 64, 92


def told_at(when: float) -> str:
    """Hours, minutes and seconds of the day."""
    return time.strftime("%H:%M:%S", time.localtime(when))


class _Rows(QAbstractListModel):
    def __init__(self, log: Exchanges, parent: QWidget) -> None:
        super().__init__(parent)
        self._log = log
        self._rows: tuple[Exchange, ...] = ()
        log.added.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.beginResetModel()
        self._rows = tuple(reversed(self._log.all()))
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{told_at(row.when)}  {row.who}: {row.sentence}"
        return None


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        del option
        row = index.data(Qt.ItemDataRole.UserRole)
        width = self._text_width()
        metrics = QFontMetricsF(self._theme.font())
        box = metrics.boundingRect(QRectF(0, 0, width, 10_000), _FLAGS, row.sentence)
        return QSize(round(width), max(28, round(box.height()) + 12))

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if painter is None:
            return
        row, tokens, rect = index.data(Qt.ItemDataRole.UserRole), self._theme.tokens, QRectF(option.rect)
        painter.save()
        painter.setFont(self._theme.font("figures_small"))
        painter.setPen(tokens.text_soft)
        top, line = rect.top() + 6, rect.height() - 12
        soft = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(rect.left() + 8, top + 1, _TIME_WIDTH, line), soft, told_at(row.when))
        painter.setFont(self._theme.font("bold"))
        painter.setPen(tokens.text)
        name = QFontMetricsF(painter.font()).elidedText(row.who, Qt.TextElideMode.ElideRight, _WHO_WIDTH - 8)
        painter.drawText(QRectF(rect.left() + 8 + _TIME_WIDTH, top, _WHO_WIDTH, line), soft, name)
        painter.setFont(self._theme.font())
        painter.setPen(tokens.text if row.kind == "info" else getattr(tokens, _TONES[row.kind]))
        left = rect.left() + 8 + _TIME_WIDTH + _WHO_WIDTH
        painter.drawText(QRectF(left, top, self._text_width(), line), _FLAGS, row.sentence)
        painter.restore()

    def _text_width(self) -> float:
        viewport = self._view.viewport()
        return max(80.0, (viewport.width() if viewport else 400) - _TIME_WIDTH - _WHO_WIDTH - 24)


_FLAGS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)


class ExchangeList(QListView):
    """Follows a log."""

    def __init__(self, log: Exchanges, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setModel(_Rows(log, self))
        self.setItemDelegate(_Row(theme, self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setAccessibleName(texts.LOG)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(120)

    def paintEvent(self, event: object) -> None:  # noqa: N802
        super().paintEvent(event)  # type: ignore[arg-type]
        model, viewport = self.model(), self.viewport()
        if model is not None and viewport is not None and not model.rowCount():
            painter = QPainter(viewport)
            painter.setPen(self._theme.tokens.text_soft)
            painter.drawText(viewport.rect().adjusted(8, 8, -8, -8), _FLAGS, texts.LOG_EMPTY)
