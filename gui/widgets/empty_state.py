"""What stands where nothing is yet: a sign, what this place is for, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.icons import paint_icon
from gui.theme import Theme

_SIGN = 56
_WIDTH = 420


class EmptyState(QWidget):
    """`title` says what belongs here, `hint` how it gets here; the first of `actions` is the main one."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        hint: str,
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        column = QVBoxLayout(self)
        column.setSpacing(theme.tokens.measures.gap * 2)
        column.addStretch(1)
        column.addWidget(_Sign(theme, icon), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_line(title, "title"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_line(hint, "soft"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.tokens.measures.gap * 2)
        self.buttons = [_button(text, run, number == 0) for number, (text, run) in enumerate(actions)]
        row = QHBoxLayout()
        row.setSpacing(theme.tokens.measures.gap * 2)
        row.addStretch(1)
        for button in self.buttons:
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)


class _Sign(QWidget):
    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        self.setFixedSize(QSize(_SIGN, _SIGN))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        del event
        painter = QPainter(self)
        paint_icon(painter, QRectF(self.rect()), self._icon, self._theme.tokens.text_disabled)


def _line(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("tone", tone)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    label.setFixedWidth(_WIDTH)
    label.setMinimumHeight(label.heightForWidth(_WIDTH))  # an aligned label is not asked how high it gets
    return label


def _button(text: str, run: Callable[[], object], primary: bool) -> QPushButton:
    button = QPushButton(text)
    if primary:
        button.setProperty("kind", "primary")
    button.clicked.connect(lambda _checked: run())
    return button
