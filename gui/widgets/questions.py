"""Questions with a few answers, and errors that must be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from engine.errors import InputError
from gui.texts import shell as texts
from gui.widgets.labels import label, text_button

_WIDE = 440


@dataclass(frozen=True, slots=True)
class Question:
    """`answers` are buttons, the first the main one; closing the dialog counts as the last."""

    title: str
    more: str
    answers: Sequence[str]


Choose = Callable[[QWidget, Question], int]
"""Puts a question and gives the number of the answer."""


class QuestionBox(QDialog):
    """The question, and below it the answers, the main one at the right."""

    def __init__(self, parent: QWidget, question: Question) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts.APP)
        self.setAccessibleName(question.title)
        self.chosen = len(question.answers) - 1
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 20, 16)
        column.setSpacing(8)
        for text, tone in ((question.title, "title"), (question.more, "soft")):
            line = label(text, tone, wraps=True)
            line.setMinimumWidth(_WIDE)
            column.addWidget(line)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.addStretch(1)
        for number, text in reversed(list(enumerate(question.answers))):
            button = text_button(text, partial(self._answer, number), "" if number else "primary")
            button.setDefault(number == 0)
            row.addWidget(button)
        column.addLayout(row)

    def _answer(self, number: int) -> None:
        self.chosen = number
        self.accept()


def choose(parent: QWidget, question: Question) -> int:
    """Put the question and wait for the answer; the window goes on behind it."""
    box = QuestionBox(parent, question)
    box.exec()
    chosen = box.chosen
    box.deleteLater()
    return chosen


class ErrorBox(QDialog):
    """What went wrong, what to do, and the details for a report."""

    def __init__(self, parent: QWidget | None, failure: Any) -> None:
        super().__init__(parent)
        is_input = isinstance(failure, InputError) or getattr(failure, "kind", "") == "input"
        self.setWindowTitle(texts.INPUT_TITLE if is_input else texts.ERROR_TITLE)
        self.setAccessibleName(failure.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 20, 16)
        column.setSpacing(8)
        for text, tone in ((failure.message, "title"), (failure.hint, "soft")):
            line = label(text, tone, wraps=True)
            line.setMinimumWidth(_WIDE)
            column.addWidget(line)
        details = getattr(failure, "details", "") or ""
        if details:
            shown = QPlainTextEdit(details)
            shown.setReadOnly(True)
            shown.setAccessibleName(texts.DETAILS)
            shown.setMinimumHeight(140)
            column.addWidget(shown)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        close = text_button(texts.CLOSE, self.accept, "primary")
        close.setDefault(True)
        row.addWidget(close)
        column.addLayout(row)
