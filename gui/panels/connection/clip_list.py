"""The clips that are known, the latest first, below a field that filters them."""

from __future__ import annotations

from PyQt6.QtCore import QAbstractListModel, QItemSelectionModel, QModelIndex, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetricsF, QPainter
from PyQt6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.texts import words as texts
from gui.theme import Theme
from gui.viewmodels.clip_rows import ClipRow
from gui.viewmodels.clip_words import Key
from gui.widgets.labels import label

_ROW = 46
_INSIDE = 10.0
_DOT = 7.0
_ELIDE = Qt.TextElideMode.ElideRight
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[ClipRow, ...] = ()

    def show_rows(self, rows: tuple[ClipRow, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        spoken = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return row.spoken if role in spoken else None


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        del option, index
        return QSize(120, _ROW)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if painter is None:
            return
        painter.save()
        self._ground(painter, option)
        self._words(
            painter, QRectF(option.rect).adjusted(_INSIDE, 5, -_INSIDE, -6), index.data(Qt.ItemDataRole.UserRole)
        )
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        tokens = self._theme.tokens
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tokens.selection)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, tokens.hover)
        line = option.rect.bottom()
        painter.fillRect(option.rect.left(), line, option.rect.width(), 1, tokens.line)

    def _words(self, painter: QPainter, rect: QRectF, row: ClipRow) -> None:
        tokens, left, right = self._theme.tokens, rect.left(), rect.right()
        upper, lower = QRectF(rect), QRectF(rect)
        upper.setHeight(rect.height() / 2)
        lower.setTop(upper.bottom())
        painter.setFont(self._theme.font("figures_small"))
        painter.setPen(tokens.text_soft)
        painter.drawText(upper, int(_RIGHT), row.when)
        right -= QFontMetricsF(painter.font()).horizontalAdvance(row.when) + _INSIDE
        if row.unsaved:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(tokens.accent)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QRectF(left, upper.center().y() - _DOT / 2, _DOT, _DOT))
            left += 2 * _DOT
        upper.setLeft(left)
        upper.setRight(right)
        self._line(painter, upper, row.name, "bold", "text")
        self._line(painter, lower, row.line, "small", "text_soft")

    def _line(self, painter: QPainter, rect: QRectF, text: str, font: str, tone: str) -> None:
        painter.setFont(self._theme.font(font))  # type: ignore[arg-type]
        painter.setPen(getattr(self._theme.tokens, tone))
        told = QFontMetricsF(painter.font()).elidedText(text, _ELIDE, rect.width())
        painter.drawText(rect, int(_LEFT), told)


class ClipList(QFrame):
    """`chosen` with a clip's key when the user goes to another row; `filtered` with what is to be looked for."""

    chosen = pyqtSignal(object)
    filtered = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(texts.FILTER)
        self.filter.setAccessibleName(texts.FILTER)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.filtered)
        self.none = label(texts.NONE_FITS, "soft", wraps=True)
        self.none.hide()
        self._rows = _Rows(self)
        self.view = QListView()
        self.view.setModel(self._rows)
        self.view.setItemDelegate(_Row(theme, self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setAccessibleName(texts.CLIPS)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.filter.returnPressed.connect(self.view.setFocus)
        selection = self.view.selectionModel()
        assert selection is not None
        self._selection = selection
        selection.currentChanged.connect(self._moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.tokens.measures.gap)
        for widget in (self.filter, self.none):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.setMinimumWidth(200)

    @property
    def rows(self) -> tuple[ClipRow, ...]:
        return self._rows.rows

    def show_rows(self, rows: tuple[ClipRow, ...], current: Key | None) -> None:
        """The row of `current` is the chosen one, if it is among them; nothing is emitted."""
        if rows != self._rows.rows:
            bar = self.view.verticalScrollBar()
            top = bar.value() if bar is not None else 0
            self._rows.show_rows(rows)
            if bar is not None:
                self.view.executeDelayedItemsLayout()
                bar.setValue(top)
        self.none.setVisible(not rows and bool(self.filter.text().strip()))
        place = next((number for number, row in enumerate(rows) if row.key == current), -1)
        if place != self.view.currentIndex().row():
            self._selection.blockSignals(True)
            how = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self._selection.setCurrentIndex(self._rows.index(place, 0), how)
            self._selection.blockSignals(False)
            self.view.viewport().update()  # type: ignore[union-attr]

    def _moved(self, now: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self._rows.rows[now.row()].key)
