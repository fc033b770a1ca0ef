"""The rail at the left: a button for each panel, its icon over its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget

from gui.icons import paint_icon
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.labels import tip

_HIGH = 60
_SIGN = 22
_BADGE = 16


@dataclass(frozen=True, slots=True)
class RailEntry:
    """`about` is the tooltip; `shortcut` as Qt writes it."""

    id: str
    title: str
    icon: str
    about: str
    shortcut: str


class Rail(QFrame):
    """Tells by `chosen` which panel is wished; arrow keys go from one to the next."""

    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, entries: Sequence[RailEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.setFixedWidth(theme.tokens.measures.rail)
        self.setAccessibleName(texts.RAIL)
        column = QVBoxLayout(self)
        gap = theme.tokens.measures.gap
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(gap)
        self._group = QButtonGroup(self)
        self._buttons = {entry.id: _RailButton(theme, entry) for entry in entries}
        for name, button in self._buttons.items():
            self._group.addButton(button)
            column.addWidget(button)
            button.clicked.connect(lambda _checked, name=name: self.chosen.emit(name))
        column.addStretch(1)

    def show_panel(self, panel_id: str) -> None:
        """Mark the panel that is seen."""
        self._buttons[panel_id].setChecked(True)

    def show_count(self, panel_id: str, count: int) -> None:
        """A number at a panel's icon; 0 for none."""
        self._buttons[panel_id].show_count(count)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        key = event.key() if event is not None else 0
        step = 1 if key == Qt.Key.Key_Down else -1 if key == Qt.Key.Key_Up else 0
        buttons = list(self._buttons.values())
        focused = [place for place, button in enumerate(buttons) if button.hasFocus()]
        if step and focused:
            buttons[(focused[0] + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


class _RailButton(QAbstractButton):
    def __init__(self, theme: Theme, entry: RailEntry) -> None:
        super().__init__()
        self._theme, self._entry, self._count = theme, entry, 0
        self.setCheckable(True)
        self.setText(entry.title)
        self.setAccessibleName(entry.title)
        self.setToolTip(tip(entry.about, entry.shortcut))
        self.setFixedSize(QSize(theme.tokens.measures.rail - 2 * theme.tokens.measures.gap, _HIGH))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def show_count(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self.setAccessibleDescription(str(count) if count else "")
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        del event
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(tokens.raised if self.isChecked() else tokens.hover)
            painter.drawRoundedRect(box, tokens.measures.radius, tokens.measures.radius)
        if self.isChecked():
            painter.setBrush(tokens.accent)
            painter.drawRoundedRect(QRectF(0, 14, 3, _HIGH - 28), 1.5, 1.5)
        colour = tokens.accent_text if self.isChecked() else tokens.text
        sign = QRectF((self.width() - _SIGN) / 2, 10, _SIGN, _SIGN)
        paint_icon(painter, sign, self._entry.icon, colour)
        painter.setPen(tokens.text if self.isChecked() else tokens.text_soft)
        painter.setFont(self._theme.font("small"))
        painter.drawText(QRectF(0, 36, self.width(), 18), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._count:
            self._paint_count(painter, sign)
        if self.hasFocus():
            painter.setPen(tokens.focus)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, tokens.measures.radius, tokens.measures.radius)

    def _paint_count(self, painter: QPainter, sign: QRectF) -> None:
        tokens = self._theme.tokens
        text = str(self._count) if self._count < 100 else "99"
        wide = _BADGE + 6 * (len(text) - 1)
        badge = QRectF(sign.right() - 4, sign.top() - 6, wide, _BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.accent)
        painter.drawRoundedRect(badge, _BADGE / 2, _BADGE / 2)
        painter.setPen(tokens.on_accent)
        painter.setFont(self._theme.font("figures_small"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
