"""What installing or removing will do, shown before it is done; and the steps in the DAW afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui.panels.connection.scripts import Plan
from gui.texts import connection as texts
from gui.theme import Theme
from gui.widgets.labels import label, text_button


class Review(QDialog):
    """Accepted: do it."""

    def __init__(self, plan: Plan, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = texts.REVIEW_INSTALL if plan.verb == "install" else texts.REVIEW_REMOVE
        self.setWindowTitle(title.format(daw=plan.name))
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        gap = theme.tokens.measures.gap
        column.setContentsMargins(4 * gap, 4 * gap, 4 * gap, 4 * gap)
        column.setSpacing(2 * gap)
        parts = ((texts.WRITES, plan.writes), (texts.DELETES, plan.deletes), (texts.KEPT, plan.kept))
        for heading, paths in parts:
            if paths:
                column.addWidget(label(heading))
                column.addWidget(_paths(heading, paths, theme))
        if plan.empty:
            column.addWidget(label(texts.IN_PLACE, "good", wraps=True))
        text = texts.WRITE if plan.verb == "install" else texts.DELETE
        self.agree = text_button(text, self.accept, "primary", about=self.windowTitle())
        self.agree.setVisible(not plan.empty)
        self.refuse = text_button(texts.CLOSE if plan.empty else texts.CANCEL, self.reject, about=texts.CANCEL)
        column.addLayout(_row(theme, self.refuse, self.agree))
        (self.refuse if plan.empty else self.agree).setDefault(True)


class Steps(QDialog):
    """What to click in the DAW, once."""

    def __init__(self, name: str, steps: Sequence[str], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts.STEPS.format(daw=name))
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        gap = theme.tokens.measures.gap
        column.setContentsMargins(4 * gap, 4 * gap, 4 * gap, 4 * gap)
        column.setSpacing(2 * gap)
        column.addWidget(label(self.windowTitle(), "title"))
        self.lines = [f"{number}.  {step}" for number, step in enumerate(steps, 1)]
        for line in self.lines:
            row = label(line, wraps=True)
            row.setTextInteractionFlags(row.textInteractionFlags() | row.textInteractionFlags().TextSelectableByMouse)
            column.addWidget(row)
        column.addSpacing(gap)
        copy = text_button(texts.COPY, self._copy, about=texts.COPY)
        close = text_button(texts.CLOSE, self.accept, "primary", about=texts.CLOSE)
        column.addLayout(_row(theme, copy, close))

    def _copy(self) -> None:
        board = QGuiApplication.clipboard()
        if board is not None:
            board.setText("\n".join(self.lines))


def _paths(name: str, paths: Sequence[Path], theme: Theme) -> QPlainTextEdit:
    view = QPlainTextEdit("\n".join(map(str, paths)))
    view.setReadOnly(True)
    view.setAccessibleName(name)
    view.setFont(theme.font("small"))
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    view.setFixedHeight(min(220, 28 + 16 * (len(paths) + 1)))
    return view


def _row(theme: Theme, *buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * theme.tokens.measures.gap)
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    return row
